//! `dev` under somebody who edits, renames, breaks, mends, deletes and kills at random. It stays alive, what it serves is
//! always one whole build, and every acknowledged write is there at the end.
//!
//! What is done follows from a seed, which is printed: `DURABLY_SEED=… cargo durably test --only loop` does it again.

#![allow(clippy::expect_used, clippy::panic, missing_docs, reason = "a test may")]

mod client;
mod dev;
mod moments;
mod project;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use client::{Seen, head, request, stored};
use dev::Dev;
use moments::Moments;
use project::{Project, Version};

#[test]
fn a_few_minutes_of_edits_and_kills() {
    run("short", Duration::from_mins(2));
}

#[test]
#[ignore = "long"]
fn twenty_minutes_of_edits_and_kills() {
    run("long", Duration::from_mins(20));
}

fn run(name: &str, time: Duration) {
    let seed = std::env::var("DURABLY_SEED").ok().and_then(|seed| seed.parse().ok());
    let now = || SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(1, |now| now.as_secs());
    let seed: u64 = seed.unwrap_or_else(now);
    println!("DURABLY_SEED={seed}");
    let project = Project::new(name);
    let version = Version { code: 1, shelf: 1, template: 1, secret: 1 };
    let mut editor = Editor { random: Random(seed | 1), version, done: Vec::new() };
    project.mend(&editor.version);
    let moments = Moments::new();
    let mut dev = Dev::start(&project, &moments);
    let address = dev.address.clone();
    let witnessed = Seen::new(&moments);
    let began = Instant::now();
    thread::scope(|scope| {
        let stop = StopOnPanic(&witnessed);
        scope.spawn(|| witnessed.write(&address));
        scope.spawn(|| witnessed.read(&address));
        while began.elapsed() < time {
            for _ in 0..=editor.random.below(5) {
                editor.act(&project, &mut dev);
                thread::sleep(Duration::from_millis(editor.random.below(4000)));
            }
            editor.settle(&project, &mut dev);
        }
        drop(stop);
    });
    let odd = witnessed.odd.lock().expect("nobody panicked");
    let done = &editor.done;
    assert!(odd.is_empty(), "after {done:?}: answers of no whole build: {odd:#?}\n`dev` said:\n{}", dev.said());
    let acknowledged: BTreeSet<i64> = witnessed.acknowledged.lock().expect("nobody panicked").iter().copied().collect();
    let excused = witnessed.excused.load(Ordering::Relaxed);
    println!(
        "{} acts, {} acknowledged writes, {excused} requests lost to restarts",
        editor.done.len(),
        acknowledged.len()
    );
    println!("acts: {:?}", editor.counted());
    assert!(acknowledged.len() > 50, "it was served: {}", acknowledged.len());
    complete(&acknowledged, &stored(&address), &editor);
    drop(dev);
    let dev = Dev::start(&project, &moments);
    complete(&acknowledged, &stored(&dev.address), &editor);
}

fn complete(acknowledged: &BTreeSet<i64>, stored: &[i64], editor: &Editor) {
    let once: BTreeSet<i64> = stored.iter().copied().collect();
    let lost: Vec<_> = acknowledged.difference(&once).collect();
    assert!(lost.is_empty(), "after {:?}: acknowledged and lost: {lost:?}", editor.done);
    assert_eq!(once.len(), stored.len(), "a value was put once and is there twice");
}

/// The threads end also when this one fails.
struct StopOnPanic<'a>(&'a Seen);

impl Drop for StopOnPanic<'_> {
    fn drop(&mut self) {
        self.0.stop();
    }
}

struct Editor {
    random: Random,
    version: Version,
    done: Vec<String>,
}

impl Editor {
    /// How often each act was done.
    fn counted(&self) -> BTreeMap<&str, usize> {
        let mut counted = BTreeMap::new();
        self.done.iter().for_each(|act| *counted.entry(act.as_str()).or_default() += 1);
        counted
    }

    fn act(&mut self, project: &Project, dev: &mut Dev) {
        let Self { random, version, .. } = self;
        let act = match random.below(21) {
            0 | 1 => {
                version.code += 1;
                project.write_code(version, "");
                "edit"
            }
            2 | 3 => {
                version.shelf += 1;
                version.code += 1;
                project.write_code(version, "");
                "rename"
            }
            4 => {
                version.template += 1;
                project.write_template(version, "");
                "template"
            }
            5 => {
                project.write_code(version, "fn broken() -> u32 { \"no\" }");
                "break"
            }
            6 => {
                project.write_template(version, "TEMPLATE = \"twice\"\n");
                "break the template"
            }
            7 => {
                project.remove("src/extra.rs");
                "delete a module"
            }
            8 => {
                project.remove(["wrangler.toml", ".durably/entry.mjs", ".durably/app.json"][random.index(3)]);
                "delete a generated file"
            }
            9 => {
                project.remove(".durably/dev");
                "delete the builds"
            }
            10 => {
                project.write("README.md", &random.below(1000).to_string());
                "edit what does not concern it"
            }
            11 => {
                for _ in 0..30 {
                    version.code += 1;
                    project.write_code(version, "");
                    thread::sleep(Duration::from_millis(50));
                }
                "write all the time"
            }
            12 => {
                project.write_code(version, STARTS_NOT);
                "break the start"
            }
            13 => dev.kill("workerd serve", random),
            14 => dev.kill("wrangler.js dev", random),
            15 | 16 => {
                version.secret += 1;
                project.write_secrets(version, "");
                "change the secrets"
            }
            17 => {
                project.write_secrets(version, "what is this\n");
                "break the secrets"
            }
            18 | 19 => {
                dev.moments.disturbed();
                project.remove(".durably");
                "delete all that was made"
            }
            _ => {
                project.mend(version); // a first build that fails waits for an edit
                dev.kill_and_start_again(project);
                "kill `dev`"
            }
        };
        println!("{} {act}: {version:?}", dev.moments.now());
        self.done.push(act.to_owned());
        if act == "break" {
            self.is_told(dev);
        }
    }

    /// Who uses what is served learns that a newer build failed, and why.
    fn is_told(&self, dev: &mut Dev) {
        let deadline = Instant::now() + Duration::from_mins(4);
        let mut page = String::new();
        while !page.contains("expected `u32`, found `&#38;str`") {
            dev.assert_alive(&self.done);
            let done = &self.done;
            assert!(Instant::now() < deadline, "after {done:?}: the page shows {page}; dev said:\n{}", dev.said());
            thread::sleep(Duration::from_millis(200));
            page = request(&dev.address, "GET", "/.durably/build").map(|(_, page)| page).unwrap_or_default();
        }
        let answer = head(&dev.address, "/template").unwrap_or_default().to_ascii_lowercase();
        // It may be starting again just now.
        assert!(!answer.starts_with("http/1.1 200") || answer.contains("durably-build: failed"), "{answer}");
    }

    /// Everything is mended, and then the newest version is served. `dev` itself was never started again.
    fn settle(&mut self, project: &Project, dev: &mut Dev) {
        project.mend(&self.version);
        let Version { code, shelf, template, secret } = &self.version;
        let wanted = format!("{{\"code\":{code},\"shelf\":{shelf},\"of_object\":{code},\"extra\":1}}");
        let deadline = Instant::now() + Duration::from_mins(4);
        loop {
            dev.assert_alive(&self.done);
            let said = request(&dev.address, "GET", "/said");
            let of_template = request(&dev.address, "GET", "/template");
            let token = request(&dev.address, "GET", "/token");
            let right =
                |answer: &std::io::Result<(u16, String)>, text: &str| matches!(answer, Ok((200, body)) if body == text);
            let others = right(&of_template, &format!("\"{template}\"")) && right(&token, &format!("\"{secret}\""));
            if right(&said, &wanted) && others {
                return;
            }
            let done = &self.done;
            assert!(
                Instant::now() < deadline,
                "after {done:?}: wanted {wanted}, {template} and {secret}, got {said:?}, {of_template:?} and {token:?}; it said:\n{}",
                dev.said()
            );
            thread::sleep(Duration::from_millis(200));
        }
    }
}

/// It compiles, and traps when workerd loads it.
const STARTS_NOT: &str = "
#[durably::__private::wasm_bindgen::prelude::wasm_bindgen(start, wasm_bindgen = ::durably::__private::wasm_bindgen)]
fn start() {
    panic!(\"not today\");
}
";

/// Marsaglia's xorshift: the same acts for the same seed.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    pub(crate) fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).expect("it is small")
    }
}
