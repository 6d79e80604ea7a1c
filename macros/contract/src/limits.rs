//! Limits, each with its unit in its name. First those of the platform, with their source; then those that durably sets.

use crate::columns;

/// A row, a string or a blob of SQL. A local workerd takes about 10 % more, so no local test finds a greater one.
/// <https://developers.cloudflare.com/durable-objects/platform/limits/>
pub const ROW_MAX_BYTES: usize = 2_000_000;

/// The columns of a table. <https://developers.cloudflare.com/durable-objects/platform/limits/>
pub const TABLE_MAX_COLUMNS: usize = 100;

/// A statement's text. <https://developers.cloudflare.com/durable-objects/platform/limits/>
pub const STATEMENT_MAX_BYTES: usize = 100_000;

/// The bound parameters of a statement. <https://developers.cloudflare.com/durable-objects/platform/limits/>
pub const STATEMENT_MAX_PARAMETERS: usize = 100;

/// The arguments of a function of SQL. <https://developers.cloudflare.com/durable-objects/platform/limits/>
pub const FUNCTION_MAX_ARGUMENTS: usize = 32;

/// A pattern of `LIKE` or `GLOB`. <https://developers.cloudflare.com/durable-objects/platform/limits/>
pub const LIKE_PATTERN_MAX_BYTES: usize = 50;

/// A key: documented for key-value storage, kept here for a `Map`'s keys of any kind.
/// <https://developers.cloudflare.com/durable-objects/platform/limits/>
pub const KEY_MAX_BYTES: usize = 2048;

/// A message between Workers. <https://developers.cloudflare.com/workers/runtime-apis/rpc/>
pub const RPC_MAX_BYTES: usize = 32 << 20;

/// The greatest whole number that JavaScript has exactly, `Number.MAX_SAFE_INTEGER`.
/// <https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/Number/MAX_SAFE_INTEGER>
pub const JS_MAX_SAFE_INTEGER: i64 = (1 << 53) - 1;

/// KV caches a value no shorter than this. <https://developers.cloudflare.com/kv/api/read-key-value-pairs/#cachettl-parameter>
pub const KV_MIN_CACHE_SECONDS: u32 = 30;

/// Moments that RFC 3339 can write: milliseconds since 1970, from the year 0000.
/// <https://www.rfc-editor.org/rfc/rfc3339#section-1>
pub const TIMESTAMP_MIN_MILLIS: i64 = -62_167_219_200_000;

/// Up to the end of the year 9999.
pub const TIMESTAMP_MAX_MILLIS: i64 = 253_402_300_799_999;

/// What durably says to itself around a message, kept free of [`RPC_MAX_BYTES`]; 15 bytes were the most that was seen.
pub const RPC_SPARE_BYTES: usize = 1024;

/// A call's arguments or its reply.
pub const MESSAGE_MAX_BYTES: usize = RPC_MAX_BYTES - RPC_SPARE_BYTES;

/// How deep the lists and objects of one value may stand in one another. `serde_json` reads 127 levels; the difference is
/// for what durably puts around a value on its way: an envelope, a list of arguments, a reply.
pub const JSON_MAX_DEPTH: usize = 120;

/// The plain fields of a state: a table's columns less durably's own.
pub const STATE_MAX_FIELDS: usize = TABLE_MAX_COLUMNS - columns::state::COLUMNS.len();

/// The fields of a struct that is a row of a collection: a table's columns less the key.
pub const ITEM_MAX_FIELDS: usize = TABLE_MAX_COLUMNS - 1;

/// The elements of a tuple.
pub const TUPLE_MAX_ELEMENTS: usize = 6;

/// The methods of a class: far more than anyone calls, few enough for the tables that are made of them.
pub const CLASS_MAX_METHODS: usize = 256;

/// The items of one page.
pub const PAGE_MAX_ITEMS: u32 = 200;

/// The items of a page whose size was not said.
pub const PAGE_DEFAULT_ITEMS: u32 = 50;

/// The rows of one page, which are in memory together.
pub const PAGE_MAX_BYTES: usize = 1 << 20;

/// The body of a request.
pub const BODY_MAX_BYTES: usize = 1 << 20;

/// An idempotency key: at least one character, all of them visible ASCII.
pub const IDEMPOTENCY_KEY_MAX_BYTES: usize = 255;

/// How long the reply to a call with a key is kept: 24 hours.
pub const IDEMPOTENCY_KEPT_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// An async call with a key, and without a deadline of its own, is ended after this time.
pub const KEYED_CALL_MAX_MILLIS: u64 = 30_000;

/// How long an isolate uses its copy of a configuration before it asks KV again.
pub const CONFIG_FRESH_SECONDS: u32 = 60;

const _: () = assert!(CONFIG_FRESH_SECONDS >= KV_MIN_CACHE_SECONDS);
const _: () = assert!(PAGE_DEFAULT_ITEMS <= PAGE_MAX_ITEMS);
