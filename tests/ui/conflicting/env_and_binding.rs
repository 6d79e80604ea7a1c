use durably::prelude::*;

#[kv_config]
pub struct AppConfig {
    #[config(env = "APP_CONFIG")]
    model: String,
}

fn main() {}
