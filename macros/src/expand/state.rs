use durably_contract::files::Target;
use durably_model::{Default, Field, FieldKind, State};
use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned as _;

use super::agreement::{Types, agreement};
use super::{initial, scope};
use crate::faults::of_item;

/// A Durable Object's state: its columns, its tables, how it is encoded and decoded.
pub(crate) fn state(state: &State) -> TokenStream {
    let State { ident, fields, item, own, .. } = state;
    let faults = of_item(
        *own,
        ident.span().start().line,
        |target| match target {
            Target::Field(name) => fields.iter().find(|field| field.name == *name).map(|field| field.ty.span()),
            _ => None,
        },
        ident.span(),
    );
    if !faults.is_empty() {
        let minimal = super::failed_state(&syn::Item::Struct(item.clone()));
        return quote!(#faults #item #minimal);
    }

    let mut types = Types::default();
    for field in fields {
        match &field.kind {
            FieldKind::Log { item } => types.demand_item(item),
            FieldKind::Map { key, value } => {
                types.demand_key(key);
                types.demand_item(value);
            }
            FieldKind::Json | FieldKind::Column => {}
        }
        match field.kind {
            FieldKind::Json => types.add_json(&field.name),
            FieldKind::Log { .. } | FieldKind::Map { .. } => {
                types.add_path(format_args!("`{}`", field.name), &field.ty, field.ty.span());
            }
            FieldKind::Column => types.add(format_args!("`{}`", field.name), &field.ty),
        }
    }
    let agreement = agreement(*own, ident.span(), &types);
    let columns = fields.iter().filter_map(column);
    let tables =
        fields.iter().filter(|field| is_collection(field)).map(|Field { name, ty, .. }| quote!(<#ty>::table(#name)));
    let without_initial = fields.iter().filter_map(without_initial);
    let encode = fields.iter().filter_map(encode);
    let decode = fields.iter().map(|field| {
        let (ident, value) = (&field.ident, decode(field));
        quote!(#ident: #value)
    });
    let initials = fields.iter().map(|field| {
        let (ident, value) = (&field.ident, initial_of(field));
        quote!(#ident: #value)
    });
    let visit = fields
        .iter()
        .filter(|field| is_collection(field))
        .map(|Field { ident, name, .. }| quote!(visit(#name, &mut self.#ident)?;));

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
                ::core::result::Result::Ok(Self { #(#decode),* })
            }
            fn initial(store: &__d::Store) -> ::core::option::Option<Self> {
                ::core::option::Option::Some(Self { #(#initials),* })
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

fn is_collection(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Log { .. } | FieldKind::Map { .. })
}

fn column(Field { name, ty, kind, .. }: &Field) -> Option<TokenStream> {
    match kind {
        FieldKind::Column => Some(super::column(name, ty)),
        FieldKind::Json => Some(quote!(__d::Column::json(#name))),
        FieldKind::Log { .. } | FieldKind::Map { .. } => None,
    }
}

/// `(has an initial value, what to say if it has none)`.
fn without_initial(Field { name, ty, kind, default, .. }: &Field) -> Option<TokenStream> {
    let message = format!(
        "durably: the field `{name}` has no initial value: give it `#[durable(default = …)]`, or write a `#[rpc(create)]` method that makes the state"
    );
    match (kind, default) {
        (FieldKind::Log { .. } | FieldKind::Map { .. }, _) | (_, Default::Trait(_) | Default::Expr(_)) => None,
        (FieldKind::Json, Default::Type) => Some(quote!((false, #message))),
        (FieldKind::Column, Default::Type) => Some(quote!((<#ty as __d::Durable>::CAN.initial, #message))),
    }
}

fn encode(Field { ident, name, ty, kind, .. }: &Field) -> Option<TokenStream> {
    match kind {
        FieldKind::Column => Some(quote!(<#ty as __d::Durable>::put(&self.#ident, row, #name)?;)),
        FieldKind::Json => Some(quote!(__d::json_column::put(row, #name, &self.#ident)?;)),
        FieldKind::Log { .. } | FieldKind::Map { .. } => None,
    }
}

fn decode(Field { name, ty, kind, .. }: &Field) -> TokenStream {
    match kind {
        FieldKind::Column => quote!(<#ty as __d::Durable>::take(row, #name)?),
        FieldKind::Json => quote!(__d::json_column::take(row, #name)?),
        FieldKind::Log { .. } | FieldKind::Map { .. } => quote!(<#ty as __d::Collection>::stored(store, #name)),
    }
}

fn initial_of(field: &Field) -> TokenStream {
    let Field { name, ty, kind, default, .. } = field;
    match (kind, default) {
        (FieldKind::Log { .. } | FieldKind::Map { .. }, _) => quote!(<#ty as __d::Collection>::stored(store, #name)),
        (FieldKind::Json, Default::Type) => quote!(return ::core::option::Option::None),
        _ => {
            let value = initial(ty, default);
            quote!(#value?)
        }
    }
}
