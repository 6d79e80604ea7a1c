//! Names that are taken: by JS, by the platform, by the generated code. What is derived from names is in `durably-contract`.

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
