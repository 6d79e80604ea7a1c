use durably::prelude::*;

#[kv_config]
pub struct AppConfig {
    #[config(max = 1)]
    setting: bool,
}

fn main() {}
