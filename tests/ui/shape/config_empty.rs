use durably::prelude::*;

#[kv_config]
pub struct AppConfig {}

fn main() {}
