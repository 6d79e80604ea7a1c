//! A field whose type has no codec: one message, at the type.

use durably::prelude::*;

durably::bindings!();

pub struct Plain(u32);

#[derive(Durable)]
pub struct Outer {
    inner: Plain,
}

fn main() {}
