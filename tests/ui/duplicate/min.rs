use durably::prelude::*;

#[kv_config]
pub struct AppConfig {
    #[config(min = 1, min = 2)]
    minutes: u32,
}

fn main() {}
