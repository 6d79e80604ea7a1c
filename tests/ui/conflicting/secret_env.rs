use durably::prelude::*;

#[kv_config]
pub struct AppConfig {
    #[config(secret = "API_KEY", env = "KEY")]
    key: Secret<String>,
}

fn main() {}
