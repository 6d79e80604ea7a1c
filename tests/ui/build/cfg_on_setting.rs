use durably::prelude::*;

#[kv_config]
pub struct AppConfig {
    model: String,
    #[cfg(test)]
    probe: u32,
}

fn main() {}
