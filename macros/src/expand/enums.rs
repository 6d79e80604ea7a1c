//! Variants: a unit is its name, anything else an object with the name as its only key.

use durably_model::{Fields, Variant};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::durable::{member, read_fields};

/// The arms of `match`es over the variants.
pub(super) struct Arms<'a> {
    variants: Vec<&'a Variant>,
}

impl<'a> Arms<'a> {
    pub(super) fn new(variants: impl Iterator<Item = &'a Variant>) -> Self {
        Self { variants: variants.collect() }
    }

    /// `fn encode`: externally tagged.
    pub(super) fn encode(&self) -> TokenStream {
        let arms = self.variants.iter().map(|variant| {
            let (name, pattern, data) = (&variant.name, pattern(variant), data(variant));
            match data {
                None => quote!(#pattern => json.string(#name)),
                Some(data) => quote!(#pattern => json.object(|object| object.member(#name, |json| { #data }))),
            }
        });
        quote! {
            fn encode(&self, json: &mut __d::Json) {
                match self { #(#arms),* }
            }
        }
    }

    /// `fn encode` without the tag: what an error's `data` is.
    pub(super) fn encode_data(&self) -> TokenStream {
        let arms = self.variants.iter().map(|variant| {
            let pattern = pattern(variant);
            let data = data(variant).unwrap_or_else(|| quote!(json.raw("null")));
            quote!(#pattern => { #data })
        });
        quote! {
            fn encode(&self, json: &mut __d::Json) {
                match self { #(#arms),* }
            }
        }
    }

    /// `fn decode` of a tagged value.
    pub(super) fn decode(&self) -> TokenStream {
        let names: Vec<_> = self.variants.iter().map(|variant| &variant.name).collect();
        let arms = self.variants.iter().map(|variant| {
            let Variant { ident, name, fields, .. } = variant;
            let read = if let Fields::Unit = fields {
                quote!(decoder.no_data(#name, data.as_ref()).map(|()| Self::#ident))
            } else {
                let read = read_data(variant);
                quote! {{
                    let value = decoder.variant_data(#name, data)?;
                    decoder.at(#name, |decoder| { #read })
                }}
            };
            quote!(#name => #read)
        });
        quote! {
            fn decode(value: __d::Value, decoder: &mut __d::Decoder) -> ::core::option::Option<Self> {
                let (name, data) = decoder.variant(value)?;
                match name.as_str() {
                    #(#arms,)*
                    other => decoder.unknown_variant(other, &[#(#names),*]),
                }
            }
        }
    }

    /// Arms that read a variant's data, by its name, from `value`.
    pub(super) fn read_data(&self) -> TokenStream {
        let arms = self.variants.iter().map(|variant| {
            let Variant { ident, name, fields, .. } = variant;
            if let Fields::Unit = fields {
                quote!(#name => ::core::option::Option::Some(Self::#ident))
            } else {
                let read = read_data(variant);
                quote!(#name => { #read })
            }
        });
        quote!(#(#arms,)*)
    }
}

/// A pattern that binds the fields as `__0`, `__1`, …
pub(super) fn pattern(variant: &Variant) -> TokenStream {
    let ident = &variant.ident;
    match &variant.fields {
        Fields::Unit => quote!(Self::#ident),
        Fields::Tuple(types) => {
            let bound = (0..types.len()).map(|place| format_ident!("__{place}"));
            quote!(Self::#ident(#(#bound),*))
        }
        Fields::Named(fields) => {
            let bound = fields.iter().enumerate().map(|(place, field)| {
                let (ident, bound) = (&field.ident, format_ident!("__{place}"));
                quote!(#ident: #bound)
            });
            quote!(Self::#ident { #(#bound),* })
        }
    }
}

/// Writes the bound fields into `json`: one alone as it is, several as an array, named ones as an object.
fn data(variant: &Variant) -> Option<TokenStream> {
    match &variant.fields {
        Fields::Unit => None,
        Fields::Tuple(types) if types.len() == 1 => Some(quote!(__d::Durable::encode(__0, json);)),
        Fields::Tuple(types) => {
            let length = types.len();
            let places = 0..length;
            let bound = (0..length).map(|place| format_ident!("__{place}"));
            Some(quote! {
                json.array(0..#length, |json, place| match place {
                    #(#places => __d::Durable::encode(#bound, json),)*
                    _ => {}
                });
            })
        }
        Fields::Named(fields) => {
            let members = fields.iter().enumerate().map(|(place, field)| {
                let bound = format_ident!("__{place}");
                member(field, &quote!(#bound))
            });
            Some(quote!(json.object(|object| { #(#members)* });))
        }
    }
}

fn read_data(variant: &Variant) -> TokenStream {
    let ident = &variant.ident;
    match &variant.fields {
        Fields::Unit => quote!(::core::option::Option::Some(Self::#ident)),
        Fields::Tuple(types) if types.len() == 1 => {
            let ty = &types[0];
            quote!(<#ty as __d::Durable>::decode(value, decoder).map(Self::#ident))
        }
        Fields::Tuple(types) => {
            let length = types.len();
            let places = 0..length;
            let variables: Vec<_> = (0..length).map(|place| format_ident!("__field{place}")).collect();
            quote! {
                let mut items = decoder.array(value, #length)?;
                #(let #variables: ::core::option::Option<#types> = decoder.item(&mut items, #places);)*
                ::core::option::Option::Some(Self::#ident(#(#variables?),*))
            }
        }
        Fields::Named(fields) => {
            let (read, build) = read_fields(fields);
            quote! {
                let mut object = decoder.object(value)?;
                #read
                object.end(decoder);
                ::core::option::Option::Some(Self::#ident { #build })
            }
        }
    }
}
