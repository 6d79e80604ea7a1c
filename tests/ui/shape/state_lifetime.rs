use durably::prelude::*;

#[durable_state]
pub struct Counter<'a> {
    name: Name<'a>,
}

pub struct Name<'a>(&'a str);

fn main() {}
