//! Collects every mistake of an item, so that all are reported at once.

use proc_macro2::Span;

/// A collector that must be finished: it panics in debug builds if it is dropped with mistakes nobody looked at.
#[derive(Debug, Default)]
pub(crate) struct Errors {
    list: Vec<syn::Error>,
}

impl Errors {
    /// An error at the tokens that are wrong.
    pub(crate) fn at<T: quote::ToTokens>(&mut self, tokens: T, message: impl std::fmt::Display) {
        self.list.push(syn::Error::new_spanned(tokens, message));
    }

    /// An error at a span.
    pub(crate) fn span(&mut self, span: Span, message: impl std::fmt::Display) {
        self.list.push(syn::Error::new(span, message));
    }

    /// The model if nothing was wrong, else all mistakes as one error, in the order of the source.
    pub(crate) fn finish<T>(mut self, model: impl FnOnce() -> Option<T>) -> syn::Result<T> {
        let mut list = std::mem::take(&mut self.list);
        list.sort_by_key(|error| {
            let start = error.span().start();
            (start.line, start.column)
        });
        let all = list.into_iter().reduce(|mut all, next| {
            all.combine(next);
            all
        });
        match all {
            Some(error) => Err(error),
            None => model().ok_or_else(|| syn::Error::new(Span::call_site(), "durably could not read this item")),
        }
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        debug_assert!(self.list.is_empty() || std::thread::panicking(), "errors were collected and not reported");
    }
}
