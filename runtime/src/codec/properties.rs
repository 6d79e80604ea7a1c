//! Whatever is encoded is decoded again as what it was, in JSON and in columns.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

use proptest::prelude::*;

use super::{Durable, from_json, to_json};
use crate::error::Error;
use crate::value::{Seq, Timestamp, Uuid};

fn same<T: Durable + PartialEq + Debug>(value: &T) -> Result<(), TestCaseError> {
    let fail = |error: Error| TestCaseError::fail(error.to_string());
    let json = to_json(value).map_err(fail)?;
    let read = from_json::<T>(&json).map_err(|faults| TestCaseError::fail(format!("{json}: {faults:?}")))?;
    prop_assert_eq!(&read, value, "in JSON: {}", json);
    prop_assert_eq!(to_json(&read).map_err(fail)?, json, "one value has one text");
    let stored = value.to_sql().map_err(fail)?;
    let read = T::from_sql(stored.clone()).map_err(|why| TestCaseError::fail(format!("{stored:?}: {why}")))?;
    prop_assert_eq!(&read, value, "in a column: {:?}", stored);
    prop_assert_eq!(read.to_sql().map_err(fail)?, stored, "what is read back is no change");
    Ok(())
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop_oneof![Just('\0'), Just('"'), Just('\\'), Just('\u{2028}'), any::<char>()], 0..40)
        .prop_map(String::from_iter)
}

fn finite() -> impl Strategy<Value = f64> {
    let bits = any::<u64>().prop_map(f64::from_bits).prop_filter("JSON has finite numbers", |float| float.is_finite());
    prop_oneof![prop::sample::select(&[0.0, -0.0, f64::MIN, f64::MAX, f64::MIN_POSITIVE, 5e-324, 1e16, 1e21][..]), bits]
}

proptest! {
    #[test]
    fn numbers(a: i8, b: i16, c: i32, d: i64, e: u8, f: u16, g: u32, h: u64, i: bool) {
        same(&a)?; same(&b)?; same(&c)?; same(&d)?; same(&e)?; same(&f)?; same(&g)?; same(&h)?; same(&i)?;
    }

    #[test]
    fn floats(wide in finite(), bits: u32) {
        same(&wide)?;
        let json = to_json(&wide).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(from_json::<f64>(&json).map(f64::to_bits), Ok(wide.to_bits()), "the sign of zero stays");
        let short = f32::from_bits(bits);
        if short.is_finite() { same(&short)? } else { prop_assert!(to_json(&short).is_err() && short.to_sql().is_err()) }
    }

    #[test]
    fn columns_keep_every_bit_of_a_float(wide in finite()) {
        let database = rusqlite::Connection::open_in_memory().unwrap();
        let column = super::Column::of::<f64>("value");
        database.execute(&format!("CREATE TABLE t ({})", column.definition()), []).unwrap();
        database.execute("INSERT INTO t VALUES (?)", [wide]).unwrap();
        let read: f64 = database.query_row(&format!("SELECT {} FROM t", column.selected()), [], |row| row.get(0)).unwrap();
        prop_assert_eq!(read.to_bits(), wide.to_bits());
    }

    #[test]
    fn texts_and_bytes(text in text(), bytes: Vec<u8>, four: [u8; 4], maybe: Option<Vec<u8>>) {
        same(&text)?; same(&bytes)?; same(&four)?; same(&maybe)?; same(&Some(text.clone()))?; same(&vec![text])?;
    }

    #[test]
    fn collections(
        list: Vec<i64>,
        lists: Vec<Vec<u64>>,
        named in prop::collection::btree_map(text(), finite(), 0..8),
        numbered: BTreeMap<u64, Vec<u8>>,
        hashed: HashMap<i64, Option<bool>>,
        tuple in (any::<u64>(), text(), any::<Option<i64>>(), any::<[i16; 3]>()),
        boxed: Option<i64>,
    ) {
        same(&list)?; same(&lists)?; same(&named)?; same(&numbered)?; same(&hashed)?; same(&tuple)?; same(&boxed.map(Box::new))?;
    }

    #[test]
    fn times_ids_and_places(millis: i64, id: u128, seq: u64) {
        same(&Timestamp::from_millis(millis))?;
        same(&Seq::new(seq))?;
        let id = Uuid::parse(&format!("{id:032x}")).map_err(TestCaseError::fail)?;
        same(&id)?;
    }

    /// As many lists in one another as can be read; one more is refused before it is written.
    #[test]
    fn depth(depth in 1_usize..200) {
        let text = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let mut json = super::Json::default();
        json.foreign(&text);
        prop_assert_eq!(json.finish().is_ok(), super::parse(&text, 0).is_ok());
    }
}
