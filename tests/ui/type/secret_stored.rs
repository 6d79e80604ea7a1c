use durably::prelude::*;

#[derive(Durable)]
pub struct Board {
    field: Option<Secret<String>>,
}

/// Stands in for `durably::bindings!()`: a type of one field.
pub struct __Durably;

impl<F> durably::__private::Named<F> for __Durably {
    const FIELDS: &'static [u64] = &[<Option<Secret<String>> as durably::__private::Declared>::DECL];
}

fn main() {}
