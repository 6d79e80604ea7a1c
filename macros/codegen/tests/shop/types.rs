use durably::prelude::*;

#[derive(Clone, Debug, PartialEq, Durable)]
pub struct Item {
    pub name: String,
    pub price: Price,
    pub size: Size,
    pub tags: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Durable)]
pub struct Price(i64);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Durable)]
pub enum Size {
    Small,
    ExtraLarge,
}
