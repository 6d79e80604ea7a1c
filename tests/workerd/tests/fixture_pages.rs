//! Pages on the platform: the same SQL as in `tests/host`, through JS.

use durably_workerd_tests::fixture::Fixture;
use serde_json::{Value, json};

#[test]
fn every_row_is_in_one_page_of_at_most_a_mebibyte() {
    let sizes = json!([10, 10, 400_000, 700_000, 300_000, 1_900_000, 1, 1, 1_048_000, 600, 0]);
    for row in ["lines", "numbers", "named", "raw", "counted"] {
        let shelf = Fixture::shared().object("Shelf", row);
        shelf.call("fill", &json!([row, sizes]));
        for (back, limit) in [(false, 200), (true, 200), (false, 2), (true, 2)] {
            let pages = shelf.call("walk", &json!([row, back, limit]));
            let pages: Vec<&Value> = pages.as_array().into_iter().flatten().collect();
            let keys = |page: &&Value| page["keys"].as_array().cloned().unwrap_or_default();
            for page in &pages {
                let bytes = page["bytes"].as_u64().unwrap_or(u64::MAX);
                assert!(bytes <= 1 << 20 || keys(page).len() == 1, "{row}, back: {back}: {page}");
            }
            let mut all: Vec<Value> = (0..11).map(|place| json!(format!("{place:03}"))).collect();
            if back {
                all.reverse();
            }
            assert_eq!(pages.iter().flat_map(keys).collect::<Vec<_>>(), all, "{row}, back: {back}, limit: {limit}");
        }
    }
    let shelf = Fixture::shared().object("Shelf", "lines");
    assert_eq!(shelf.call("last", &json!(["lines", 3])), json!([[10, 11], 10]), "the third would be too much");
    assert_eq!(shelf.call("last", &json!(["lines", 2])), json!([[10, 11], 10]));
}
