//! The hash of an item's model, `own` in `docs/formats.md`: what is stored and called, nothing else.
//!
//! Lists begin with their length and choices with a word, so that two models never give the same bytes.

use quote::ToTokens;

use crate::{
    Arg, Authorize, Bound, Config, ConfigField, Durable, DurableBody, DurableError, DurableField, ErrorVariant, Field,
    FieldKind, Fields, Http, Initial, MessagePart, Method, MethodKind, Output, Passing, PathSegment, Route, Rpc,
    Source, State, Variant, bare, contract::Fnv, syntax::canonical::canonical,
};

/// A hash that grows.
pub(crate) struct ItemHash(Fnv);

impl ItemHash {
    /// The hash of an item.
    pub(crate) fn of(item: &impl Describe) -> u64 {
        let mut hash = Self(Fnv::new());
        item.describe(&mut hash);
        hash.0.finish()
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
    fn describe(&self, hash: &mut ItemHash);
}

// Each struct is taken apart without `..`: a field that is added does not compile before it is said whether it counts.

impl Describe for State {
    fn describe(&self, hash: &mut ItemHash) {
        let Self { ident, fields, vis: _, doc: _, item_hash: _, item: _ } = self;
        hash.text("state");
        hash.text(&bare(ident));
        hash.list(fields);
    }
}

impl Describe for Field {
    fn describe(&self, hash: &mut ItemHash) {
        let Self { name, ty, kind, initial, ident: _, doc: _ } = self;
        hash.text(name);
        hash.text(match kind {
            FieldKind::Column => "column",
            FieldKind::Json => "json",
            FieldKind::Log { item: _ } => "log", // the type says of what
            FieldKind::Map { key: _, value: _ } => "map",
        });
        hash.tokens(ty);
        initial.describe(hash);
    }
}

impl Describe for Initial {
    fn describe(&self, hash: &mut ItemHash) {
        match self {
            Self::OfType => hash.text("type"),
            Self::OfTrait(_) => hash.text("trait"),
            Self::Expr(tokens) => {
                hash.text("expr");
                hash.tokens(tokens);
            }
        }
    }
}

impl Describe for Durable {
    fn describe(&self, hash: &mut ItemHash) {
        let Self { ident, body, default, doc: _, item_hash: _ } = self;
        hash.text("durable");
        hash.text(&bare(ident));
        hash.flag(*default);
        match body {
            DurableBody::Struct(fields) => {
                hash.text("struct");
                hash.list(fields);
            }
            DurableBody::Newtype(ty) => {
                hash.text("newtype");
                hash.tokens(ty);
            }
            DurableBody::Tuple(types) => {
                hash.text("tuple");
                hash.list(types);
            }
            DurableBody::Unit => hash.text("unit"),
            DurableBody::UnitEnum(variants) | DurableBody::Enum(variants) => {
                hash.text("enum");
                hash.list(variants);
            }
        }
    }
}

impl Describe for DurableField {
    fn describe(&self, hash: &mut ItemHash) {
        let Self { name, ty, json, initial, ident: _, doc: _ } = self;
        hash.text(name);
        hash.flag(*json);
        hash.tokens(ty);
        initial.describe(hash);
    }
}

impl Describe for syn::Type {
    fn describe(&self, hash: &mut ItemHash) {
        hash.tokens(self);
    }
}

impl Describe for Variant {
    fn describe(&self, hash: &mut ItemHash) {
        let Self { name, fields, ident: _, doc: _ } = self;
        hash.text(name);
        match fields {
            Fields::Unit => hash.text("unit"),
            Fields::Tuple(types) => {
                hash.text("tuple");
                hash.list(types);
            }
            Fields::Named(fields) => {
                hash.text("named");
                hash.list(fields);
            }
        }
    }
}

impl Describe for DurableError {
    fn describe(&self, hash: &mut ItemHash) {
        let Self { ident, variants, doc: _, item_hash: _ } = self;
        hash.text("error");
        hash.text(&bare(ident));
        hash.list(variants);
    }
}

impl Describe for ErrorVariant {
    fn describe(&self, hash: &mut ItemHash) {
        let Self { variant, status, message } = self;
        variant.describe(hash);
        hash.number((*status).into());
        hash.list(message);
    }
}

impl Describe for MessagePart {
    fn describe(&self, hash: &mut ItemHash) {
        let (kind, text) = match self {
            Self::Text(text) => ("text", text.replace("\r\n", "\n")),
            Self::Field(name) => ("field", name.clone()),
        };
        hash.text(kind);
        hash.text(&text);
    }
}

impl Describe for Config {
    fn describe(&self, hash: &mut ItemHash) {
        let Self { ident, fields, vis: _, doc: _, item_hash: _, item: _ } = self;
        hash.text("config");
        hash.text(&bare(ident));
        hash.list(fields);
    }
}

impl Describe for ConfigField {
    fn describe(&self, hash: &mut ItemHash) {
        let Self { name, ty, source, ident: _, doc: _ } = self;
        hash.text(name);
        hash.tokens(ty);
        match source {
            // That it is optional follows from the type.
            Source::Secret { name, optional: _ } => {
                hash.text("secret");
                hash.text(name);
            }
            Source::Document { default, env, min, max, optional: _ } => {
                hash.text("document");
                hash.flag(default.is_some());
                hash.tokens(default);
                hash.flag(env.is_some());
                hash.text(env.as_deref().unwrap_or_default());
                hash.option(min.as_ref());
                hash.option(max.as_ref());
            }
        }
    }
}

impl Describe for Bound {
    fn describe(&self, hash: &mut ItemHash) {
        let Self { tokens, value: _ } = self;
        hash.tokens(tokens);
    }
}

impl Describe for Rpc {
    fn describe(&self, hash: &mut ItemHash) {
        let Self { self_ty, authorize, methods, ident: _, item_hash: _, item: _ } = self;
        hash.text("rpc");
        hash.tokens(self_ty);
        hash.option(authorize.as_ref());
        hash.list(methods);
    }
}

impl Describe for Method {
    fn describe(&self, hash: &mut ItemHash) {
        let Self { name, public, kind, takes_cx, args, output, http, authorize, ident: _, doc: _ } = self;
        hash.text(name);
        hash.flag(*public);
        hash.text(match kind {
            MethodKind::Create => "create",
            MethodKind::Read => "read",
            MethodKind::Write => "write",
            MethodKind::Async => "async",
        });
        hash.flag(*takes_cx);
        hash.list(args);
        output.describe(hash);
        hash.option(http.as_ref());
        hash.option(authorize.as_ref());
    }
}

impl Describe for Arg {
    fn describe(&self, hash: &mut ItemHash) {
        let Self { name, ty, passing, ident: _ } = self;
        hash.text(name);
        hash.flag(match passing {
            Passing::Borrowed => true,
            Passing::Value => false,
        });
        hash.tokens(ty);
    }
}

impl Describe for Output {
    fn describe(&self, hash: &mut ItemHash) {
        let Self { ty, fallible, error } = self;
        hash.tokens(ty);
        hash.flag(*fallible);
        hash.option(error.as_ref());
    }
}

impl Describe for Http {
    fn describe(&self, hash: &mut ItemHash) {
        let Self { method, path, status } = self;
        hash.text(method.as_str());
        hash.list(path);
        hash.number(status.unwrap_or_default().into());
    }
}

impl Describe for PathSegment {
    fn describe(&self, hash: &mut ItemHash) {
        let (kind, text) = match self {
            Self::Literal(text) => ("literal", text),
            Self::Param(name) => ("param", name),
        };
        hash.text(kind);
        hash.text(text);
    }
}

impl Describe for Authorize {
    fn describe(&self, hash: &mut ItemHash) {
        match self {
            Self::Public => hash.text("public"),
            Self::By { caller, object } => {
                hash.text("by");
                hash.tokens(caller);
                hash.flag(object.is_some());
                hash.tokens(object);
            }
        }
    }
}

impl Describe for Route {
    fn describe(&self, hash: &mut ItemHash) {
        let Self { ident, http, authorize, takes_cx, args, output, doc: _, item_hash: _, item: _ } = self;
        hash.text("route");
        hash.text(&bare(ident));
        http.describe(hash);
        authorize.describe(hash);
        hash.flag(*takes_cx);
        hash.list(args);
        output.describe(hash);
    }
}
