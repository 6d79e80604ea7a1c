use durably::prelude::*;

#[kv_config]
pub struct AppConfig {
    #[config(default = -5, min = -4)]
    setting: i32,
}

fn main() {}
