use durably::prelude::*;

#[kv_config]
pub struct AppConfig {
    #[config(default = "many")]
    setting: u32,
}

fn main() {}
