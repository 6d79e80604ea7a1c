use durably::prelude::*;

#[kv_config]
pub struct AppConfig {
    #[config(env = 3)]
    model: String,
}

fn main() {}
