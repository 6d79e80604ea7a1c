use durably::prelude::*;

#[derive(Durable)]
pub struct Board {
    field: Vec<Option<()>>,
}

/// Stands in for `durably::bindings!()`: a type of one field.
pub struct __Durably;

impl<F> durably::__private::Named<F> for __Durably {
    const FIELDS: &'static [u64] = &[<Vec<Option<()>> as durably::__private::Declared>::DECL];
}

fn main() {}
