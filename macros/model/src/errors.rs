//! Collects every mistake of an item, so that all are reported at once.

/// A collector that must be finished: it panics in debug builds if it is dropped with mistakes nobody looked at.
#[derive(Debug, Default)]
pub struct Errors {
    list: Vec<syn::Error>,
}

impl Errors {
    /// An error at the tokens that are wrong.
    pub fn at<T: quote::ToTokens>(&mut self, tokens: T, message: impl std::fmt::Display) {
        self.list.push(syn::Error::new_spanned(tokens, message));
    }

    /// An error at a span.
    pub fn span(&mut self, span: proc_macro2::Span, message: impl std::fmt::Display) {
        self.list.push(syn::Error::new(span, message));
    }

    /// An error that another parser made.
    pub fn push(&mut self, error: syn::Error) {
        self.list.push(error);
    }

    /// Keeps the value, or the error.
    pub fn take<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// The model if nothing was wrong, else all mistakes as one error.
    pub fn finish<T>(mut self, model: impl FnOnce() -> T) -> syn::Result<T> {
        match self.combined() {
            None => Ok(model()),
            Some(error) => Err(error),
        }
    }

    /// All mistakes as one error, where a part is missing because of one of them.
    pub fn fail(mut self) -> syn::Error {
        let call_site = proc_macro2::Span::call_site;
        self.combined().unwrap_or_else(|| syn::Error::new(call_site(), "durably could not read this item"))
    }

    fn combined(&mut self) -> Option<syn::Error> {
        std::mem::take(&mut self.list).into_iter().reduce(|mut all, next| {
            all.combine(next);
            all
        })
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        debug_assert!(self.list.is_empty() || std::thread::panicking(), "errors were collected and not reported");
    }
}
