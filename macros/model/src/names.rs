//! Every name that more than one place derives.
//!
//! | name | from | example |
//! |---|---|---|
//! | class | the state's identifier | `Conversation` |
//! | binding | the class in `SCREAMING_SNAKE_CASE` | `CONVERSATION` |
//! | KV binding | the configuration in `SCREAMING_SNAKE_CASE` | `APP_CONFIG` |
//! | KV key | the configuration in `snake_case` | `app_config` |
//! | variant, error code | the identifier in `snake_case` | `too_long` |
//! | table, column, JSON key, JS method | the identifier, `r#` removed | `turns` |

use proc_macro2::Ident;

/// Methods that a JS caller could never reach, or that would shadow the platform's: from the list of names that an RPC
/// stub answers itself, and the handlers of the `DurableObject` class.
/// <https://developers.cloudflare.com/workers/runtime-apis/rpc/reserved-methods/>
pub const RESERVED_METHODS: &[&str] = &[
    "alarm",
    "connect",
    "constructor",
    "ctx",
    "dup",
    "env",
    "fetch",
    "id",
    "name",
    "then",
    "webSocketClose",
    "webSocketError",
    "webSocketMessage",
];

/// What every typed client has itself: its constructors, which stand on the state, and its options.
pub const CLIENT_METHODS: &[&str] = &["by_id", "idempotent", "named", "unique", "within"];

/// An identifier without `r#`.
pub fn bare(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map(str::to_owned).unwrap_or(text)
}

/// `TooLong` → `too_long`, `HTTPDoor` → `http_door`.
pub fn snake_case(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (i, c) in chars.iter().enumerate() {
        let starts_word = c.is_uppercase()
            && i > 0
            && chars[i - 1] != '_'
            && (!chars[i - 1].is_uppercase() || chars.get(i + 1).is_some_and(|next| next.is_lowercase()));
        if starts_word {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// `AppConfig` → `APP_CONFIG`.
pub fn binding_name(name: &str) -> String {
    snake_case(name).to_uppercase()
}

/// Whether JS would refuse or misread this as a class or method name.
pub fn js_reserved(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "arguments",
        "await",
        "break",
        "case",
        "catch",
        "class",
        "const",
        "continue",
        "debugger",
        "default",
        "delete",
        "do",
        "else",
        "enum",
        "eval",
        "export",
        "extends",
        "false",
        "finally",
        "for",
        "function",
        "if",
        "implements",
        "import",
        "in",
        "instanceof",
        "interface",
        "let",
        "new",
        "null",
        "package",
        "private",
        "protected",
        "public",
        "return",
        "static",
        "super",
        "switch",
        "this",
        "throw",
        "true",
        "try",
        "typeof",
        "var",
        "void",
        "while",
        "with",
        "yield",
    ];
    WORDS.contains(&name)
}

/// Whether a class of this name would hide something that the generated entry module uses.
pub fn js_global(name: &str) -> bool {
    const GLOBALS: &[&str] = &[
        "Array",
        "ArrayBuffer",
        "BigInt",
        "Boolean",
        "DataView",
        "Date",
        "DurableObject",
        "Error",
        "Function",
        "Headers",
        "Infinity",
        "Intl",
        "JSON",
        "Map",
        "Math",
        "NaN",
        "Number",
        "Object",
        "Promise",
        "Proxy",
        "RangeError",
        "ReadableStream",
        "Reflect",
        "RegExp",
        "Request",
        "Response",
        "RpcStub",
        "RpcTarget",
        "Set",
        "String",
        "Symbol",
        "SyntaxError",
        "TextDecoder",
        "TextEncoder",
        "TypeError",
        "URL",
        "URLSearchParams",
        "Uint8Array",
        "WeakMap",
        "WeakRef",
        "WeakSet",
        "WebAssembly",
        "WebSocket",
        "WebSocketPair",
        "WorkerEntrypoint",
        "WorkflowEntrypoint",
        "console",
        "globalThis",
        "undefined",
    ];
    GLOBALS.contains(&name)
}
