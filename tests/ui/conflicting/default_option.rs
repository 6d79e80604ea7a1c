use durably::prelude::*;

#[kv_config]
pub struct AppConfig {
    #[config(default = 1)]
    minutes: Option<u32>,
}

fn main() {}
