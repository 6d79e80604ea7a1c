use durably::prelude::*;

#[kv_config]
pub struct AppConfig {
    #[config(max = "many")]
    setting: u32,
}

fn main() {}
