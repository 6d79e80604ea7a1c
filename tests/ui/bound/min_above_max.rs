use durably::prelude::*;

#[kv_config]
pub struct AppConfig {
    #[config(min = 3, max = 2)]
    setting: u32,
}

fn main() {}
