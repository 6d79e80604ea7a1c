use durably::prelude::*;

#[kv_config]
pub struct AppConfig {
    #[config(secret = "API_KEY", default = "x")]
    key: Secret<String>,
}

fn main() {}
