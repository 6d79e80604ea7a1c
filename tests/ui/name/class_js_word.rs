use durably::prelude::*;

#[allow(non_camel_case_types)]
#[durable_state]
pub struct class {
    count: i64,
}

fn main() {}
