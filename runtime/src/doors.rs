//! What each door makes of a value on its way in or out, without a platform: the tests of the codec go through these.

use std::collections::BTreeMap;

use crate::call::{Args, Arrived, CallArguments, Envelope, Sent, Signature, read_reply, write_reply};
use crate::codec::{
    ArgumentWriter as _, Arguments as _, Decoder, Durable, RowReader, RowWriter, SqlValue, from_json, parse, to_json,
};
use crate::domain::{CallFailure, DurableError, Failure};
use crate::error::faults_text;

/// What came of a value, or why nothing did.
type Through<T> = Result<T, String>;

fn arrive<T: Durable>(arguments: Sent) -> Through<T> {
    let envelope = Envelope { method: "m".into(), arguments, ..Envelope::default() };
    let text = envelope.write().map_err(|error| error.to_string())?;
    let arrived = Arrived::read(&text).map_err(|error| error.to_string())?;
    let mut args = Args::new(arrived.source, Signature { names: &["value"], alone: true });
    let value = args.take::<T>();
    args.end().map_err(|error| error.to_string())?;
    value.ok_or_else(|| "no value and no fault".into())
}

/// As the only argument of the typed client.
pub fn argument<T: Durable>(value: &T) -> Through<T> {
    let arguments = CallArguments::default().with(value).finish().map_err(|error| error.to_string())?;
    arrive(Sent::Positional(arguments))
}

/// As the only member of a request's body.
pub fn body<T: Durable>(value: &T) -> Through<T> {
    let value = to_json(value).map_err(|error| error.to_string())?;
    let body = if T::IS_STRUCT { value } else { format!("{{\"value\":{value}}}") };
    arrive(Sent::Http { params: BTreeMap::new(), body: Some(body) })
}

/// As text in a query.
pub fn query<T: Durable>(value: &T) -> Through<T> {
    let json = to_json(value).map_err(|error| error.to_string())?;
    // A query leaves out what is absent; a text stands there without its quotes.
    let text = serde_json::from_str::<String>(&json).unwrap_or_else(|_| json.clone());
    let given = (json != "null").then(|| ("value".to_owned(), text));
    arrive(Sent::Http { params: given.into_iter().collect(), body: None })
}

/// As a handler's result.
pub fn result<T: Durable>(value: &T) -> Through<T> {
    let reply = write_reply(&to_json(value).map_err(CallFailure::from));
    let value = read_reply(&reply).map_err(|error| error.message)?;
    from_json(value).map_err(|faults| faults_text(&faults))
}

/// As an application's error.
pub fn error<E: DurableError>(error: E) -> Through<E> {
    let reply = write_reply(&Err(CallFailure::from(error)));
    match read_reply(&reply) {
        Ok(value) => Err(format!("an error became {value}")),
        Err(error) => match error.typed::<E>() {
            Failure::Domain(error) => Ok(error),
            Failure::Durably(error) => Err(error.to_string()),
        },
    }
}

/// As a setting of a stored configuration.
pub fn setting<T: Durable>(value: &T) -> Through<T> {
    let json = to_json(value).map_err(|error| error.to_string())?;
    crate::config::setting(parse(&json, 0)?).map_err(|faults| faults_text(&faults))
}

/// Inside of JSON.
pub fn json<T: Durable>(value: &T) -> Through<T> {
    from_json(&to_json(value).map_err(|error| error.to_string())?).map_err(|faults| faults_text(&faults))
}

/// From JSON that somebody else wrote.
pub fn read<T: Durable>(json: serde_json::Value) -> Through<T> {
    Decoder::read(json).map_err(|faults| faults_text(&faults))
}

/// The columns of an item.
pub fn row<T: Durable>(item: &T) -> Through<Vec<SqlValue>> {
    let mut row = RowWriter::new("items");
    item.encode_row(&mut row).map_err(|error| error.to_string())?;
    Ok(row.finish())
}

/// The item in columns.
pub fn item<T: Durable>(row: Vec<SqlValue>) -> Through<T> {
    T::decode_row(&mut RowReader::new("items", row)).map_err(|error| error.to_string())
}
