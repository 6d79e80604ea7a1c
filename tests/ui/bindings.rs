/// Stands in for the build script's output, for states of one field, an `i64`.
pub struct __Durably;

impl<F> durably::__private::Named<F> for __Durably {
    const FIELDS: &'static [u64] = &[<i64 as durably::__private::Declared>::DECL];
}

impl<F> durably::__private::Bound<F> for __Durably {
    const CLASS: &'static str = "Counter";
    const BINDING: &'static str = "COUNTER";
}

impl durably::__private::Registry for __Durably {
    fn routes() -> Vec<durably::__private::Route> {
        Vec::new()
    }
    fn configs() -> Vec<durably::__private::ConfigEntry> {
        Vec::new()
    }
}
