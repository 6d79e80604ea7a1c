//! The reference application: who may ask, and how.

use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::{Answer, App, Options, Request, Server};

/// The key that opens sessions.
pub const ISSUER: &str = "issuer";
/// The key that reads and changes the configuration.
pub const OPERATOR: &str = "operator";

/// One server for all tests of a process that need neither a restart nor a configuration of their own.
pub fn shared() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(own)
}

/// A server of the test's own.
pub fn own() -> Server {
    App::reference().serve(Options::default())
}

/// A user with a session.
#[derive(Debug, Clone)]
pub struct User {
    /// The session's id.
    pub session: String,
    /// Its token.
    pub token: String,
}

impl User {
    /// Opens a session.
    #[track_caller]
    pub fn sign_in(server: &Server, name: &str) -> Self {
        let opened = server.post("/v1/sessions").bearer(ISSUER).json(&json!({ "user": name })).send().is(201).json();
        Self { session: string(&opened["session"]), token: string(&opened["token"]) }
    }

    /// A request with the session's token.
    pub fn request(&self, server: &Server, method: &str, path: &str) -> Request {
        server.request(method, path).bearer(&self.token)
    }

    /// Asks with the session's token.
    #[track_caller]
    pub fn get(&self, server: &Server, path: &str) -> Answer {
        self.request(server, "GET", path).send()
    }

    /// Posts JSON with the session's token.
    #[track_caller]
    pub fn post(&self, server: &Server, path: &str, body: &Value) -> Answer {
        self.request(server, "POST", path).json(body).send()
    }

    /// Makes a conversation and gives its id.
    #[track_caller]
    pub fn conversation(&self, server: &Server, title: &str) -> String {
        string(&self.post(server, "/v1/conversations", &json!({ "title": title })).is(201).json()["conversation"])
    }

    /// Appends a turn and gives its place.
    #[track_caller]
    pub fn append(&self, server: &Server, conversation: &str, text: &str) -> u64 {
        let turn = json!({ "role": "user", "text": text });
        let appended = self.post(server, &turns(conversation), &turn).is(201).json();
        appended["seq"].as_u64().unwrap_or_else(|| panic!("no seq: {appended}"))
    }

    /// All turns of a conversation, page by page.
    #[track_caller]
    pub fn turns(&self, server: &Server, conversation: &str) -> Vec<Value> {
        let mut all = Vec::new();
        let mut after = 0;
        loop {
            let page = self.get(server, &format!("{}?after={after}&limit=200", turns(conversation))).is(200).json();
            all.extend(page["turns"].as_array().cloned().unwrap_or_default());
            match page["next"].as_u64() {
                Some(next) => after = next,
                None => return all,
            }
        }
    }
}

/// The path of a conversation.
pub fn conversation(id: &str) -> String {
    format!("/v1/conversations/{id}")
}

/// The path of a conversation's turns.
pub fn turns(id: &str) -> String {
    format!("/v1/conversations/{id}/turns")
}

/// The path of a session.
pub fn session(id: &str) -> String {
    format!("/v1/sessions/{id}")
}

/// A text in an answer.
#[track_caller]
pub fn string(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}
