//! Work that is ended when its time is over.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use wasm_bindgen_futures::JsFuture;

use super::js;
use crate::error::Error;
use crate::value::Timestamp;

/// Runs a future until the deadline, which it may put off, and drops it then.
pub(crate) async fn ended_by<F: Future>(
    deadline: impl Fn() -> Timestamp,
    now: impl Fn() -> Timestamp,
    future: F,
) -> Result<F::Output, Error> {
    if cfg!(not(target_arch = "wasm32")) {
        return Ok(future.await); // on the host nothing waits
    }
    let began = now();
    let mut future = pin!(future);
    loop {
        let until = deadline();
        let timer = Timer::new(until.since(now()));
        let mut rings = JsFuture::from(timer.0.rings());
        let ended = poll_fn(|cx| match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            // Another deadline was set: another timer is needed.
            Poll::Pending if deadline() != until => Poll::Ready(None),
            Poll::Pending => Pin::new(&mut rings).poll(cx).map(|_| None),
        })
        .await;
        match ended {
            Some(output) => return Ok(output),
            None if now() >= deadline() => return Err(Error::TimedOut { after: now().since(began) }),
            None => {}
        }
    }
}

/// A timer left running would keep its object awake.
struct Timer(js::Timer);

impl Timer {
    /// A longer time than `setTimeout` takes rings earlier.
    fn new(time: Duration) -> Self {
        const MOST: u32 = i32::MAX.unsigned_abs();
        let millis = u32::try_from(time.as_millis()).unwrap_or(MOST).min(MOST);
        Self(js::Timer::new(millis.into()))
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.0.stop();
    }
}
