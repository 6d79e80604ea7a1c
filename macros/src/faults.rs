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

/// The file of faults; an error says why it can't be read, which is not the same as that there are none.
fn all() -> Result<Vec<Value>, String> {
    let Some(path) = folder().map(|folder| folder.join("faults.json")) else { return Ok(Vec::new()) };
    let text = std::fs::read_to_string(&path).map_err(|error| error.to_string());
    text.and_then(|text| parse(&text)).map_err(|error| {
        format!(
            "{} can't be read ({error}), so mistakes that only the build script sees would go unnoticed: touch `build.rs` \
             and build again",
            path.display()
        )
    })
}

fn parse(text: &str) -> Result<Vec<Value>, String> {
    let faults: Vec<Value> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    match faults.iter().find(|fault| message(fault).is_none() || !fault["target"].is_object()) {
        Some(odd) => Err(format!("{odd} is not a fault")),
        None => Ok(faults),
    }
}

/// The faults of the crate as a whole, or that they can't be known.
pub(crate) fn of_crate() -> Vec<String> {
    match all() {
        Ok(faults) => {
            faults.iter().filter(|fault| fault["target"].get("crate").is_some()).filter_map(message).collect()
        }
        Err(error) => vec![error],
    }
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
    // That they can't be read is said once, for the crate.
    all()
        .unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_file_that_is_not_understood_is_never_an_empty_one() {
        assert_eq!(parse("[]").map(|faults| faults.len()), Ok(0));
        assert_eq!(
            parse(r#"[{"own":"0x0","target":{"crate":null},"message":"no"}]"#).map(|faults| faults.len()),
            Ok(1)
        );
        for text in ["", "[", "{}", "null", r#"[{"own":"0x0"}]"#, r#"[{"message":"no"}]"#] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
