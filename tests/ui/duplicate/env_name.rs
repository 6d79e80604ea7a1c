use durably::prelude::*;

#[kv_config]
pub struct AppConfig {
    #[config(env = "MODEL")]
    model: String,
    #[config(env = "MODEL")]
    fallback: String,
}

fn main() {}
