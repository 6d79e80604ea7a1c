use durably::prelude::*;

#[kv_config]
pub struct AppConfig {
    #[config(secret = "API_KEY")]
    key: Secret<u32>,
}

fn main() {}
