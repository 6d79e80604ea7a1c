use durably::prelude::*;

#[durable_state]
pub struct Counter {
    field: std::borrow::Cow<'static, str>,
}

fn main() {}
