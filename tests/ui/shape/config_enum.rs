use durably::prelude::*;

#[kv_config]
pub enum AppConfig {
    Fast,
}

fn main() {}
