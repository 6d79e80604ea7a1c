//! A call that awaits, and says when it is its turn: the guard of the entry module then knows which of the pending calls
//! has trapped.

use std::pin::Pin;
use std::task::{Context, Poll};

use crate::js;

/// A future with the number of its call.
pub(crate) struct Turn<F> {
    call: Option<u32>,
    future: Pin<Box<F>>,
}

impl<F: Future> Turn<F> {
    /// To be made right before the Promise is handed out: the guard takes the number that was given last.
    pub(crate) fn of(future: F) -> Self {
        Self { call: js::begin().ok(), future: Box::pin(future) }
    }
}

impl<F: Future> Future for Turn<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let _ = js::working(self.call); // assigns a property, which does not throw
        let polled = self.future.as_mut().poll(cx);
        let _ = js::working(None);
        polled
    }
}
