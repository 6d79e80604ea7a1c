use durably::prelude::*;

#[kv_config]
pub struct AppConfig {
    #[config(secert = "API_KEY")]
    key: Option<Secret<String>>,
}

fn main() {}
