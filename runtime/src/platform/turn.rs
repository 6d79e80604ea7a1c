//! A call that awaits, and says when it is its turn and how far it has come: the guard of the entry module then knows which
//! of the pending calls has trapped, and what became of the others.

use std::pin::Pin;
use std::sync::Once;
use std::task::{Context, Poll};

use wasm_bindgen::JsValue;

use super::js;
use crate::error::Outcome;

/// A future with the guard's record of its call.
pub(crate) struct Turn<F> {
    call: JsValue,
    future: Pin<Box<F>>,
}

impl<F: Future> Turn<F> {
    /// To be made right before the Promise is handed out: the guard takes the record that was made last. `keyed`: the call
    /// carries an idempotency key.
    pub(crate) fn of(keyed: bool, future: F) -> Self {
        Self { call: js::begin(keyed).unwrap_or(JsValue::UNDEFINED), future: Box::pin(future) }
    }
}

impl<F: Future> Future for Turn<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let _ = js::working(&self.call); // assigns a property, which does not throw
        let polled = self.future.as_mut().poll(cx);
        let _ = js::working(&JsValue::UNDEFINED);
        polled
    }
}

/// On the host there is no guard to tell.
const GUARDED: bool = cfg!(target_arch = "wasm32");

/// What becomes of the call that runs now, if the instance is lost from here on.
pub(crate) fn reached(outcome: Outcome) {
    if !GUARDED {
        return;
    }
    let place = match outcome {
        Outcome::NotDone => 0,
        Outcome::Done => 1,
        Outcome::Unknown => 2,
    };
    let _ = js::reached(place); // assigns a property, too
}

/// The call that runs now may be repeated, whatever becomes of it.
pub(crate) fn keyed() {
    if GUARDED {
        let _ = js::keyed();
    }
}

/// Lets the guard know a panic's text. Once an instance.
pub(crate) fn watch_panics() {
    static WATCHED: Once = Once::new();
    WATCHED.call_once(|| {
        let others = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let _ = js::panicked(&panic.to_string());
            others(panic);
        }));
    });
}
