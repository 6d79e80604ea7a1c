mod types;

use crate::types::{Item as Good, Price};

/// A cart.
#[durable_state]
pub struct Cart {
    owner: String,
    total: Price,
    seen: Option<Timestamp>,
    photo: Vec<u8>,
    counter: u64,
    #[durable(json)]
    extra: serde_json::Value,
    lines: Log<Good>,
    notes: Map<String, u32>,
}

#[derive(Debug, DurableError)]
pub enum CartError {
    #[error(status = 409, "the cart is closed")]
    Closed,
    #[error(status = 422, "{count} is too many")]
    TooMany { count: u32 },
}

#[durable_rpc]
impl Cart {
    #[rpc(create)]
    fn open(owner: String) -> Result<Self, CartError> {
        todo!()
    }

    pub fn add(&mut self, good: Good, count: u32) -> Result<Price, CartError> {
        todo!()
    }

    fn hidden(&self) -> u32 {
        0
    }

    pub fn picture(&self) -> Result<Vec<u8>, CartError> {
        todo!()
    }
}

#[kv_config]
pub struct ShopConfig {
    #[config(default = "eur", max = 3)]
    pub currency: String,
    #[config(env = "MODEL")]
    pub model: String,
    #[config(default = 30, min = 1, max = 1440)]
    pub session_minutes: u32,
    pub greeting: Option<String>,
    #[config(secret = "PAY_KEY")]
    pub pay_key: Secret<String>,
    #[config(secret = "SMS_KEY")]
    pub sms_key: Option<Secret<String>>,
}

#[durable_route("GET /healthz", authorize = public)]
async fn health() -> String {
    todo!()
}

#[event(fetch)]
async fn fetch(req: Request, env: Env, cx: worker::Context) -> worker::Result<Response> {
    todo!()
}
