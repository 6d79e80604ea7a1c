use durably::prelude::*;

#[kv_config]
pub struct AppConfig {
    #[config(max = 300)]
    setting: u8,
}

fn main() {}
