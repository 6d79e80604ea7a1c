//! Reads the lists in durably's attributes: `#[durable(default = 3, json)]`.
//!
//! darling splits a list into its entries, also where a value is no expression; what is unknown, twice or of the wrong
//! form is reported here at its own key, because darling's own texts have no room for the way out.

use darling::ast::NestedMeta;
use proc_macro2::{Punct, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Expr, Lit, LitInt, LitStr, Meta, Path};

use crate::{
    Errors,
    item::keys::{ERROR, Keys, ROUTE},
    syntax::wording::{listed, nearest},
};

/// What one attribute, or several of the same name on one place, say.
pub(crate) struct Table {
    keys: &'static Keys,
    /// How it is written, for messages.
    shown: String,
    entries: Vec<Entry>,
    /// Keys that were read from it.
    taken: Vec<String>,
    /// Texts without a key.
    pub(crate) texts: Vec<LitStr>,
    /// Whether the attribute is there at all.
    pub(crate) present: bool,
    /// Whether all of it could be read, so that what is missing was not written.
    pub(crate) read_well: bool,
}

struct Entry {
    name: String,
    key: Path,
    value: Option<Expr>,
}

/// A key that was found, with its value.
pub(crate) struct Found<T> {
    /// For errors about the key.
    pub(crate) key: Path,
    pub(crate) value: T,
}

/// Whether an attribute may stand without a list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bare {
    Allowed,
    Refused,
}

impl Table {
    /// Collects the attributes of a place.
    pub(crate) fn read(errors: &mut Errors, attrs: &[Attribute], keys: &'static Keys, bare: Bare) -> Self {
        let name = keys.attribute;
        let mut table = Self::empty(keys, format!("#[{name}(…)]"));
        for attr in attrs.iter().filter(|attr| attr.path().is_ident(name)) {
            table.present = true;
            match &attr.meta {
                Meta::Path(_) if bare == Bare::Allowed => {}
                Meta::List(list) if list.tokens.is_empty() => {
                    table.read_well = false;
                    errors.at(attr, format!("`#[{name}()]` says nothing: it {}; remove it, or write one", takes(keys)));
                }
                Meta::List(list) => table.add(errors, list.tokens.clone()),
                Meta::Path(_) | Meta::NameValue(_) => {
                    table.read_well = false;
                    errors.at(attr, format!("`#[{name}(…)]` {} in parentheses", takes(keys)));
                }
            }
        }
        table
    }

    /// The arguments of an attribute macro.
    pub(crate) fn of_arguments(errors: &mut Errors, tokens: TokenStream, keys: &'static Keys) -> Self {
        let name = keys.attribute;
        let shown = if keys.keys.is_empty() { format!("#[{name}]") } else { format!("#[{name}(…)]") };
        let mut table = Self::empty(keys, shown);
        table.present = true;
        table.add(errors, tokens);
        table
    }

    fn empty(keys: &'static Keys, shown: String) -> Self {
        Self { keys, shown, entries: Vec::new(), taken: Vec::new(), texts: Vec::new(), present: false, read_well: true }
    }

    fn add(&mut self, errors: &mut Errors, tokens: TokenStream) {
        let list = match NestedMeta::parse_meta_list(with_last_comma(tokens)) {
            Ok(list) => list,
            Err(error) => {
                self.read_well = false;
                return errors.span(error.span(), format!("{error}; `{}` {}", self.shown, takes(self.keys)));
            }
        };
        for entry in list {
            match entry {
                NestedMeta::Lit(Lit::Str(text)) => self.texts.push(text),
                NestedMeta::Lit(other) => {
                    self.read_well = false;
                    errors.at(other, format!("a value without a key: `{}` {}", self.shown, takes(self.keys)));
                }
                NestedMeta::Meta(meta) => self.add_meta(errors, meta),
                NestedMeta::NameValueInvalidExpr(pair) => {
                    self.read_well = false;
                    errors.at(&pair.path, format!("the value of `{}` is no expression", shown_path(&pair.path)));
                }
            }
        }
    }

    fn add_meta(&mut self, errors: &mut Errors, meta: Meta) {
        let name = shown_path(meta.path());
        if !self.keys.keys.contains(&name.as_str()) {
            self.read_well = false;
            return errors.at(meta.path(), unknown(&name, self.keys, &self.shown));
        }
        if self.has(&name) {
            return errors.at(meta.path(), format!("`{name}` is given twice: keep one"));
        }
        let (key, value) = match meta {
            Meta::Path(path) => (path, None),
            Meta::NameValue(pair) => (pair.path, Some(pair.value)),
            Meta::List(list) => {
                return errors.at(&list, format!("`{name}` takes no list: write `{name} = …`"));
            }
        };
        self.entries.push(Entry { name, key, value });
    }

    /// Where no text without a key belongs.
    pub(crate) fn refuse_texts(&self, errors: &mut Errors) {
        for text in &self.texts {
            errors.at(text, format!("a value without a key: `{}` takes none", self.shown));
        }
    }

    fn remove(&mut self, name: &str) -> Option<Entry> {
        let place = self.entries.iter().position(|entry| entry.name == name)?;
        self.taken.push(name.to_owned());
        Some(self.entries.remove(place))
    }

    /// Whether the key was written, read by now or not.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name == name) || self.taken.iter().any(|taken| taken == name)
    }

    /// The key, for errors about it.
    pub(crate) fn key(&self, name: &str) -> Option<Path> {
        self.entries.iter().find(|entry| entry.name == name).map(|entry| entry.key.clone())
    }

    /// `name`, which takes no value.
    pub(crate) fn flag(&mut self, errors: &mut Errors, name: &str) -> Option<Path> {
        let entry = self.remove(name)?;
        if let Some(value) = &entry.value {
            errors.at(value, format!("`{name}` takes no value: write `{name}` alone"));
        }
        Some(entry.key)
    }

    /// `name` or `name = expression`.
    pub(crate) fn optional(&mut self, name: &str) -> Option<Found<Option<Expr>>> {
        self.remove(name).map(|entry| Found { key: entry.key, value: entry.value.map(bared) })
    }

    /// `name = expression`.
    pub(crate) fn expr(&mut self, errors: &mut Errors, name: &str, example: &str) -> Option<Found<Expr>> {
        let Found { key, value } = self.optional(name)?;
        if value.is_none() {
            errors.at(&key, format!("`{name}` takes a value: write `{name} = {example}`"));
        }
        value.map(|value| Found { key, value })
    }

    /// `name = "text"`.
    pub(crate) fn text(&mut self, errors: &mut Errors, name: &str, example: &str) -> Option<Found<LitStr>> {
        let Found { key, value } = self.expr(errors, name, &format!("{example:?}"))?;
        if let Some(Lit::Str(text)) = as_literal(&value) {
            Some(Found { key, value: text.clone() })
        } else {
            errors.at(&value, format!("`{name}` takes a text: write `{name} = {example:?}`"));
            None
        }
    }

    /// `name = 200`, within a range.
    pub(crate) fn status(
        &mut self,
        errors: &mut Errors,
        range: std::ops::RangeInclusive<u16>,
        why: &str,
    ) -> Option<Found<u16>> {
        let example = range.start() + if range.contains(&201) { 1 } else { 9 };
        let Found { key, value } = self.expr(errors, "status", &example.to_string())?;
        let status = as_literal(&value).and_then(as_int).and_then(|int| int.base10_parse().ok());
        if let Some(status) = status.filter(|status| range.contains(status)) {
            return Some(Found { key, value: status });
        }
        let (from, to) = (range.start(), range.end());
        errors.at(&value, format!("`status` is a number from {from} to {to}, {why}: `status = {example}`"));
        None
    }
}

/// darling reads the last `-1` of a list as one literal, whose span is the minus alone; before a comma as an expression.
fn with_last_comma(mut tokens: TokenStream) -> TokenStream {
    let comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
    if let Some(last) = tokens.clone().into_iter().last().filter(|last| !comma(last)) {
        let mut comma = Punct::new(',', Spacing::Alone);
        comma.set_span(last.span());
        tokens.extend([TokenTree::Punct(comma)]);
    }
    tokens
}

/// The literal that an expression is, if it is one.
pub(crate) fn as_literal(expr: &Expr) -> Option<&Lit> {
    match expr {
        Expr::Lit(literal) => Some(&literal.lit),
        _ => None,
    }
}

fn as_int(literal: &Lit) -> Option<&LitInt> {
    match literal {
        Lit::Int(int) => Some(int),
        _ => None,
    }
}

/// A value that came through a `macro_rules` parameter stands in an invisible group.
fn bared(expr: Expr) -> Expr {
    match expr {
        Expr::Group(group) => bared(*group.expr),
        other => other,
    }
}

pub(crate) fn shown_path(path: &Path) -> String {
    path.to_token_stream().to_string().replace(' ', "")
}

fn takes(Keys { attribute, keys }: &Keys) -> String {
    let keys = listed(keys);
    if *attribute == ERROR.attribute {
        format!("takes {keys} and a message")
    } else if *attribute == ROUTE.attribute {
        format!("takes the route, {keys}")
    } else if keys.is_empty() {
        "takes nothing".to_owned()
    } else {
        format!("takes {keys}")
    }
}

fn unknown(key: &str, keys: &Keys, shown: &str) -> String {
    let hint = nearest(key, keys.keys).map(|known| format!("; did you mean `{known}`?")).unwrap_or_default();
    format!("unknown attribute `{key}`: `{shown}` {}{hint}", takes(keys))
}
