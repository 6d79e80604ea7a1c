//! `#[durable_state]`: columns, tables, and how they are encoded and decoded.

use durably_model::{Field, FieldKind, Initial, State};
use proc_macro2::TokenStream;
use quote::quote;

use super::scope;

/// A Durable Object's state: its columns, its tables, how it is encoded and decoded.
pub(super) fn state(state: &State, agreement: &TokenStream) -> TokenStream {
    let State { ident, fields, item, .. } = state;
    let parts: Vec<Parts> = fields.iter().map(parts).collect();
    let columns = parts.iter().filter_map(|part| part.column.as_ref());
    let tables = parts.iter().filter_map(|part| part.table.as_ref());
    let without_initial = parts.iter().filter_map(|part| part.without_initial.as_ref());
    let encode = parts.iter().filter_map(|part| part.encode.as_ref());
    let visit = parts.iter().filter_map(|part| part.visit.as_ref());
    let idents: Vec<_> = fields.iter().map(|field| &field.ident).collect();
    let decode = parts.iter().map(|part| &part.decode);
    let initials = parts.iter().map(|part| &part.initial);

    let body = scope(&quote! {
        #agreement
        impl __d::Declared for #ident {
            const DECL: u64 = __DECL;
        }
        impl __d::State for #ident {
            const CLASS: &'static str = <crate::__Durably as __d::Bound<__Fp>>::CLASS;
            const BINDING: &'static str = <crate::__Durably as __d::Bound<__Fp>>::BINDING;
            const COLUMNS: &'static [__d::Column] = &[#(#columns),*];
            const TABLES: &'static [__d::Table] = &[#(#tables),*];
            const WITHOUT_INITIAL: ::core::option::Option<&'static str> = __d::without_initial(&[#(#without_initial),*]);
            fn encode(&self, row: &mut __d::RowWriter) -> ::core::result::Result<(), ::durably::Error> {
                #(#encode)*
                ::core::result::Result::Ok(())
            }
            fn decode(row: &mut __d::RowReader, store: &__d::Store) -> ::core::result::Result<Self, ::durably::Error> {
                ::core::result::Result::Ok(Self { #(#idents: #decode),* })
            }
            fn initial(store: &__d::Store) -> ::core::option::Option<Self> {
                ::core::option::Option::Some(Self { #(#idents: #initials),* })
            }
            fn collections(&mut self, visit: &mut __d::Visit<'_>) -> ::core::result::Result<(), ::durably::Error> {
                #(#visit)*
                ::core::result::Result::Ok(())
            }
        }
        impl __d::Hosted<__Fp> for crate::__Durably {
            fn host(ctx: __d::JsValue, env: __d::JsValue) -> __d::Object {
                __d::Object::new::<#ident>(ctx, env)
            }
        }
    });
    quote!(#item #body)
}

/// What a field is in each function of its state.
struct Parts {
    column: Option<TokenStream>,
    table: Option<TokenStream>,
    /// `(has an initial value, what to say if it has none)`, where that is to be asked.
    without_initial: Option<TokenStream>,
    encode: Option<TokenStream>,
    visit: Option<TokenStream>,
    decode: TokenStream,
    initial: TokenStream,
}

fn parts(field: &Field) -> Parts {
    match &field.kind {
        FieldKind::Column => column(field),
        FieldKind::Json => json(field),
        FieldKind::Log { .. } | FieldKind::Map { .. } => collection(field),
    }
}

fn column(Field { ident, name, ty, initial, .. }: &Field) -> Parts {
    let value = super::initial(ty, initial);
    Parts {
        column: Some(super::column(name, ty)),
        table: None,
        without_initial: without_initial(name, initial, &quote!(<#ty as __d::Durable>::CAN.initial)),
        encode: Some(quote!(<#ty as __d::Durable>::put(&self.#ident, row, #name)?;)),
        visit: None,
        decode: quote!(<#ty as __d::Durable>::take(row, #name)?),
        initial: quote!(#value?),
    }
}

fn json(Field { ident, name, ty, initial, .. }: &Field) -> Parts {
    let value = match initial {
        Initial::OfType => quote!(return ::core::option::Option::None),
        Initial::OfTrait(_) | Initial::Expr(_) => {
            let value = super::initial(ty, initial);
            quote!(#value?)
        }
    };
    Parts {
        column: Some(quote!(__d::Column::json(#name))),
        table: None,
        without_initial: without_initial(name, initial, &quote!(false)),
        encode: Some(quote!(__d::json_column::put(row, #name, &self.#ident)?;)),
        visit: None,
        decode: quote!(__d::json_column::take(row, #name)?),
        initial: value,
    }
}

fn collection(Field { ident, name, ty, .. }: &Field) -> Parts {
    let stored = quote!(<#ty as __d::Collection>::stored(store, #name));
    Parts {
        column: None,
        table: Some(quote!(<#ty>::table(#name))),
        without_initial: None,
        encode: None,
        visit: Some(quote!(visit(#name, &mut self.#ident)?;)),
        decode: stored.clone(),
        initial: stored,
    }
}

fn without_initial(name: &str, initial: &Initial, has: &TokenStream) -> Option<TokenStream> {
    let message = format!(
        "durably: the field `{name}` has no initial value: give it `#[durable(default = …)]`, or write a `#[rpc(create)]` method that makes the state"
    );
    match initial {
        Initial::OfType => Some(quote!((#has, #message))),
        Initial::OfTrait(_) | Initial::Expr(_) => None,
    }
}
