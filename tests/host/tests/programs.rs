//! Random programs of handlers, compared with a simple model.
//!
//! `DURABLY_PROGRAMS` says how many, `DURABLY_SEED` which, `DURABLY_FROM` where to go on. A failure names its three.
#![allow(clippy::panic, reason = "what goes wrong in a helper fails the test")]

use std::thread;

use durably_host_tests::check::{number, one};

/// The first seed that there ever was.
const SEED: u64 = 5;

fn programs(count: u64) {
    let (seed, from) = (number("DURABLY_SEED", SEED), number("DURABLY_FROM", 0));
    let count = number("DURABLY_PROGRAMS", count);
    println!("programs {from} to {} of seed {seed}", from + count);
    let hands = thread::available_parallelism().map_or(1, |hands| hands.get() as u64);
    thread::scope(|scope| {
        for hand in 0..hands {
            scope.spawn(move || {
                for program in (from + hand..from + count).step_by(usize::try_from(hands).unwrap_or(1)) {
                    let replay = format!("DURABLY_SEED={seed} DURABLY_FROM={program} DURABLY_PROGRAMS=1");
                    one(seed, program).unwrap_or_else(|why| panic!("{replay}\n{why}"));
                    if program % 10_000 == 0 && program > from {
                        println!("{program} were as expected");
                    }
                }
            });
        }
    });
}

#[test]
fn five_thousand_programs_do_as_the_model() {
    programs(5_000);
}

#[test]
#[ignore = "long"]
fn a_hundred_thousand_programs_do_as_the_model() {
    programs(100_000);
}
