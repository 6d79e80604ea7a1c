use durably::prelude::*;

#[kv_config]
pub struct AppConfig {
    #[config(default = "gemini", max = 5)]
    setting: String,
}

fn main() {}
