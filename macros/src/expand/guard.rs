//! A panic inside a macro is a bug of durably's, and no reason to take the item away from the rest of the code and from the
//! editor.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::TokenStream;
use quote::quote;

/// What `expand` makes of the item. If it panics: that it did, and the item, which stands already where a derive is.
pub(super) fn guarded(
    is_derive: bool,
    item: &TokenStream,
    expand: impl FnOnce(TokenStream) -> TokenStream,
) -> TokenStream {
    // Nothing of ours outlives the call, so that nothing is seen half-changed.
    let expanded = catch_unwind(AssertUnwindSafe(|| expand(item.clone())));
    expanded.unwrap_or_else(|panic| {
        let message = format!(
            "this is a bug of durably: its macro panicked ({}). Please report it with this item and the versions in \
             Cargo.lock; your item is compiled as if it had no annotation",
            text(&*panic)
        );
        let error = quote!(::core::compile_error!(#message););
        if is_derive { error } else { given_back(&error, item) }
    })
}

fn given_back(error: &TokenStream, item: &TokenStream) -> TokenStream {
    let stripped = catch_unwind(AssertUnwindSafe(|| syn::parse2(item.clone()).map(durably_model::strip)));
    if let Ok(Ok(stripped)) = stripped { quote!(#error #stripped) } else { quote!(#error #item) }
}

/// What a panic said.
fn text(panic: &(dyn Any + Send)) -> &str {
    let owned = panic.downcast_ref::<String>().map(String::as_str);
    owned.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it did not say why")
}

#[cfg(test)]
mod tests {
    use super::guarded;
    use quote::quote;

    #[test]
    #[allow(clippy::panic, reason = "what is tested")]
    fn a_panic_gives_the_item_back_and_says_whose_bug_it_is() {
        let item = quote!(
            pub struct Counter {
                #[durable(default = 3)]
                count: i64,
            }
        );
        let expansion = guarded(false, &item, |_| panic!("no field {}", 7)).to_string();
        assert!(expansion.contains("compile_error"), "{expansion}");
        assert!(expansion.contains("this is a bug of durably: its macro panicked (no field 7)"), "{expansion}");
        assert!(
            expansion.ends_with(
                &quote!(
                    pub struct Counter {
                        count: i64,
                    }
                )
                .to_string()
            ),
            "{expansion}"
        );
        let derived = guarded(true, &item, |_| panic!("no")).to_string();
        assert!(derived.contains("panicked (no)") && !derived.contains("Counter"), "{derived}");
    }
}
