use durably::prelude::*;

#[durable_state(version = 2)]
pub struct Promise {
    _id: usize,
    #[durable(index, json = 1)]
    names: Vec<char>,
    #[durable(default)]
    turns: Log<Log<u32>>,
}

fn main() {}
