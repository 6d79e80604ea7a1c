//! `#[derive(DurableError)]`: code, status, message and wire form.

use durably_model::{DurableError, ErrorVariant, Fields, MessagePart};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::enums::{Arms, pattern};
use super::scope;

/// An error's code, status, message and wire form.
pub(super) fn error(error: &DurableError, agreement: &TokenStream) -> TokenStream {
    let DurableError { ident, variants, .. } = error;
    let plain = || variants.iter().map(|error| &error.variant);
    let arms = Arms::new(plain());
    let (encode, read) = (arms.encode_data(), arms.read_data());
    let patterns: Vec<_> = plain()
        .map(|variant| {
            let ident = &variant.ident;
            quote!(Self::#ident { .. })
        })
        .collect();
    let codes = plain().map(|variant| &variant.name);
    let statuses = variants.iter().map(|error| error.status);
    let messages = variants.iter().map(message);
    scope(&quote! {
        #agreement
        impl __d::Declared for #ident {
            const DECL: u64 = __DECL;
        }
        impl __d::DurableError for #ident {
            fn code(&self) -> &'static str { match self { #(#patterns => #codes),* } }
            fn status(&self) -> u16 { match self { #(#patterns => #statuses),* } }
            fn message(&self) -> ::std::string::String { match self { #(#messages),* } }
            #encode
            fn decode(code: &str, value: __d::Value, decoder: &mut __d::Decoder) -> ::core::option::Option<Self> {
                match code {
                    #read
                    other => decoder.unknown_variant(other, &[]),
                }
            }
        }
        impl ::core::fmt::Display for #ident {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(&__d::DurableError::message(self))
            }
        }
    })
}

/// `pattern => format!(…)`, the fields by their bound names.
fn message(error: &ErrorVariant) -> TokenStream {
    let pattern = pattern(&error.variant);
    let mut format = String::new();
    let mut bound = Vec::new();
    for part in &error.message {
        match part {
            MessagePart::Text(text) => format.push_str(&text.replace('{', "{{").replace('}', "}}")),
            MessagePart::Field(name) => {
                format.push_str("{}");
                bound.push(format_ident!("__{}", place(error, name)));
            }
        }
    }
    quote!(#pattern => ::std::format!(#format, #(#bound),*))
}

fn place(error: &ErrorVariant, name: &str) -> usize {
    match &error.variant.fields {
        Fields::Named(fields) => fields.iter().position(|field| field.name == *name).unwrap_or(0),
        Fields::Tuple(_) | Fields::Unit => name.parse().unwrap_or(0),
    }
}
