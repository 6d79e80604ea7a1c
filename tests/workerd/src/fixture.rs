//! The fixture, served behind `driver.mjs`: calls by native RPC from JS, a look into the storage of each object, rows
//! counted.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::app::workspace;
use crate::{Answer, App, Options, Server};

/// The entry that tests use in place of the generated one.
const DRIVER: &str = "driver.mjs";

/// The fixture, served.
#[derive(Debug)]
pub struct Fixture {
    /// Whoever wants HTTP.
    pub server: Server,
}

impl Fixture {
    /// One server for all tests of a process.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Fixture> = OnceLock::new();
        SHARED.get_or_init(Self::own)
    }

    /// A server of the test's own.
    pub fn own() -> Self {
        Self::with(|_| {})
    }

    /// A server whose files were changed before it began: `change` gets their folder.
    pub fn with(change: impl FnOnce(&Path)) -> Self {
        let folder = workspace().join("tests/fixture");
        let server = Server::prepared(App::at(&folder), Options::default(), |served| {
            copy(&folder.join(DRIVER), &served.join(DRIVER));
            replace(&served.join("wrangler.toml"), "main = \".durably/entry.mjs\"", &format!("main = \"{DRIVER}\""));
            change(served);
        });
        Self { server }
    }

    /// An object.
    pub fn object(&self, class: &'static str, name: impl Into<String>) -> Object<'_> {
        Object { fixture: self, class, name: name.into() }
    }

    /// One of the driver's doors.
    #[track_caller]
    pub fn drive(&self, door: &str, what: &Value) -> Value {
        self.drive_raw(door, what).is(200).json()
    }

    /// The same, whatever the answer is.
    #[track_caller]
    pub fn drive_raw(&self, door: &str, what: &Value) -> Answer {
        self.server.post(&format!("/drive/{door}")).json(what).send()
    }
}

/// An object of the fixture, by its name.
#[derive(Debug, Clone)]
pub struct Object<'a> {
    fixture: &'a Fixture,
    class: &'static str,
    name: String,
}

impl Object<'_> {
    /// Its class.
    pub fn class(&self) -> &'static str {
        self.class
    }

    /// What the driver calls a call.
    pub fn step(&self, method: &str, args: &Value) -> Value {
        json!({ "class": self.class, "name": self.name, "method": method, "args": args })
    }

    /// A call: `{"ok": …}`, `{"error": {"name", "message", "own"}}` or `{"hung": true}`.
    #[track_caller]
    pub fn attempt(&self, method: &str, args: &Value) -> Value {
        self.fixture.drive("call", &self.step(method, args))
    }

    /// A call that succeeds.
    #[track_caller]
    pub fn call(&self, method: &str, args: &Value) -> Value {
        let mut answer = self.attempt(method, args);
        assert!(answer.get("ok").is_some(), "{}::{method}({}) answered {answer}", self.class, shortened(args));
        answer["ok"].take()
    }

    /// A call that fails with this code; its error.
    #[track_caller]
    pub fn fails(&self, method: &str, args: &Value, code: &str) -> Value {
        let mut answer = self.attempt(method, args);
        assert_error(&answer, code);
        answer["error"].take()
    }

    /// All that its storage holds.
    #[track_caller]
    pub fn dump(&self) -> Value {
        self.call("$dump", &json!([]))
    }

    /// Its storage, changed behind durably's back.
    #[track_caller]
    pub fn sql(&self, sql: &str) -> Value {
        self.call("$sql", &json!([sql]))
    }

    /// A call that succeeds, and what it cost: rows written, rows read.
    #[track_caller]
    pub fn metered(&self, method: &str, args: &Value) -> Cost {
        let metered = self.call("$metered", &json!([method, args]));
        let number = |name: &str| metered[name].as_u64().unwrap_or_else(|| panic!("{metered}"));
        Cost {
            written: number("written"),
            read: number("read"),
            statements: metered["statements"].clone(),
            reply: metered["reply"].clone(),
        }
    }

    /// Ends the instance: memory is gone, as after ten idle seconds.
    pub fn forget(&self) {
        let _ = self.fixture.drive("call", &self.step("$forget", &json!([])));
    }
}

/// What a call cost.
#[derive(Debug, Clone)]
pub struct Cost {
    /// Rows written, summed over every cursor and alarm.
    pub written: u64,
    /// Rows read.
    pub read: u64,
    /// The statements, each with its own.
    pub statements: Value,
    /// What the call answered.
    pub reply: Value,
}

/// Checks that an outcome is an error of this code, as it arrives in JS.
#[track_caller]
pub fn assert_error(outcome: &Value, code: &str) {
    let message =
        outcome["error"]["message"].as_str().unwrap_or_else(|| panic!("expected {code}, got {}", shortened(outcome)));
    assert!(message.starts_with(&format!("{code}: ")), "expected {code}, got {}", shortened(outcome));
}

/// Replaces a text that stands in a file exactly once.
pub fn replace(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    assert_eq!(text.matches(from).count(), 1, "{} should have this once: {from}", file.display());
    fs::write(file, text.replace(from, to)).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
}

fn copy(from: &Path, to: &Path) {
    fs::copy(from, to).unwrap_or_else(|error| panic!("{} to {}: {error}", from.display(), to.display()));
}

fn shortened(value: &Value) -> String {
    value.to_string().chars().take(600).collect()
}
