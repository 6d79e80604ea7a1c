//! Values in the template against the types in the code.

use durably_contract::builtin::{integers, is_float};
use durably_contract::limits::JS_MAX_SAFE_INTEGER;
use durably_model::{DurableBody, Initial, Model, bare};
use toml_edit::{TableLike, Value};

use crate::app::{App, Item};
use crate::listed;
use crate::resolve::ty::Ty;
use crate::template::scalar;

/// What a bound is compared with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Measure {
    Number(f64),
    Characters(f64),
    Items(f64),
}

/// The number or the length of a value that fits its type.
#[allow(clippy::cast_precision_loss)] // bounds are compared, not stored
pub(crate) fn measure(ty: &Ty, value: &Value) -> Option<Measure> {
    match (ty, value) {
        (Ty::Builtin("Option", arguments), _) => measure(arguments.first()?, value),
        (_, Value::String(text)) if ty.is_bytes() => Some(Measure::Items(scalar::bytes(text.value())? as f64)),
        (_, Value::String(text)) => Some(Measure::Characters(text.value().chars().count() as f64)),
        (_, Value::Integer(number)) => Some(Measure::Number(*number.value() as f64)),
        (_, Value::Float(number)) => Some(Measure::Number(*number.value())),
        (_, Value::Array(list)) => Some(Measure::Items(list.len() as f64)),
        _ => None,
    }
}

/// A text as JSON.
pub(crate) fn text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A TOML value as the JSON of a type, or what is wrong with it ("has to be …").
pub(crate) fn json(app: &App, ty: &Ty, value: &Value) -> Result<String, String> {
    match (ty, value) {
        (Ty::Builtin("Option" | "Box", arguments), _) => json(app, arguments.first().unwrap_or(&Ty::Unknown), value),
        (Ty::Builtin("bool", _), Value::Boolean(value)) => Ok(value.value().to_string()),
        (Ty::Builtin(name, _), Value::Float(value)) if is_float(name) && scalar::fits_float(name, *value.value()) => {
            Ok(serde_json::Value::from(*value.value()).to_string())
        }
        (Ty::Builtin(name, _), Value::Integer(value)) if is_float(name) => Ok(value.value().to_string()),
        (Ty::Builtin(name, _), Value::Integer(value)) if integers(name).is_some() => {
            scalar::integer(name, (*value.value()).into())
        }
        (_, Value::String(value)) if is_text(ty, value.value()) => Ok(text(value.value())),
        (Ty::Builtin("Vec", arguments), Value::Array(list)) if !ty.is_bytes() => {
            let element = arguments.first().unwrap_or(&Ty::Unknown);
            elements(list.iter().map(|value| json(app, element, value)))
        }
        (Ty::Array(element, length), Value::Array(list)) if !ty.is_bytes() && list.len() as u64 == *length => {
            elements(list.iter().map(|value| json(app, element, value)))
        }
        (Ty::Builtin("tuple", types), Value::Array(list)) if list.len() == types.len() => {
            elements(list.iter().zip(types).map(|(value, ty)| json(app, ty, value)))
        }
        (Ty::Builtin("BTreeMap" | "HashMap", arguments), Value::InlineTable(table)) => {
            let (key_type, value) =
                (arguments.first().unwrap_or(&Ty::Unknown), arguments.get(1).unwrap_or(&Ty::Unknown));
            let mut members = Vec::new();
            for (key, inner) in table {
                parameter(app, key_type, key).map_err(|fault| format!("has a key that {fault}"))?;
                let inner = json(app, value, inner).map_err(|fault| format!("has `{key}`, which {fault}"))?;
                members.push(format!("{}:{inner}", text(key)));
            }
            members.sort();
            Ok(format!("{{{}}}", members.join(",")))
        }
        (Ty::Item(place), _) => of_item(app, &app.items[*place], value),
        _ => Err(format!("has to be {}", expected(app, ty))),
    }
}

/// Whether a type that is written as text can be this one.
fn is_text(ty: &Ty, text: &str) -> bool {
    match ty {
        Ty::Builtin("String", _) => true,
        Ty::Builtin("Timestamp", _) => scalar::is_time(text),
        Ty::Builtin("Uuid", _) => scalar::is_uuid(text),
        Ty::Array(_, length) if ty.is_bytes() => scalar::bytes(text).is_some_and(|count| count as u64 == *length),
        _ => ty.is_bytes() && scalar::bytes(text).is_some(),
    }
}

fn elements(list: impl Iterator<Item = Result<String, String>>) -> Result<String, String> {
    let list =
        list.enumerate().map(|(place, json)| json.map_err(|fault| format!("has element {place}, which {fault}")));
    Ok(format!("[{}]", list.collect::<Result<Vec<_>, _>>()?.join(",")))
}

fn of_item(app: &App, item: &Item, value: &Value) -> Result<String, String> {
    let Model::Durable(durable) = &item.found.model else { return Err("has a type that cannot be configured".into()) };
    match (&durable.body, value) {
        (DurableBody::Newtype(_), _) => json(app, item.field("0"), value),
        (DurableBody::UnitEnum(variants), Value::String(name)) => {
            if variants.iter().any(|variant| variant.name == *name.value()) {
                return Ok(text(name.value()));
            }
            let known = listed(variants.iter().map(|variant| variant.name.as_str()));
            Err(format!("is `{}`; it can be {known}", name.value()))
        }
        (DurableBody::Struct(fields), Value::InlineTable(table)) => {
            for (key, _) in table {
                if !fields.iter().any(|field| field.name == key) {
                    let known = listed(fields.iter().map(|field| field.name.as_str()));
                    return Err(format!("has `{key}`, which is no field of `{}`; there are {known}", durable.ident));
                }
            }
            let mut members = Vec::new();
            for field in fields {
                let ty = item.field(&field.name);
                match TableLike::get(table, &field.name).and_then(toml_edit::Item::as_value) {
                    Some(inner) => {
                        let inner =
                            json(app, ty, inner).map_err(|fault| format!("has `{}`, which {fault}", field.name))?;
                        members.push(format!("{}:{inner}", text(&field.name)));
                    }
                    None if may_be_absent(app, ty) || !matches!(field.initial, Initial::OfType) => {}
                    None => return Err(format!("lacks `{}` of `{}`", field.name, bare(&durable.ident))),
                }
            }
            Ok(format!("{{{}}}", members.join(",")))
        }
        _ => Err(format!("has to be {}", expected_item(item))),
    }
}

/// Whether a value may be left out: an option, or a newtype of one.
pub(crate) fn may_be_absent(app: &App, ty: &Ty) -> bool {
    match ty {
        Ty::Builtin("Option", _) => true,
        Ty::Item(place) => match &app.items[*place].found.model {
            Model::Durable(durable) if matches!(durable.body, DurableBody::Newtype(_)) => {
                // One step is enough to see it, and a newtype of itself would have no end.
                matches!(app.items[*place].field("0"), Ty::Builtin("Option", _))
            }
            Model::Durable(_)
            | Model::State(_)
            | Model::Rpc(_)
            | Model::Config(_)
            | Model::Route(_)
            | Model::Error(_) => false,
        },
        Ty::Builtin(..) | Ty::Array(..) | Ty::Unknown => false,
    }
}

/// A variable of the template against the type that reads it: a text as a parameter is read, anything else as in a document.
pub(crate) fn variable(app: &App, ty: &Ty, value: &Value) -> Result<Option<Measure>, String> {
    if let Value::String(text) = value {
        return parameter(app, ty, text.value());
    }
    if let Some(number) = inexact(value) {
        return Err(format!("has {number}, which workerd would round: write the variable as a text"));
    }
    json(app, ty, value).map(|_| measure(ty, value))
}

/// A whole number that JavaScript would not have exactly.
fn inexact(value: &Value) -> Option<i64> {
    match value {
        Value::Integer(number) => {
            Some(*number.value()).filter(|number| !(-JS_MAX_SAFE_INTEGER..=JS_MAX_SAFE_INTEGER).contains(number))
        }
        Value::Array(list) => list.iter().find_map(inexact),
        Value::InlineTable(table) => table.iter().find_map(|(_, inner)| inexact(inner)),
        _ => None,
    }
}

/// A text as a type reads it: a variable, or the key of a map.
pub(crate) fn parameter(app: &App, ty: &Ty, value: &str) -> Result<Option<Measure>, String> {
    let wrong = || Err(format!("is {value:?}, which is not {}", expected(app, ty)));
    match ty {
        Ty::Unknown => Ok(None), // reported where it could not be resolved
        Ty::Builtin("Option", arguments) => parameter(app, arguments.first().unwrap_or(&Ty::Unknown), value),
        #[allow(clippy::cast_precision_loss)] // bounds are compared, not stored
        Ty::Builtin("String", _) => Ok(Some(Measure::Characters(value.chars().count() as f64))),
        Ty::Builtin("bool", _) if ["true", "false"].contains(&value) => Ok(None),
        Ty::Builtin(name, _) if is_float(name) => match value.parse::<f64>() {
            Ok(number) if number.is_finite() && scalar::fits_float(name, number) => Ok(Some(Measure::Number(number))),
            _ => wrong(),
        },
        Ty::Builtin(name, _) if integers(name).is_some() => match scalar::digits(value) {
            #[allow(clippy::cast_precision_loss)] // as above
            Some(number) => scalar::integer(name, number).map(|_| Some(Measure::Number(number as f64))),
            None => wrong(),
        },
        Ty::Item(place) => match &app.items[*place].found.model {
            Model::Durable(durable) => match &durable.body {
                DurableBody::Newtype(_) => parameter(app, app.items[*place].field("0"), value),
                DurableBody::UnitEnum(_) => of_item(app, &app.items[*place], &Value::from(value)).map(|_| None),
                DurableBody::Struct(_) | DurableBody::Tuple(_) | DurableBody::Unit | DurableBody::Enum(_) => wrong(),
            },
            Model::State(_) | Model::Rpc(_) | Model::Config(_) | Model::Route(_) | Model::Error(_) => wrong(),
        },
        ty if is_text(ty, value) => Ok(measure(ty, &Value::from(value)).filter(|_| ty.is_bytes())),
        _ => wrong(),
    }
}

fn expected(app: &App, ty: &Ty) -> String {
    match ty {
        Ty::Builtin("Option" | "Box", arguments) => expected(app, arguments.first().unwrap_or(&Ty::Unknown)),
        Ty::Builtin("bool", _) => "true or false".into(),
        Ty::Builtin("String", _) => "a text".into(),
        Ty::Builtin("Timestamp", _) => "a time as text, \"2026-11-17T12:00:00.000Z\"".into(),
        Ty::Builtin("Uuid", _) => "a UUID as text".into(),
        Ty::Builtin("f32", _) => "a number (`f32`)".into(),
        Ty::Builtin("f64", _) => "a number".into(),
        Ty::Builtin(name, _) if integers(name).is_some() => format!("a whole number (`{name}`)"),
        Ty::Array(_, length) if ty.is_bytes() => format!("{length} bytes as base64 text"),
        _ if ty.is_bytes() => "bytes as base64 text".into(),
        Ty::Builtin("Vec", _) => "a list".into(),
        Ty::Array(_, length) => format!("a list of {length}"),
        Ty::Builtin("tuple", types) => format!("a list of {}", types.len()),
        Ty::Builtin("BTreeMap" | "HashMap", _) => "a table".into(),
        Ty::Item(place) => expected_item(&app.items[*place]),
        other => format!("a `{}`, which cannot be given here", app.type_name(other)),
    }
}

fn expected_item(item: &Item) -> String {
    match &item.found.model {
        Model::Durable(durable) => match &durable.body {
            DurableBody::UnitEnum(variants) => {
                format!("one of {}", listed(variants.iter().map(|variant| variant.name.as_str())))
            }
            DurableBody::Struct(_) => format!("a table with the fields of `{}`", durable.ident),
            DurableBody::Newtype(_) | DurableBody::Tuple(_) | DurableBody::Unit | DurableBody::Enum(_) => {
                format!("a `{}`, which can only be written by the application", durable.ident)
            }
        },
        Model::State(_) | Model::Rpc(_) | Model::Config(_) | Model::Route(_) | Model::Error(_) => {
            "of another type".into()
        }
    }
}
