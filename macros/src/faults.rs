//! Faults that the build script found: it has no spans, so it leaves them in `OUT_DIR`, and the macro that owns the span
//! raises them.

use std::path::PathBuf;

use durably_contract::files::{Fault, Faults, Format as _, Target};
use durably_contract::paths;
use durably_model::{DurableBody, Model, Place, Variant};
use proc_macro2::{Ident, Span, TokenStream};

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

/// The faults of an item, each raised at its own span.
pub(crate) fn of_item(model: &Model) -> TokenStream {
    let (hash, line) = (model.item_hash(), model.ident().span().start().line);
    // That they can't be read is said once, for the crate.
    let all = all().unwrap_or_default().into_iter();
    all.filter(|fault| fault.target != Target::Crate(()) && fault.item_hash == hash && fault.line == line)
        .map(|fault| {
            let span = span_of(model, &fault.target).unwrap_or(model.ident().span());
            syn::Error::new(span, fault.message).into_compile_error()
        })
        .collect()
}

/// The span of a fault's target; of what is not found, nothing.
fn span_of(model: &Model, target: &Target) -> Option<Span> {
    let at = |place: Place| model.places().into_iter().find(|typed| typed.place == place).map(|typed| typed.span);
    match target {
        Target::Item(()) | Target::Crate(()) => None,
        Target::Field(name) => at(Place::Field(name.clone())).or_else(|| variant(model, name).map(Ident::span)),
        Target::Argument(method, argument) => {
            at(Place::Argument(method.clone(), argument.clone())).or_else(|| at(Place::Success(method.clone())))
        }
        Target::Method(name) => match model {
            Model::Rpc(rpc) => rpc.methods.iter().find(|method| method.name == *name).map(|method| method.ident.span()),
            Model::State(_) | Model::Config(_) | Model::Route(_) | Model::Durable(_) | Model::Error(_) => None,
        },
    }
}

/// The variant of a name, as written or as on the wire.
fn variant<'a>(model: &'a Model, name: &str) -> Option<&'a Ident> {
    let is = |variant: &&Variant| variant.ident == name || variant.name == name;
    let found = match model {
        Model::Durable(durable) => match &durable.body {
            DurableBody::UnitEnum(variants) | DurableBody::Enum(variants) => variants.iter().find(is),
            DurableBody::Struct(_) | DurableBody::Newtype(_) | DurableBody::Tuple(_) | DurableBody::Unit => None,
        },
        Model::Error(error) => error.variants.iter().map(|error| &error.variant).find(is),
        Model::State(_) | Model::Config(_) | Model::Route(_) | Model::Rpc(_) => None,
    };
    found.map(|variant| &variant.ident)
}
