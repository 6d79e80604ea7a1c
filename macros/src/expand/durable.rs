//! `#[derive(Durable)]`: the codec of a value.

use durably_model::{Durable, DurableBody, DurableField, Initial};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::enums::Arms;
use super::scope;

/// The codec of a value.
pub(super) fn durable(durable: &Durable, agreement: &TokenStream) -> TokenStream {
    let Durable { ident, body, default, .. } = durable;
    let codec = codec(body);
    let can = can(body, *default);
    let default = default.then(|| {
        quote! {
            fn initial() -> ::core::option::Option<Self> {
                ::core::option::Option::Some(<Self as ::core::default::Default>::default())
            }
        }
    });
    scope(&quote! {
        #agreement
        impl __d::Declared for #ident {
            const DECL: u64 = __DECL;
        }
        impl __d::Durable for #ident {
            const CAN: __d::Capabilities = #can;
            #codec
            #default
        }
    })
}

/// What the type can be, in terms of the shared table.
fn can(body: &DurableBody, default: bool) -> TokenStream {
    let can = match body {
        DurableBody::Struct(_) => quote!(__d::contract::STRUCT),
        DurableBody::Newtype(ty) => quote!(__d::contract::newtype(<#ty as __d::Durable>::CAN)),
        DurableBody::Tuple(_) => quote!(__d::contract::TUPLE),
        DurableBody::Unit => quote!(__d::contract::UNIT),
        DurableBody::UnitEnum(_) => quote!(__d::contract::UNIT_ENUM),
        DurableBody::Enum(_) => quote!(__d::contract::ENUM),
    };
    if default { quote!(__d::contract::with_default(#can)) } else { can }
}

fn codec(body: &DurableBody) -> TokenStream {
    match body {
        DurableBody::Struct(fields) => structure(fields),
        DurableBody::Newtype(ty) => newtype(ty),
        DurableBody::Tuple(types) => tuple(types),
        DurableBody::Unit => quote! {
            fn encode(&self, json: &mut __d::Json) { json.raw("null"); }
            fn decode(value: __d::Value, decoder: &mut __d::Decoder) -> ::core::option::Option<Self> {
                <() as __d::Durable>::decode(value, decoder).map(|()| Self)
            }
            fn absent() -> ::core::option::Option<Self> { ::core::option::Option::Some(Self) }
        },
        DurableBody::UnitEnum(variants) => {
            let arms = Arms::new(variants.iter());
            let (encode, decode) = (arms.encode(), arms.decode());
            let idents = variants.iter().map(|variant| &variant.ident);
            let names: Vec<_> = variants.iter().map(|variant| variant.name.as_str()).collect();
            let known = names.join(", ");
            let again = variants.iter().map(|variant| &variant.ident);
            quote! {
                #encode
                #decode
                fn to_sql(&self) -> ::core::result::Result<__d::SqlValue, ::durably::Error> {
                    ::core::result::Result::Ok(__d::SqlValue::Text(match self { #(Self::#idents => #names),* }.into()))
                }
                fn from_sql(value: __d::SqlValue) -> ::core::result::Result<Self, ::std::string::String> {
                    match <::std::string::String as __d::Durable>::from_sql(value)?.as_str() {
                        #(#names => ::core::result::Result::Ok(Self::#again),)*
                        other => ::core::result::Result::Err(::std::format!("expected one of {}, found {other:?}", #known)),
                    }
                }
            }
        }
        DurableBody::Enum(variants) => {
            let arms = Arms::new(variants.iter());
            let (encode, decode) = (arms.encode(), arms.decode());
            quote!(#encode #decode)
        }
    }
}

fn structure(fields: &[DurableField]) -> TokenStream {
    let columns = fields.iter().map(
        |DurableField { name, ty, json, .. }| {
            if *json { quote!(__d::Column::json(#name)) } else { super::column(name, ty) }
        },
    );
    let puts = fields.iter().map(|DurableField { ident, name, ty, json, .. }| {
        if *json {
            quote!(__d::json_column::put(row, #name, &self.#ident)?;)
        } else {
            quote!(<#ty as __d::Durable>::put(&self.#ident, row, #name)?;)
        }
    });
    let takes = fields.iter().map(|DurableField { ident, name, ty, json, .. }| {
        if *json {
            quote!(#ident: __d::json_column::take(row, #name)?)
        } else {
            quote!(#ident: <#ty as __d::Durable>::take(row, #name)?)
        }
    });
    let members = fields.iter().map(|field| {
        member(field, &{
            let ident = &field.ident;
            quote!(&self.#ident)
        })
    });
    let (read, build) = read_fields(fields);
    let row = quote! {
        const COLUMNS: &'static [__d::Column] = &[#(#columns),*];
        fn encode_row(&self, row: &mut __d::RowWriter) -> ::core::result::Result<(), ::durably::Error> {
            #(#puts)*
            ::core::result::Result::Ok(())
        }
        fn decode_row(row: &mut __d::RowReader) -> ::core::result::Result<Self, ::durably::Error> {
            ::core::result::Result::Ok(Self { #(#takes),* })
        }
    };
    // A row has at least one column: without fields it is that of any other value.
    let row = (!fields.is_empty()).then_some(row);
    quote! {
        const IS_STRUCT: bool = true;
        #row
        fn encode(&self, json: &mut __d::Json) {
            json.object(|object| { #(#members)* });
        }
        fn decode(value: __d::Value, decoder: &mut __d::Decoder) -> ::core::option::Option<Self> {
            let mut object = decoder.object(value)?;
            #read
            object.end(decoder);
            ::core::option::Option::Some(Self { #build })
        }
    }
}

/// Writes a field as a member of `object`.
pub(super) fn member(field: &DurableField, value: &TokenStream) -> TokenStream {
    let DurableField { name, ty, .. } = field;
    if field.json {
        quote!(object.member(#name, |json| __d::json_column::encode(#value, json));)
    } else {
        quote!(<#ty as __d::Durable>::member(#value, object, #name);)
    }
}

/// Reads every field from `object`, so that every fault is noted, and then takes them apart.
pub(super) fn read_fields(fields: &[DurableField]) -> (TokenStream, TokenStream) {
    let variables: Vec<_> = (0..fields.len()).map(|place| format_ident!("__field{place}")).collect();
    let reads = fields.iter().zip(&variables).map(|(DurableField { name, ty, json, initial, .. }, variable)| {
        let absent = match initial {
            Initial::OfType => quote!(<#ty as __d::Durable>::absent()),
            Initial::OfTrait(_) | Initial::Expr(_) => super::initial(ty, initial),
        };
        if *json {
            quote! {
                let #variable: ::core::option::Option<#ty> = match object.take(#name) {
                    ::core::option::Option::Some(value) => decoder.at(#name, |decoder| __d::json_column::decode(value, decoder)),
                    ::core::option::Option::None => decoder.at(#name, |decoder| decoder.fail("missing")),
                };
            }
        } else {
            quote!(let #variable: ::core::option::Option<#ty> = <#ty as __d::Durable>::field(&mut object, decoder, #name, || #absent);)
        }
    });
    let builds = fields.iter().zip(&variables).map(|(DurableField { ident, .. }, variable)| quote!(#ident: #variable?));
    (quote!(#(#reads)*), quote!(#(#builds),*))
}

fn newtype(ty: &syn::Type) -> TokenStream {
    quote! {
        const IS_STRUCT: bool = <#ty as __d::Durable>::IS_STRUCT;
        fn encode(&self, json: &mut __d::Json) { __d::Durable::encode(&self.0, json); }
        fn decode(value: __d::Value, decoder: &mut __d::Decoder) -> ::core::option::Option<Self> {
            <#ty as __d::Durable>::decode(value, decoder).map(Self)
        }
        fn to_sql(&self) -> ::core::result::Result<__d::SqlValue, ::durably::Error> { __d::Durable::to_sql(&self.0) }
        fn from_sql(value: __d::SqlValue) -> ::core::result::Result<Self, ::std::string::String> {
            <#ty as __d::Durable>::from_sql(value).map(Self)
        }
        fn from_param(text: &str, decoder: &mut __d::Decoder) -> ::core::option::Option<Self> {
            <#ty as __d::Durable>::from_param(text, decoder).map(Self)
        }
        fn absent() -> ::core::option::Option<Self> { <#ty as __d::Durable>::absent().map(Self) }
        fn absent_param() -> ::core::option::Option<Self> { <#ty as __d::Durable>::absent_param().map(Self) }
    }
}

fn tuple(types: &[syn::Type]) -> TokenStream {
    let length = types.len();
    let places: Vec<_> = (0..length).collect();
    let members = places.iter().map(|place| syn::Index::from(*place));
    let variables: Vec<_> = places.iter().map(|place| format_ident!("__field{place}")).collect();
    quote! {
        fn encode(&self, json: &mut __d::Json) {
            json.array(0..#length, |json, place| match place {
                #(#places => __d::Durable::encode(&self.#members, json),)*
                _ => {}
            });
        }
        fn decode(value: __d::Value, decoder: &mut __d::Decoder) -> ::core::option::Option<Self> {
            let mut items = decoder.array(value, #length)?;
            #(let #variables: ::core::option::Option<#types> = decoder.item(&mut items, #places);)*
            ::core::option::Option::Some(Self(#(#variables?),*))
        }
    }
}
