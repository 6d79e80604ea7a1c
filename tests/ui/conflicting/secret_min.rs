use durably::prelude::*;

#[kv_config]
pub struct AppConfig {
    #[config(secret = "API_KEY", min = 1)]
    key: Secret<String>,
}

fn main() {}
