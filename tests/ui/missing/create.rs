use durably::prelude::*;

#[durable_state]
pub struct Badge {
    holder: Uuid,
}

#[durable_rpc]
impl Badge {}

/// Stands in for `durably::bindings!()`: a state of one Uuid, and its block.
pub struct __Durably;

impl<const DECL: u64> durably::__private::Named<durably::__private::Fp<DECL>> for __Durably {
    const FIELDS: &'static [u64] = if DECL == <Badge as durably::__private::Declared>::DECL {
        &[<Uuid as durably::__private::Declared>::DECL]
    } else {
        &[<Badge as durably::__private::Declared>::DECL]
    };
}

impl<F> durably::__private::Bound<F> for __Durably {
    const CLASS: &'static str = "Badge";
    const BINDING: &'static str = "BADGE";
}

impl durably::__private::Registry for __Durably {
    fn routes() -> Vec<durably::__private::Route> {
        Vec::new()
    }
    fn configs() -> Vec<durably::__private::ConfigEntry> {
        Vec::new()
    }
}

fn main() {}
