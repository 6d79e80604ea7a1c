use durably::prelude::*;

#[kv_config]
pub struct AppConfig {
    #[config(secret = "api_key")]
    key: Secret<String>,
}

fn main() {}
