use durably::prelude::*;

durably::bindings!();

#[durable_state]
pub struct Counter {
    count: i64,
}

#[durable_rpc]
impl Counter {
    #[rpc(http = "get /c//{place}", status = 302)]
    pub async fn fetch(&mut self, text: &String, (a, b): (u32, u32)) -> &i64 {
        let _ = (text, a, b);
        &self.count
    }

    #[rpc(timer)]
    fn tick(self) {}
}

fn main() {}
