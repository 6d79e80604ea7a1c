//! `min` and `max` of a setting, and whether its default lies between them.

use quote::ToTokens;
use syn::{Expr, Type};

use crate::{
    Bound, Errors,
    syntax::{
        attribute::{Found, Table},
        literal::{self, Primitive, Value},
        types::{is_named, shown},
    },
};

/// Reads both bounds for a setting of this type, and checks the default against type and bounds.
pub(crate) fn read(
    errors: &mut Errors,
    table: &mut Table,
    ty: &Type,
    default: Option<&Expr>,
) -> (Option<Bound>, Option<Bound>) {
    let default_value = default.and_then(|expr| literal::check(errors, expr, ty, "default"));
    let [min, max] =
        ["min", "max"].map(|key| table.expr(errors, key, "1").and_then(|found| one(errors, key, found, ty)));
    if let (Some(min), Some(max)) = (&min, &max)
        && min.value.exceeds(&max.value)
    {
        errors.at(&max.expr, format!("`max` is less than `min`, which is {}: no value fits", shown(&min.expr)));
    } else if let (Some(expr), Some(value)) = (default, &default_value) {
        check_default(errors, expr, value, min.as_ref(), max.as_ref());
    }
    (min.map(Limit::into_bound), max.map(Limit::into_bound))
}

struct Limit {
    expr: Expr,
    value: Number,
}

/// Integers are compared exactly.
#[derive(Clone, Copy)]
enum Number {
    Int(i128),
    Float(f64),
}

impl Number {
    fn exceeds(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => a > b,
            (a, b) => a.float() > b.float(),
        }
    }

    #[allow(clippy::cast_precision_loss)] // for the model's reader; comparisons of integers are exact, above
    fn float(self) -> f64 {
        match self {
            Self::Int(value) => value as f64,
            Self::Float(value) => value,
        }
    }
}

impl Limit {
    fn into_bound(self) -> Bound {
        Bound { value: self.value.float(), tokens: self.expr.into_token_stream() }
    }
}

fn one(errors: &mut Errors, key: &str, found: Found<Expr>, ty: &Type) -> Option<Limit> {
    let expr = found.value;
    let value = match Primitive::of(ty) {
        Some(Primitive::Text) => Number::Int(count(errors, key, &expr, "a text counts characters")?),
        None if is_named(ty, "Vec") => Number::Int(count(errors, key, &expr, "a list counts items")?),
        Some(Primitive::Int { .. } | Primitive::Float(_)) => match literal::check(errors, &expr, ty, key) {
            Some(Value::Int(value)) => Number::Int(value),
            Some(Value::Float(value)) => Number::Float(value),
            _ => {
                if Value::of(&expr).is_none() {
                    errors.at(&expr, format!("`{key}` is checked when building too: write the number itself"));
                }
                return None;
            }
        },
        Some(Primitive::Bool) | None => {
            errors.at(
                &found.key,
                format!(
                    "`{key}` bounds a number or the length of a `String` or `Vec`, and `{}` is none: remove it",
                    shown(ty)
                ),
            );
            return None;
        }
    };
    Some(Limit { expr, value })
}

fn count(errors: &mut Errors, key: &str, expr: &Expr, what: &str) -> Option<i128> {
    match Value::of(expr) {
        Some(Value::Int(count)) if count >= 0 => Some(count),
        _ => {
            errors.at(expr, format!("`{key}` of {what}: a number from 0, as in `{key} = 100`"));
            None
        }
    }
}

fn check_default(errors: &mut Errors, expr: &Expr, default: &Value, min: Option<&Limit>, max: Option<&Limit>) {
    let (value, what) = match default {
        Value::Int(value) => (Number::Int(*value), String::new()),
        Value::Float(value) => (Number::Float(*value), String::new()),
        Value::Text(text) => {
            let count = text.chars().count();
            (Number::Int(i128::try_from(count).unwrap_or(i128::MAX)), format!(" has {count} characters and"))
        }
        _ => return,
    };
    if let Some(min) = min.filter(|min| min.value.exceeds(&value)) {
        errors.at(expr, format!("the default{what} is below `min = {}`", shown(&min.expr)));
    }
    if let Some(max) = max.filter(|max| value.exceeds(&max.value)) {
        errors.at(expr, format!("the default{what} is above `max = {}`", shown(&max.expr)));
    }
}
