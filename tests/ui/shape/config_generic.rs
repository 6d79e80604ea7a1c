use durably::prelude::*;

#[kv_config]
pub struct AppConfig<T> {
    model: T,
}

fn main() {}
