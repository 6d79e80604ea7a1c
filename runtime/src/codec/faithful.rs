//! Whether JSON can hold a foreign type's value. Serde writes NaN as `null`, and `Some` of nothing as it writes `None`:
//! both would come back as something else, or not at all.

use serde::ser::{
    Error as _, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use serde_json::Error;

/// What is wrong, if something is.
pub(super) fn check<T: Serialize + ?Sized>(value: &T) -> Result<(), Error> {
    value.serialize(Check).map(|_| ())
}

/// Serializes to whether the value is `null`.
#[derive(Clone, Copy)]
struct Check;

const NULL: Result<bool, Error> = Ok(true);
const VALUE: Result<bool, Error> = Ok(false);

fn finite(value: f64) -> Result<bool, Error> {
    if value.is_finite() { VALUE } else { Err(Error::custom(format!("the number {value}"))) }
}

macro_rules! plain {
    ($($name:ident($ty:ty)),* $(,)?) => { $(
        fn $name(self, _: $ty) -> Result<bool, Error> { VALUE }
    )* };
}

impl Serializer for Check {
    type Ok = bool;
    type Error = Error;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    plain!(
        serialize_bool(bool),
        serialize_i8(i8),
        serialize_i16(i16),
        serialize_i32(i32),
        serialize_i64(i64),
        serialize_i128(i128),
        serialize_u8(u8),
        serialize_u16(u16),
        serialize_u32(u32),
        serialize_u64(u64),
        serialize_u128(u128),
        serialize_char(char),
        serialize_str(&str),
        serialize_bytes(&[u8]),
    );

    fn serialize_f32(self, value: f32) -> Result<bool, Error> {
        finite(value.into())
    }
    fn serialize_f64(self, value: f64) -> Result<bool, Error> {
        finite(value)
    }
    fn serialize_none(self) -> Result<bool, Error> {
        NULL
    }
    fn serialize_unit(self) -> Result<bool, Error> {
        NULL
    }
    fn serialize_unit_struct(self, _: &str) -> Result<bool, Error> {
        NULL
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<bool, Error> {
        if value.serialize(self)? {
            return Err(Error::custom("a `Some` of nothing"));
        }
        VALUE
    }
    fn serialize_unit_variant(self, _: &str, _: u32, _: &str) -> Result<bool, Error> {
        VALUE
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &str, value: &T) -> Result<bool, Error> {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &str,
        _: u32,
        _: &str,
        value: &T,
    ) -> Result<bool, Error> {
        value.serialize(self)?;
        VALUE
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Error> {
        Ok(self)
    }
    fn serialize_tuple(self, _: usize) -> Result<Self, Error> {
        Ok(self)
    }
    fn serialize_tuple_struct(self, _: &str, _: usize) -> Result<Self, Error> {
        Ok(self)
    }
    fn serialize_tuple_variant(self, _: &str, _: u32, _: &str, _: usize) -> Result<Self, Error> {
        Ok(self)
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Self, Error> {
        Ok(self)
    }
    fn serialize_struct(self, _: &str, _: usize) -> Result<Self, Error> {
        Ok(self)
    }
    fn serialize_struct_variant(self, _: &str, _: u32, _: &str, _: usize) -> Result<Self, Error> {
        Ok(self)
    }
}

macro_rules! parts {
    ($($part:ident $method:ident),*) => { $(
        impl $part for Check {
            type Ok = bool;
            type Error = Error;
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> { check(value) }
            fn end(self) -> Result<bool, Error> { VALUE }
        }
    )* };
}
parts!(
    SerializeSeq serialize_element,
    SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field
);

macro_rules! fields {
    ($($part:ident),*) => { $(
        impl $part for Check {
            type Ok = bool;
            type Error = Error;
            fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Result<(), Error> { check(value) }
            fn end(self) -> Result<bool, Error> { VALUE }
        }
    )* };
}
fields!(SerializeStruct, SerializeStructVariant);

impl SerializeMap for Check {
    type Ok = bool;
    type Error = Error;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        check(key)
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        check(value)
    }
    fn end(self) -> Result<bool, Error> {
        VALUE
    }
}
