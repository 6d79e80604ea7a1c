//! Pages have an end in bytes, too, and whoever follows `next` has every row once.
#![allow(clippy::unwrap_used, clippy::panic, reason = "the hands of tests: what goes wrong in them fails the test")]

use durably::host::{Database, Instance};
use durably::planted::{Plant, plant};
use durably_host_tests::world::json;
use fixture::shelf::{Row, Shelf};
use serde_json::{Value, json};

const MIB: u64 = 1 << 20;
const ROWS: [Row; 5] = [Row::Lines, Row::Numbers, Row::Named, Row::Raw, Row::Counted];

fn shelf(row: Row, sizes: &[u32]) -> Instance<Shelf> {
    let database = Database::new("0".repeat(64), None).unwrap();
    let shelf = Instance::new(&database);
    call(&shelf, "fill", vec![json(&row), json!(sizes)]);
    shelf
}

#[track_caller]
fn call(shelf: &Instance<Shelf>, method: &str, arguments: Vec<Value>) -> Value {
    serde_json::from_str(&shelf.call(method, arguments, None).unwrap()).unwrap()
}

/// Small ones, large ones, one that fills a page alone, and small ones again.
fn sizes() -> Vec<u32> {
    let mut sizes = vec![10; 30];
    sizes.extend([400_000, 700_000, 300_000, 1_900_000, 1, 1, 1_048_000, 600, 0]);
    sizes.extend([5; 30]);
    sizes
}

#[test]
fn every_row_is_in_one_page_and_no_page_is_too_large() {
    let sizes = sizes();
    for row in ROWS {
        let shelf = shelf(row, &sizes);
        for (back, limit) in [(false, 200), (true, 200), (false, 7), (true, 7), (false, 1), (true, 1)] {
            let pages = call(&shelf, "walk", vec![json(&row), json!(back), json!(limit)]);
            let pages = pages.as_array().unwrap();
            let mut keys = Vec::new();
            for page in pages {
                let these: Vec<String> = serde_json::from_value(page["keys"].clone()).unwrap();
                let bytes = page["bytes"].as_u64().unwrap();
                assert!(!these.is_empty() && these.len() <= limit, "{row:?}: {page}");
                assert!(bytes <= MIB || these.len() == 1, "{row:?}: a page of {bytes} bytes");
                keys.extend(these);
            }
            let mut all: Vec<String> = (0..sizes.len()).map(|place| format!("{place:03}")).collect();
            if back {
                all.reverse();
            }
            assert_eq!(keys, all, "{row:?}, back: {back}, limit: {limit}");
        }
    }
}

/// A page that ends with the last row says so.
#[test]
fn the_end_is_told() {
    for row in ROWS {
        for count in [0, 1, 3, 4] {
            let shelf = shelf(row, &vec![1; count]);
            for back in [false, true] {
                let pages = call(&shelf, "walk", vec![json(&row), json!(back), json!(2)]);
                assert_eq!(pages.as_array().unwrap().len(), count.div_ceil(2).max(1), "{row:?}, {count} rows");
            }
        }
    }
}

#[test]
fn the_last_items_are_as_many_as_fit() {
    let shelf = shelf(Row::Lines, &sizes());
    let last = |count: u64| call(&shelf, "last", vec![json!("lines"), json!(count)]);
    assert_eq!(last(3), json!([[67, 68, 69], 67]));
    // 30 small ones, an empty one, 600 bytes: the one before them has more than fits beside them.
    assert_eq!(last(1000)[1], json!(38));
    assert_eq!(last(u64::from(u32::MAX))[0][0], json!(38));
    assert_eq!(call(&shelf, "last", vec![json!("lines"), json!(0)]), json!([[], null]));
}

/// Numbers take little, and are counted all the same.
#[test]
fn the_last_of_a_million_numbers_are_a_page() {
    let shelf = shelf(Row::Numbers, &vec![0; 70_000]);
    let last = call(&shelf, "last", vec![json!("numbers"), json!(u32::MAX)]);
    let places = last[0].as_array().unwrap();
    assert_eq!(places.len() as u64, MIB / 18, "a key and a number, nine bytes each");
    assert_eq!(places.last(), Some(&json!(70_000)));
    assert_eq!(last[1], places[0]);
}

#[test]
fn a_page_that_forgets_the_rest_is_found() {
    let shelf = shelf(Row::Lines, &sizes());
    plant(Some(Plant::PageForgetsRest));
    let pages = call(&shelf, "walk", vec![json(&Row::Lines), json!(false), json!(200)]);
    plant(None);
    assert_eq!(pages.as_array().map(Vec::len), Some(1), "and so most rows are in no page");
}
