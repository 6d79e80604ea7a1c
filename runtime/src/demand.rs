//! What a place asks of the type that stands in it: `None`, or why it cannot stand there. The macros have rustc evaluate it
//! at the type's span. The build script says the same earlier, with the type's name, where it resolved the same type.

use durably_contract::{Refusal, first, refuse_key, refuse_value};

use crate::Durable;

/// A value that is stored or sent.
pub const fn value<T: Durable>() -> Option<Refusal> {
    first(refuse_value(T::CAN), T::REFUSED)
}

/// The key of a collection.
pub const fn key<T: Durable>() -> Option<Refusal> {
    first(refuse_key(T::CAN), T::REFUSED)
}

/// A field of a configuration.
pub const fn setting<T: Durable>() -> Option<Refusal> {
    T::REFUSED
}
