//! What tokens say, before anything is known of the item that they stand on.

pub(crate) mod attribute;
pub(crate) mod canonical;
pub(crate) mod literal;
pub(crate) mod message;
pub(crate) mod route_template;
pub(crate) mod strip;
pub(crate) mod types;
pub(crate) mod wording;

/// An identifier without `r#`.
pub fn bare(ident: &proc_macro2::Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map(str::to_owned).unwrap_or(text)
}
