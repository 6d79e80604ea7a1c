use durably::prelude::*;

#[kv_config]
pub struct AppConfig(String);

fn main() {}
