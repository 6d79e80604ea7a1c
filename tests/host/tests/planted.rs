//! Faults that are planted in durably, one at a time: the programs find each.

use durably::planted::{Plant, plant};
use durably_host_tests::check::unlike;

/// Programs among which each fault is found.
const MOST: u64 = 4_000;

/// Those that no program can meet: `pages` and `unreadable` find them.
const ELSEWHERE: [Plant; 2] = [Plant::PageForgetsRest, Plant::UnrestoredIsKept];

#[test]
fn every_planted_fault_is_found() {
    let sought = Plant::ALL.into_iter().filter(|fault| !ELSEWHERE.contains(fault));
    let unfound: Vec<Plant> = sought
        .filter(|fault| {
            plant(Some(*fault));
            let found = (0..MOST).find_map(|number| Some((number, unlike(7, number)?)));
            plant(None);
            match &found {
                Some((number, why)) => println!("{fault:?} is found by program {number}: {why:.300}"),
                None => println!("{fault:?} is not found"),
            }
            found.is_none()
        })
        .collect();
    assert!(unfound.is_empty(), "none of {MOST} programs finds {unfound:?}");
}
