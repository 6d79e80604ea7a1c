//! Taking turns: how everybody who waits for this instance learns what became of his call when the instance is lost.
//!
//! All objects of an isolate share one wasm instance, and a trap ends it: Promises that it has promised would stay pending
//! for ever. JS outlives it, so JS keeps a *record* of each call that awaits, `{outcome, keyed, awaited}`. Three files take
//! part: this one runs in wasm, `js/calls.js` writes the records, `guard.mjs` (beside the entry module) stands around both.
//!
//! 1. The guard enters wasm. For what runs until wasm returns it makes a record of its own, `entered`.
//! 2. A method that awaits is wrapped in a [`Turn`]. Making one makes its record (`begin`) and leaves it in `begun`; the
//!    Promise is handed out right after that, so the guard takes the record there and keeps it in `pending`, with the way to
//!    reject the Promise. Nothing may come between the two.
//! 3. Whenever the future is polled, its record is `working`, and nobody's is after it (`working`). A trap never comes back
//!    from the poll: the record that is `working` then is that of the call that trapped.
//! 4. [`reached`] says how far the call that runs now has come, in `working`, or in `entered` if none is: `not_done` before
//!    anything is written or when all is undone, `unknown` from where parts may be done, `done` when it is committed. A call
//!    that has had more than one turn may have done anything in those before: what begins anew in it as `not_done` is mixed
//!    in with that, and nothing is promised of the whole; nor is it of a call that does more beside ([`Turn::of_a_part`]). [`keyed`] says that the call may be repeated whatever becomes of it.
//! 5. A call of another object (`send`) notes the answer that it waits for in `awaited`. Where the request is there for that
//!    one call, the reply's outcome is the request's, and the reply is kept: the guard answers with it if wasm can't.
//! 6. The instance traps. The panic hook ([`watch_panics`]) leaves its text in `panic`. The guard makes a new instance at
//!    once and rejects all that is `pending`: the one that is `working` with `panicked`, the others with `isolate_reset`,
//!    except one whose awaited answer says that another object panicked. Each is told its record's outcome, and to repeat
//!    the call where nothing was done or it is keyed.
//!
//! A synchronous method needs no record of its own: a trap in it comes back to the guard as an exception, with `entered`.

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
    /// To be made right before the Promise is handed out (step 2). `keyed`: the call carries an idempotency key.
    pub(crate) fn of(keyed: bool, future: F) -> Self {
        Self { call: js::begin(keyed, false).unwrap_or(JsValue::UNDEFINED), future: Box::pin(future) }
    }

    /// The same for a call that does `more` than it tells the guard of: of the whole nothing is promised.
    pub(crate) fn of_a_part(more: bool, future: F) -> Self {
        Self { call: js::begin(false, more).unwrap_or(JsValue::UNDEFINED), future: Box::pin(future) }
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

/// What becomes of the call that runs now, if the instance is lost from here on. Gives whether it awaited something before,
/// and so may have done what `outcome` says nothing of.
pub(crate) fn reached(outcome: Outcome) -> bool {
    if !GUARDED {
        return false;
    }
    let place = match outcome {
        Outcome::NotDone => 0,
        Outcome::Done => 1,
        Outcome::Unknown => 2,
    };
    js::reached(place).unwrap_or(false) // assigns a property, too
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
