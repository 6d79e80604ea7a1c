use durably::prelude::*;

#[kv_config]
pub struct AppConfig {
    #[config(min = 1)]
    setting: Mode,
}

fn main() {}
