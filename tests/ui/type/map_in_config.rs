use durably::prelude::*;

#[kv_config]
pub struct AppConfig {
    limits: Map<String, u32>,
}

fn main() {}
