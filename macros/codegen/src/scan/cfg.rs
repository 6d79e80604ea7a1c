//! `cfg` with three values, always for `wasm32-unknown-unknown`: the build for the host and the build for wasm must write
//! the same files.

use std::collections::BTreeSet;

use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Lit, Meta, Token};

/// What is known about a condition when the build script runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Truth {
    True,
    False,
    /// Why it cannot be known.
    Unknown(String),
}

impl Truth {
    pub(crate) fn and(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::True => other(),
            Self::False => Self::False,
            Self::Unknown(why) => match other() {
                Self::False => Self::False,
                _ => Self::Unknown(why),
            },
        }
    }

    fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            unknown @ Self::Unknown(_) => unknown,
        }
    }
}

impl From<bool> for Truth {
    fn from(known: bool) -> Self {
        if known { Self::True } else { Self::False }
    }
}

/// The crate's features, in the form that cargo gives a build script: `CARGO_FEATURE_<NAME>`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Conditions {
    features: BTreeSet<String>,
}

impl Conditions {
    pub(crate) fn new<'a>(features: impl IntoIterator<Item = &'a str>) -> Self {
        Self { features: features.into_iter().map(feature_key).collect() }
    }

    /// Of a `cfg(…)`'s predicate.
    pub(crate) fn eval(&self, predicate: &Meta) -> Truth {
        match predicate {
            Meta::Path(path) => word(&text_of(path)),
            Meta::NameValue(pair) => match &pair.value {
                Expr::Lit(literal) => match &literal.lit {
                    Lit::Str(value) => self.pair(&text_of(&pair.path), &value.value()),
                    _ => Truth::False,
                },
                _ => Truth::False,
            },
            Meta::List(list) => {
                let Ok(parts) = list.parse_args_with(Punctuated::<Predicate, Token![,]>::parse_terminated) else {
                    return Truth::Unknown(format!("`{}` is not a condition", text_of(&list.path)));
                };
                let mut values = parts.iter().map(|part| self.predicate(part));
                match text_of(&list.path).as_str() {
                    "all" => values.fold(Truth::True, |all, next| all.and(|| next)),
                    "any" => values.fold(Truth::True, |none, next| none.and(|| next.not())).not(),
                    "not" => values.next().map_or(Truth::False, Truth::not),
                    other => Truth::Unknown(format!("`{other}(…)` is not a condition that durably knows")),
                }
            }
        }
    }

    /// Of a whole `#[cfg(…)]` attribute.
    pub(crate) fn attribute(&self, attribute: &Attribute) -> Truth {
        let parsed = attribute.parse_args_with(Punctuated::<Predicate, Token![,]>::parse_terminated);
        match parsed.as_ref().ok().and_then(Punctuated::first) {
            Some(predicate) => self.predicate(predicate),
            None => Truth::Unknown("the condition is malformed".into()),
        }
    }

    pub(crate) fn predicate(&self, predicate: &Predicate) -> Truth {
        match predicate {
            Predicate::Known(value) => (*value).into(),
            Predicate::Meta(meta) => self.eval(meta),
        }
    }

    fn pair(&self, key: &str, value: &str) -> Truth {
        match key {
            "feature" => self.features.contains(&feature_key(value)).into(),
            "target_arch" => (value == "wasm32").into(),
            "target_family" => (value == "wasm").into(),
            "target_os" | "target_vendor" => (value == "unknown").into(),
            "target_env" | "target_abi" => value.is_empty().into(),
            "target_endian" => (value == "little").into(),
            "target_pointer_width" => (value == "32").into(),
            "target_has_atomic" => ["8", "16", "32", "64", "ptr"].contains(&value).into(),
            "target_feature" => Truth::Unknown("target features depend on the compiler's flags".into()),
            "panic" => Truth::Unknown("how a panic ends depends on the profile".into()),
            other => Truth::Unknown(unseen(&format!("{other} = \"{value}\""))),
        }
    }
}

/// One operand of a condition; `true` and `false` are words of their own since Rust 1.88.
pub(crate) enum Predicate {
    Known(bool),
    Meta(Box<Meta>),
}

impl syn::parse::Parse for Predicate {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(syn::LitBool) {
            return Ok(Self::Known(input.parse::<syn::LitBool>()?.value));
        }
        input.parse().map(|meta| Self::Meta(Box::new(meta)))
    }
}

fn word(name: &str) -> Truth {
    match name {
        "unix" | "windows" | "test" | "doc" | "doctest" | "miri" | "proc_macro" => Truth::False,
        "debug_assertions" | "overflow_checks" => Truth::Unknown(format!("`{name}` depends on the profile")),
        other => Truth::Unknown(unseen(other)),
    }
}

fn unseen(condition: &str) -> String {
    format!("`{condition}` comes from compiler flags or from a build script, neither of which this scan can see")
}

fn feature_key(name: &str) -> String {
    name.to_uppercase().replace('-', "_")
}

fn text_of(path: &syn::Path) -> String {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect::<Vec<_>>().join("::")
}

#[cfg(test)]
#[allow(clippy::panic, reason = "tests")]
mod tests {
    use super::*;

    fn eval(condition: &str) -> Truth {
        let Ok(predicate) = syn::parse_str::<Predicate>(condition) else { panic!("not a condition: {condition}") };
        Conditions::new(["fast-path", "SQLITE"]).predicate(&predicate)
    }

    #[test]
    fn wasm_is_the_target_on_every_host() {
        for holds in ["target_arch = \"wasm32\"", "target_family = \"wasm\"", "not(test)", "not(unix)", "true"] {
            assert_eq!(eval(holds), Truth::True, "{holds}");
        }
        for fails in ["test", "windows", "target_os = \"linux\"", "all(target_arch = \"wasm32\", test)", "false"] {
            assert_eq!(eval(fails), Truth::False, "{fails}");
        }
    }

    #[test]
    fn features_are_known() {
        assert_eq!(eval("feature = \"fast-path\""), Truth::True);
        assert_eq!(eval("feature = \"fast_path\""), Truth::True);
        assert_eq!(eval("feature = \"sqlite\""), Truth::True);
        assert_eq!(eval("feature = \"other\""), Truth::False);
    }

    #[test]
    fn what_is_unknown_decides_only_where_it_matters() {
        for unknown in ["debug_assertions", "tokio_unstable", "any(debug_assertions, test)", "not(debug_assertions)"] {
            assert!(matches!(eval(unknown), Truth::Unknown(_)), "{unknown}");
        }
        assert_eq!(eval("all(debug_assertions, test)"), Truth::False);
        assert_eq!(eval("any(debug_assertions, not(test))"), Truth::True);
        assert_eq!(eval("all(test, debug_assertions)"), Truth::False);
    }

    #[test]
    fn an_unknown_condition_says_why() {
        assert_eq!(eval("debug_assertions"), Truth::Unknown("`debug_assertions` depends on the profile".into()));
        let Truth::Unknown(why) = eval("all(tokio_unstable, not(test))") else { panic!("known") };
        assert!(why.contains("tokio_unstable"), "{why}");
    }
}
