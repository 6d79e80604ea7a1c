use durably::prelude::*;

#[kv_config]
pub struct AppConfig {
    #[config(max = u32::MAX)]
    setting: u32,
}

fn main() {}
