use durably::prelude::*;

#[kv_config]
pub struct AppConfig {
    #[config(default = 5, max = 4)]
    setting: u32,
}

fn main() {}
