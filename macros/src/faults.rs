//! Faults that the build script found: it has no spans, so it leaves them in `OUT_DIR`, and the macro that owns the span
//! raises them.

use std::path::PathBuf;

use proc_macro2::{Span, TokenStream};
use serde_json::Value;

fn folder() -> Option<PathBuf> {
    Some(PathBuf::from(std::env::var_os("OUT_DIR")?).join("durably"))
}

/// Whether `durably_build::generate()` ran for this crate.
pub(crate) fn build_script_ran() -> bool {
    folder().is_some_and(|folder| folder.join("bindings.rs").is_file())
}

/// What a fault is about.
pub(crate) enum Target<'a> {
    Item,
    Field(&'a str),
    Method(&'a str),
    Argument(&'a str, &'a str),
}

fn all() -> Vec<Value> {
    let text = folder().and_then(|folder| std::fs::read_to_string(folder.join("faults.json")).ok());
    match text.and_then(|text| serde_json::from_str(&text).ok()) {
        Some(Value::Array(faults)) => faults,
        _ => Vec::new(),
    }
}

/// The faults of the crate as a whole.
pub(crate) fn of_crate() -> Vec<String> {
    all().iter().filter(|fault| fault["target"].get("crate").is_some()).filter_map(message).collect()
}

fn message(fault: &Value) -> Option<String> {
    fault["message"].as_str().map(str::to_owned)
}

/// The faults of an item, each raised at the span that `span` gives for its target.
pub(crate) fn of_item(own: u64, line: usize, span: impl Fn(&Target<'_>) -> Option<Span>, item: Span) -> TokenStream {
    let own = format!("{own:#018x}");
    let mine = |fault: &&Value| {
        fault["own"].as_str() == Some(&own) && fault["line"].as_u64().is_none_or(|at| at == line as u64)
    };
    all()
        .iter()
        .filter(mine)
        .filter_map(|fault| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let target = &fault["target"];
            let (field, method) = (text(&target["field"]), text(&target["method"]));
            let (of, argument) = (text(&target["argument"][0]), text(&target["argument"][1]));
            let at = match () {
                () if !field.is_empty() => Target::Field(&field),
                () if !argument.is_empty() => Target::Argument(&of, &argument),
                () if !method.is_empty() => Target::Method(&method),
                () => Target::Item,
            };
            Some(syn::Error::new(span(&at).unwrap_or(item), message(fault)?).into_compile_error())
        })
        .collect()
}
