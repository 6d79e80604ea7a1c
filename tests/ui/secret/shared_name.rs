use durably::prelude::*;

#[kv_config]
pub struct AppConfig {
    #[config(env = "API_KEY")]
    key: String,
    #[config(secret = "API_KEY")]
    secret: Secret<String>,
}

fn main() {}
