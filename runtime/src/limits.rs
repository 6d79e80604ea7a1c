//! The limits that the runtime holds: the platform's, and durably's own. They are written, with their sources, in
//! `durably-contract`.

pub(crate) use durably_contract::limits::{
    BODY_MAX_BYTES, CONFIG_FRESH_SECONDS, IDEMPOTENCY_KEPT_MILLIS, IDEMPOTENCY_KEY_MAX_BYTES, JS_MAX_SAFE_INTEGER,
    JSON_MAX_DEPTH, KEY_MAX_BYTES, KEYED_CALL_MAX_MILLIS, MESSAGE_MAX_BYTES, PAGE_DEFAULT_ITEMS, PAGE_MAX_BYTES,
    PAGE_MAX_ITEMS, ROW_MAX_BYTES, TIMESTAMP_MAX_MILLIS, TIMESTAMP_MIN_MILLIS,
};
#[cfg(all(feature = "host", not(target_arch = "wasm32")))]
pub(crate) use durably_contract::limits::{
    FUNCTION_MAX_ARGUMENTS, LIKE_PATTERN_MAX_BYTES, STATEMENT_MAX_BYTES, STATEMENT_MAX_PARAMETERS, TABLE_MAX_COLUMNS,
};
