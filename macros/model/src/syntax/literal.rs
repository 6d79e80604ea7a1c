//! Literals against the primitive types that they are for.

use syn::{Expr, ExprUnary, Lit, Type, UnOp};

use crate::{
    Errors,
    contract::{Home, Integers, builtin},
    syntax::types::as_path,
};

/// A type whose values can be written as literals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Primitive {
    Int { name: &'static str, integers: Integers },
    Float(&'static str),
    Bool,
    Text,
}

impl Primitive {
    pub(crate) fn of(ty: &Type) -> Option<Self> {
        let ident = as_path(ty)?.get_ident()?.to_string();
        let builtin = builtin::find(&ident)?;
        match (builtin.home, builtin.integers, builtin.name) {
            (Home::Language, Some(integers), name) => Some(Self::Int { name, integers }),
            (Home::Language, None, "bool") => Some(Self::Bool),
            (Home::StdPrelude, None, "String") => Some(Self::Text),
            (Home::Language, None, name) if builtin::is_float(name) => Some(Self::Float(name)),
            _ => None, // its values are written by functions
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Int { name, .. } | Self::Float(name) => name,
            Self::Bool => "bool",
            Self::Text => "String",
        }
    }

    fn example(self) -> &'static str {
        match self {
            Self::Int { .. } => "30",
            Self::Float(_) => "0.5",
            Self::Bool => "true",
            Self::Text => "\"text\"",
        }
    }
}

/// What a literal says; `None` for any other expression, which is rustc's to check.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Int(i128),
    Float(f64),
    Bool(bool),
    Text(String),
    /// A literal that no primitive here takes: bytes, a character, a number beyond 128 bits.
    Other,
}

impl Value {
    pub(crate) fn of(expr: &Expr) -> Option<Self> {
        match expr {
            Expr::Lit(literal) => Some(Self::of_literal(&literal.lit)),
            Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => match Self::of(expr)? {
                Self::Int(value) => Some(Self::Int(-value)),
                Self::Float(value) => Some(Self::Float(-value)),
                _ => Some(Self::Other),
            },
            Expr::Group(group) => Self::of(&group.expr),
            Expr::Paren(paren) => Self::of(&paren.expr),
            _ => None,
        }
    }

    fn of_literal(literal: &Lit) -> Self {
        match literal {
            Lit::Int(int) => int.base10_parse().map_or(Self::Other, Self::Int),
            Lit::Float(float) => float.base10_parse().map_or(Self::Other, Self::Float),
            Lit::Bool(value) => Self::Bool(value.value),
            Lit::Str(text) => Self::Text(text.value()),
            _ => Self::Other,
        }
    }
}

/// Reports a literal that can't be a value of the type. The value is returned if it can.
pub(crate) fn check(errors: &mut Errors, expr: &Expr, ty: &Type, key: &str) -> Option<Value> {
    let value = Value::of(expr)?;
    let Some(primitive) = Primitive::of(ty) else { return Some(value) };
    let complaint = match (&value, primitive) {
        (Value::Int(given), Primitive::Int { name, integers }) if !integers.contains(*given) => {
            format!("{given} does not fit `{name}`, which goes from {} to {}", integers.min, integers.max)
        }
        (Value::Int(_), Primitive::Int { .. })
        | (Value::Float(_), Primitive::Float(_))
        | (Value::Bool(_), Primitive::Bool)
        | (Value::Text(_), Primitive::Text) => match suffix(expr) {
            Some(suffix) if suffix != primitive.name() => {
                format!("the type is `{}`, not `{suffix}`: leave the suffix away", primitive.name())
            }
            _ => return Some(value),
        },
        (Value::Int(given), Primitive::Float(name)) => {
            format!("`{name}` takes a number with a point: `{key} = {given}.0`")
        }
        _ => format!("this is no `{}`: write something like `{key} = {}`", primitive.name(), primitive.example()),
    };
    errors.at(expr, complaint);
    None
}

fn suffix(expr: &Expr) -> Option<String> {
    let suffix = match expr {
        Expr::Lit(literal) => literal.lit.suffix().to_owned(),
        Expr::Unary(unary) => return suffix(&unary.expr),
        Expr::Group(group) => return suffix(&group.expr),
        Expr::Paren(paren) => return suffix(&paren.expr),
        _ => String::new(),
    };
    (!suffix.is_empty()).then_some(suffix)
}
