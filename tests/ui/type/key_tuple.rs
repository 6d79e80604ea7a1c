use durably::prelude::*;

#[derive(Durable)]
pub struct Board {
    field: std::collections::BTreeMap<(i64, i64), String>,
}

/// Stands in for `durably::bindings!()`: a type of one field.
pub struct __Durably;

impl<F> durably::__private::Named<F> for __Durably {
    const FIELDS: &'static [u64] = &[<std::collections::BTreeMap<(i64, i64), String> as durably::__private::Declared>::DECL];
}

fn main() {}
