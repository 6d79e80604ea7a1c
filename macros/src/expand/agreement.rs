//! The two readers agree, or nothing compiles.

use durably_model::{Model, Role};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned as _;

/// What generated code says of a type.
struct Statement {
    /// The hash that rustc computes.
    decl: TokenStream,
    /// What the place asks of the type.
    demands: Vec<TokenStream>,
}

fn statement(role: Role<'_>) -> Statement {
    match role {
        Role::Value(ty) => Statement { decl: of_value(ty), demands: vec![demand("AS_VALUE", ty)] },
        Role::Setting(ty) => Statement { decl: of_value(ty), demands: vec![demand("AS_SETTING", ty)] },
        Role::Json => Statement { decl: quote!(__d::json_column::DECL), demands: Vec::new() },
        Role::Log { table, item } => Statement { decl: of_path(table), demands: vec![demand("AS_VALUE", item)] },
        Role::Map { table, key, value } => {
            Statement { decl: of_path(table), demands: vec![demand("AS_KEY", key), demand("AS_VALUE", value)] }
        }
        Role::State(path) => Statement { decl: of_path(path), demands: Vec::new() },
        Role::Error(ty) => Statement { decl: of_path(ty), demands: Vec::new() },
    }
}

fn of_value(ty: &syn::Type) -> TokenStream {
    quote!(<#ty as __d::Durable>::TYPE)
}

/// A type that is not a value: a state, a collection, an error.
fn of_path(path: &impl ToTokens) -> TokenStream {
    quote!(<#path as __d::Declared>::DECL)
}

fn demand(place: &str, ty: &syn::Type) -> TokenStream {
    let demand = syn::Ident::new(place, ty.span());
    quote_spanned! {ty.span()=>
        const _: () = if let ::core::option::Option::Some(why) = <#ty as __d::Durable>::#demand { ::core::panic!("{}", why) };
    }
}

/// `__DECL`, `__Fp` and the comparison of every type, in the order of the item's places.
pub(super) fn agreement(model: &Model) -> TokenStream {
    let places = model.places();
    let statements: Vec<Statement> = places.iter().map(|typed| statement(typed.role)).collect();
    let checks = places.iter().zip(&statements).enumerate().map(|(place, (typed, Statement { decl, .. }))| {
        let message = format!(
            "durably: the build script found another type for {} than rustc: write its path (`crate::…::Type`) there",
            typed.shown
        );
        // An opaque type is nobody's to compare, and has no tokens to point at.
        let span = if matches!(typed.role, Role::Json) { Span::call_site() } else { typed.span };
        quote_spanned! {span=>
            const _: () = ::core::assert!(__d::same(__FIELDS, #place, #decl), #message);
        }
    });
    let (count, hash) = (places.len(), model.item_hash());
    let demands = statements.iter().flat_map(|statement| &statement.demands);
    let fields = quote_spanned! {model.ident().span()=> <crate::__Durably as __d::Named<__Fp>>::FIELDS };
    quote! {
        const __DECL: u64 = __d::item(::core::module_path!(), #hash);
        type __Fp = __d::Fp<{ __DECL }>;
        const __FIELDS: &[u64] = #fields;
        const _: () = ::core::assert!(__FIELDS.len() == #count, "durably: the build script found another number of types here; build again");
        #(#checks)*
        #(#demands)*
    }
}
