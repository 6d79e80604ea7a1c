//! Faults that the build script found: it has no spans, so it leaves them in `OUT_DIR`, and the macro that owns the span
//! raises them.

use std::path::PathBuf;

use durably_contract::files::{Fault, Faults, Format as _, Target};
use durably_contract::paths;
use proc_macro2::{Span, TokenStream};

fn folder() -> Option<PathBuf> {
    Some(PathBuf::from(std::env::var_os("OUT_DIR")?).join(paths::OUT_FOLDER))
}

/// Whether `durably_build::generate()` ran for this crate.
pub(crate) fn build_script_ran() -> bool {
    folder().is_some_and(|folder| folder.join(paths::BINDINGS).is_file())
}

/// The faults in the file; an error says why it can't be read, which is not the same as that there are none.
fn all() -> Result<Vec<Fault>, String> {
    let Some(path) = folder().map(|folder| folder.join(paths::FAULTS)) else { return Ok(Vec::new()) };
    let text = std::fs::read_to_string(&path).map_err(|error| error.to_string());
    text.and_then(|text| Faults::from_text(&text)).map(|file| file.faults).map_err(|error| {
        format!(
            "{} can't be read ({error}), so mistakes that only the build script sees would go unnoticed: touch `build.rs` \
             and build again",
            path.display()
        )
    })
}

/// The faults of the crate as a whole, or that they can't be known.
pub(crate) fn of_crate() -> Vec<String> {
    match all() {
        Ok(faults) => {
            let of_crate = faults.into_iter().filter(|fault| fault.target == Target::Crate(()));
            of_crate.map(|fault| fault.message).collect()
        }
        Err(error) => vec![error],
    }
}

/// The faults of an item, each raised at the span that `span` gives for its target.
pub(crate) fn of_item(item_hash: u64, line: usize, span: impl Fn(&Target) -> Option<Span>, item: Span) -> TokenStream {
    // That they can't be read is said once, for the crate.
    all()
        .unwrap_or_default()
        .into_iter()
        .filter(|fault| fault.target != Target::Crate(()) && fault.item_hash == item_hash && fault.line == line)
        .map(|fault| syn::Error::new(span(&fault.target).unwrap_or(item), fault.message).into_compile_error())
        .collect()
}
