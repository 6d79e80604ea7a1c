use durably::prelude::*;

pub struct Counter<T> {
    count: T,
}

#[durable_rpc]
impl<T> Counter<T> {
    fn get(&self) -> &T {
        &self.count
    }
}

fn main() {}
