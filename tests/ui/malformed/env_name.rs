use durably::prelude::*;

#[kv_config]
pub struct AppConfig {
    #[config(env = "model-name")]
    model: String,
}

fn main() {}
