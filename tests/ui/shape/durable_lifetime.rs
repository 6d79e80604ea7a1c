use durably::prelude::*;

#[derive(Durable)]
pub struct Turn<'a> {
    text: Name<'a>,
}

pub struct Name<'a>(&'a str);

fn main() {}
