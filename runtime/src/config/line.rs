//! Calls that wait for the configuration, in the order in which they came.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::cache::Configs;

/// The calls of one object that wait. While one stands here every later one stands behind it, also if the configuration
/// has come meanwhile: one caller's calls keep their order. The first loads for all.
///
/// Not shared between objects, or with the Worker: what one request waits for may end with another request.
#[derive(Debug, Default, Clone)]
pub(crate) struct Line(Rc<RefCell<Standing>>);

#[derive(Debug, Default)]
struct Standing {
    tickets: VecDeque<(u64, Option<Waker>)>,
    last: u64,
    /// What the first has loaded, until the line is empty.
    loaded: Option<Configs>,
}

/// A place in the line; its call is over when this is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    line: Line,
    ticket: u64,
}

impl Line {
    /// Whether nobody waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.borrow().tickets.is_empty()
    }

    /// Stands at the end.
    pub(crate) fn join(&self) -> Place {
        let mut standing = self.0.borrow_mut();
        standing.last += 1;
        let ticket = standing.last;
        standing.tickets.push_back((ticket, None));
        Place { line: self.clone(), ticket }
    }
}

impl Place {
    /// Waits for its turn. Gives what was loaded, to the first of all nothing: it is to load, and to say so.
    pub(crate) async fn turn(&self) -> Option<Configs> {
        Turn(self).await
    }

    /// What the first has loaded, for all behind it.
    pub(crate) fn loaded(&self, configs: Configs) {
        self.line.0.borrow_mut().loaded = Some(configs);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut standing = self.line.0.borrow_mut();
        standing.tickets.retain(|(ticket, _)| *ticket != self.ticket);
        match standing.tickets.front_mut() {
            None => standing.loaded = None,
            Some((_, waker)) => {
                if let Some(waker) = waker.take() {
                    waker.wake();
                }
            }
        }
    }
}

/// Ready at the front.
struct Turn<'a>(&'a Place);

impl Future for Turn<'_> {
    type Output = Option<Configs>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut standing = self.0.line.0.borrow_mut();
        let front = standing.tickets.front().is_none_or(|(ticket, _)| *ticket == self.0.ticket);
        if front {
            return Poll::Ready(standing.loaded.clone());
        }
        if let Some((_, waker)) = standing.tickets.iter_mut().find(|(ticket, _)| *ticket == self.0.ticket) {
            *waker = Some(cx.waker().clone());
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn poll(future: &mut Pin<Box<impl Future<Output = Option<Configs>>>>) -> Option<bool> {
        match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(loaded) => Some(loaded.is_some()),
            Poll::Pending => None,
        }
    }

    #[test]
    fn each_waits_for_those_before_it() {
        let line = Line::default();
        assert!(line.is_empty());
        let (one, two, three) = (line.join(), line.join(), line.join());
        assert_eq!(poll(&mut Box::pin(two.turn())), None);
        assert_eq!(poll(&mut Box::pin(one.turn())), Some(false), "the first is to load");
        one.loaded(Configs::default());
        assert_eq!(poll(&mut Box::pin(three.turn())), None);
        drop(one);
        assert_eq!(poll(&mut Box::pin(three.turn())), None);
        assert_eq!(poll(&mut Box::pin(two.turn())), Some(true));
        drop(three); // one that gives up blocks nobody
        let four = line.join();
        drop(two);
        assert_eq!(poll(&mut Box::pin(four.turn())), Some(true));
        drop(four);
        assert!(line.is_empty());
        assert_eq!(poll(&mut Box::pin(line.join().turn())), Some(false), "the next line loads anew");
    }

    #[test]
    fn if_the_first_gives_up_the_next_loads() {
        let line = Line::default();
        let (one, two) = (line.join(), line.join());
        drop(one);
        assert_eq!(poll(&mut Box::pin(two.turn())), Some(false));
    }
}
