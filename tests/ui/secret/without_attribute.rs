use durably::prelude::*;

#[kv_config]
pub struct AppConfig {
    key: Option<Secret<String>>,
}

fn main() {}
