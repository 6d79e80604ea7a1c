use durably::prelude::*;

#[allow(non_camel_case_types)]
#[durable_state]
pub struct __Counter {
    count: i64,
}

fn main() {}
