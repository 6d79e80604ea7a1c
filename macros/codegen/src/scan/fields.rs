//! `cfg` on the fields and variants of a derived type. rustc takes away what a false condition stands on before a derive
//! sees the type, so only the scan can refuse that.

use syn::punctuated::Punctuated;
use syn::{Attribute, Data, DeriveInput, Fields};

use crate::scan::cfg::{Conditions, Truth};

/// The first condition that was found on a part of a type.
#[derive(Debug)]
pub(crate) struct Conditional {
    /// A field, a variant, or `variant.field`.
    pub(crate) field: String,
    /// Whether all conditions are known, so that the derive sees what was parsed here.
    pub(crate) known: bool,
    pub(crate) message: String,
}

/// Applies `cfg` to the fields and variants, as rustc does before a derive; one that cannot be known keeps its field.
pub(crate) fn configure_fields(input: &mut DeriveInput, conditions: &Conditions) -> Option<Conditional> {
    let mut seen = Seen { conditions, first: None, known: true };
    match &mut input.data {
        Data::Struct(data) => seen.fields(&mut data.fields, ""),
        Data::Enum(data) => {
            let variants = std::mem::take(&mut data.variants);
            data.variants = retain(variants, |_, variant| {
                let name = variant.ident.to_string();
                let keep = seen.keep(&mut variant.attrs, &name);
                seen.fields(&mut variant.fields, &durably_contract::names::snake_case(&name));
                keep
            });
        }
        Data::Union(_) => {}
    }
    let known = seen.known;
    seen.first.map(|field| Conditional {
        message: format!(
            "`{field}` stands under a condition: what is stored has to be the same in every build. Take the `cfg` off"
        ),
        field,
        known,
    })
}

struct Seen<'a> {
    conditions: &'a Conditions,
    first: Option<String>,
    known: bool,
}

impl Seen<'_> {
    fn fields(&mut self, fields: &mut Fields, variant: &str) {
        let list = match fields {
            Fields::Named(fields) => &mut fields.named,
            Fields::Unnamed(fields) => &mut fields.unnamed,
            Fields::Unit => return,
        };
        let owned = std::mem::take(list);
        *list = retain(owned, |place, field| {
            let name = field.ident.as_ref().map_or_else(|| place.to_string(), durably_model::bare);
            let name = if variant.is_empty() { name } else { format!("{variant}.{name}") };
            self.keep(&mut field.attrs, &name)
        });
    }

    fn keep(&mut self, attributes: &mut Vec<Attribute>, name: &str) -> bool {
        let mut exists = Truth::True;
        let mut kept = Vec::new();
        for attribute in std::mem::take(attributes) {
            let (cfg, cfg_attr) = (attribute.path().is_ident("cfg"), attribute.path().is_ident("cfg_attr"));
            if cfg || (cfg_attr && names_durably(&attribute)) {
                self.first.get_or_insert_with(|| name.to_owned());
            }
            if cfg {
                exists = exists.and(|| self.conditions.attribute(&attribute));
            } else if cfg_attr {
                // Conditional documentation and lints change nothing; conditional storage is the fault noted above.
                self.known &= !names_durably(&attribute);
            } else {
                kept.push(attribute);
            }
        }
        *attributes = kept;
        self.known &= !matches!(exists, Truth::Unknown(_));
        exists != Truth::False
    }
}

fn names_durably(attribute: &Attribute) -> bool {
    let text = quote::quote!(#attribute).to_string();
    ["durable", "error", "cfg"]
        .iter()
        .any(|word| text.split(|c: char| !c.is_alphanumeric() && c != '_').skip(1).any(|part| part == *word))
}

fn retain<T, P: Default>(list: Punctuated<T, P>, mut keep: impl FnMut(usize, &mut T) -> bool) -> Punctuated<T, P> {
    list.into_iter().enumerate().filter_map(|(place, mut part)| keep(place, &mut part).then_some(part)).collect()
}
