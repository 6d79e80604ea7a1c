//! What an idempotency key costs in memory: one copy of the arguments, and no more. An isolate has 128 MB for all of its
//! objects, and arguments may be a quarter of that.
#![allow(unsafe_code, clippy::unwrap_used, reason = "an allocator that counts; what goes wrong fails the test")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use durably::host::{Database, Instance};
use fixture::ledger::Ledger;
use serde_json::Value;

struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        PEAK.fetch_max(NOW.fetch_add(layout.size(), Relaxed) + layout.size(), Relaxed);
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

const SIZE: usize = 20 << 20;

/// The most that a call has in memory beside its arguments.
fn peak(key: Option<&str>) -> usize {
    let database = Database::new("0".repeat(64), None).unwrap();
    let arguments = vec![Value::String("x".repeat(SIZE))];
    let before = NOW.load(Relaxed);
    PEAK.store(before, Relaxed);
    let answer = Instance::<Ledger>::new(&database).call("take", arguments, key).unwrap();
    assert_eq!(answer, SIZE.to_string());
    PEAK.load(Relaxed) - before
}

#[test]
fn a_key_copies_the_arguments_once() {
    let (unkeyed, keyed) = (peak(None), peak(Some("key")));
    println!("{SIZE} bytes of arguments: {unkeyed} more without a key, {keyed} with one");
    assert!(unkeyed < SIZE / 10, "{unkeyed}");
    assert!(keyed < SIZE + SIZE / 10, "{keyed}");
}
