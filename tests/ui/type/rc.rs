use durably::prelude::*;

#[durable_state]
pub struct Counter {
    field: std::rc::Rc<u32>,
}

fn main() {}
