//! The user's item without durably's attributes, which nobody else would understand.

use syn::{Attribute, Fields, ImplItem, Item};

use crate::item::keys::HELPERS;

/// Removes `#[durable]`, `#[config]` and `#[rpc]` from the item and everything in it: what a macro emits beside its
/// errors, and what the checked models hold in `item`.
#[must_use]
pub fn strip(mut item: Item) -> Item {
    match &mut item {
        Item::Struct(item) => strip_struct(item),
        Item::Enum(item) => {
            clean(&mut item.attrs);
            for variant in &mut item.variants {
                clean(&mut variant.attrs);
                strip_fields(&mut variant.fields);
            }
        }
        Item::Union(item) => {
            clean(&mut item.attrs);
            item.fields.named.iter_mut().for_each(|field| clean(&mut field.attrs));
        }
        Item::Impl(item) => strip_impl(item),
        Item::Fn(item) => strip_fn(item),
        _ => {}
    }
    item
}

pub(crate) fn strip_struct(item: &mut syn::ItemStruct) {
    clean(&mut item.attrs);
    strip_fields(&mut item.fields);
}

pub(crate) fn strip_impl(item: &mut syn::ItemImpl) {
    clean(&mut item.attrs);
    for member in &mut item.items {
        match member {
            ImplItem::Fn(method) => {
                clean(&mut method.attrs);
                strip_inputs(&mut method.sig);
            }
            ImplItem::Const(member) => clean(&mut member.attrs),
            _ => {}
        }
    }
}

pub(crate) fn strip_fn(item: &mut syn::ItemFn) {
    clean(&mut item.attrs);
    strip_inputs(&mut item.sig);
}

fn strip_inputs(sig: &mut syn::Signature) {
    for input in &mut sig.inputs {
        match input {
            syn::FnArg::Receiver(receiver) => clean(&mut receiver.attrs),
            syn::FnArg::Typed(typed) => clean(&mut typed.attrs),
        }
    }
}

fn strip_fields(fields: &mut Fields) {
    for field in fields {
        clean(&mut field.attrs);
    }
}

fn clean(attrs: &mut Vec<Attribute>) {
    attrs.retain(|attr| !HELPERS.iter().any(|helper| attr.path().is_ident(helper)));
}
