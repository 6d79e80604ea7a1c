//! The hash of an item's model, `own` in `docs/formats.md`: what is stored and called, nothing else.
//!
//! Lists begin with their length and choices with a word, so that two models never give the same bytes.

use quote::ToTokens;

use crate::{
    Arg, Authorize, Bound, Config, ConfigField, Default, Durable, DurableBody, DurableError, DurableField,
    ErrorVariant, Field, FieldKind, Fields, Http, MessagePart, Method, MethodKind, Output, Passing, PathSegment, Route,
    Rpc, Source, State, Variant, bare, contract::Fnv, syntax::canonical::canonical,
};

/// A hash that grows.
pub(crate) struct Own(Fnv);

impl Own {
    /// The hash of an item.
    pub(crate) fn of(item: &impl Describe) -> u64 {
        let mut own = Self(Fnv::new());
        item.describe(&mut own);
        own.0.finish()
    }

    fn text(&mut self, text: &str) {
        self.0 = self.0.text(text);
    }

    fn number(&mut self, number: u64) {
        self.0 = self.0.number(number);
    }

    fn flag(&mut self, flag: bool) {
        self.number(u64::from(flag));
    }

    fn tokens(&mut self, tokens: impl ToTokens) {
        self.text(&canonical(tokens));
    }

    fn list<T: Describe>(&mut self, list: &[T]) {
        self.number(list.len() as u64);
        for item in list {
            item.describe(self);
        }
    }

    fn option<T: Describe>(&mut self, option: Option<&T>) {
        self.flag(option.is_some());
        if let Some(item) = option {
            item.describe(self);
        }
    }
}

/// What an item adds to the hash.
pub(crate) trait Describe {
    fn describe(&self, own: &mut Own);
}

impl Describe for State {
    fn describe(&self, own: &mut Own) {
        own.text("state");
        own.text(&bare(&self.ident));
        own.list(&self.fields);
    }
}

impl Describe for Field {
    fn describe(&self, own: &mut Own) {
        own.text(&self.name);
        own.text(match self.kind {
            FieldKind::Column => "column",
            FieldKind::Json => "json",
            FieldKind::Log { .. } => "log",
            FieldKind::Map { .. } => "map",
        });
        own.tokens(&self.ty);
        self.default.describe(own);
    }
}

impl Describe for Default {
    fn describe(&self, own: &mut Own) {
        match self {
            Self::Type => own.text("type"),
            Self::Trait(_) => own.text("trait"),
            Self::Expr(tokens) => {
                own.text("expr");
                own.tokens(tokens);
            }
        }
    }
}

impl Describe for Durable {
    fn describe(&self, own: &mut Own) {
        own.text("durable");
        own.text(&bare(&self.ident));
        own.flag(self.default);
        match &self.body {
            DurableBody::Struct(fields) => {
                own.text("struct");
                own.list(fields);
            }
            DurableBody::Newtype(ty) => {
                own.text("newtype");
                own.tokens(ty);
            }
            DurableBody::Tuple(types) => {
                own.text("tuple");
                own.list(types);
            }
            DurableBody::Unit => own.text("unit"),
            DurableBody::UnitEnum(variants) | DurableBody::Enum(variants) => {
                own.text("enum");
                own.list(variants);
            }
        }
    }
}

impl Describe for DurableField {
    fn describe(&self, own: &mut Own) {
        own.text(&self.name);
        own.flag(self.json);
        own.tokens(&self.ty);
        self.default.describe(own);
    }
}

impl Describe for syn::Type {
    fn describe(&self, own: &mut Own) {
        own.tokens(self);
    }
}

impl Describe for Variant {
    fn describe(&self, own: &mut Own) {
        own.text(&self.name);
        match &self.fields {
            Fields::Unit => own.text("unit"),
            Fields::Tuple(types) => {
                own.text("tuple");
                own.list(types);
            }
            Fields::Named(fields) => {
                own.text("named");
                own.list(fields);
            }
        }
    }
}

impl Describe for DurableError {
    fn describe(&self, own: &mut Own) {
        own.text("error");
        own.text(&bare(&self.ident));
        own.list(&self.variants);
    }
}

impl Describe for ErrorVariant {
    fn describe(&self, own: &mut Own) {
        self.variant.describe(own);
        own.number(self.status.into());
        own.list(&self.message);
    }
}

impl Describe for MessagePart {
    fn describe(&self, own: &mut Own) {
        let (kind, text) = match self {
            Self::Text(text) => ("text", text.replace("\r\n", "\n")),
            Self::Field(name) => ("field", name.clone()),
        };
        own.text(kind);
        own.text(&text);
    }
}

impl Describe for Config {
    fn describe(&self, own: &mut Own) {
        own.text("config");
        own.text(&bare(&self.ident));
        own.list(&self.fields);
    }
}

impl Describe for ConfigField {
    fn describe(&self, own: &mut Own) {
        own.text(&self.name);
        own.tokens(&self.ty);
        match &self.source {
            Source::Secret { name, .. } => {
                own.text("secret");
                own.text(name);
            }
            Source::Document { default, env, min, max, .. } => {
                own.text("document");
                own.flag(default.is_some());
                own.tokens(default);
                own.flag(env.is_some());
                own.text(env.as_deref().unwrap_or_default());
                own.option(min.as_ref());
                own.option(max.as_ref());
            }
        }
    }
}

impl Describe for Bound {
    fn describe(&self, own: &mut Own) {
        own.tokens(&self.tokens);
    }
}

impl Describe for Rpc {
    fn describe(&self, own: &mut Own) {
        own.text("rpc");
        own.tokens(&self.self_ty);
        own.option(self.authorize.as_ref());
        own.list(&self.methods);
    }
}

impl Describe for Method {
    fn describe(&self, own: &mut Own) {
        own.text(&self.name);
        own.flag(self.public);
        own.text(match self.kind {
            MethodKind::Create => "create",
            MethodKind::Read => "read",
            MethodKind::Write => "write",
            MethodKind::Async => "async",
        });
        own.flag(self.takes_cx);
        own.list(&self.args);
        self.output.describe(own);
        own.option(self.http.as_ref());
        own.option(self.authorize.as_ref());
    }
}

impl Describe for Arg {
    fn describe(&self, own: &mut Own) {
        own.text(&self.name);
        own.flag(self.passing == Passing::Borrowed);
        own.tokens(&self.ty);
    }
}

impl Describe for Output {
    fn describe(&self, own: &mut Own) {
        own.tokens(&self.ty);
        own.flag(self.fallible);
        own.option(self.error.as_ref());
    }
}

impl Describe for Http {
    fn describe(&self, own: &mut Own) {
        own.text(self.method.as_str());
        own.list(&self.path);
        own.number(self.status.unwrap_or_default().into());
    }
}

impl Describe for PathSegment {
    fn describe(&self, own: &mut Own) {
        let (kind, text) = match self {
            Self::Literal(text) => ("literal", text),
            Self::Param(name) => ("param", name),
        };
        own.text(kind);
        own.text(text);
    }
}

impl Describe for Authorize {
    fn describe(&self, own: &mut Own) {
        match self {
            Self::Public => own.text("public"),
            Self::By { caller, object } => {
                own.text("by");
                own.tokens(caller);
                own.flag(object.is_some());
                own.tokens(object);
            }
        }
    }
}

impl Describe for Route {
    fn describe(&self, own: &mut Own) {
        own.text("route");
        own.text(&bare(&self.ident));
        self.http.describe(own);
        self.authorize.describe(own);
        own.flag(self.takes_cx);
        own.list(&self.args);
        self.output.describe(own);
    }
}
