//! Generated files that are read again: one type for the writer and the reader of each, and how files are written.

pub mod app;
pub mod faults;
mod write;

pub use app::App;
pub use faults::{Fault, Faults, Target};
pub use write::{Mode, replace, write_if_changed};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A file whose first member is the version of its own format.
pub trait Format: Serialize + DeserializeOwned {
    /// The version that this code writes, and the one that it reads.
    const FORMAT: u32;

    /// The file's text: two spaces, a line end, the members in the order of the struct.
    fn to_text(&self) -> String {
        text(self)
    }

    /// Reads it whole or not at all: what is not understood is never taken for something that is not there.
    fn from_text(text: &str) -> Result<Self, String> {
        let format = serde_json::from_str::<Head>(text).map_err(|error| error.to_string())?.format;
        match format {
            Some(format) if format == Self::FORMAT => read(text),
            Some(other) => Err(format!(
                "its format is {other}, made by another version of durably; this one knows {}",
                Self::FORMAT
            )),
            None => Err("it lacks its `format`".to_owned()),
        }
    }
}

/// An error says at which member.
fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let mut json = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| error.to_string())?;
    json.end().map_err(|error| error.to_string())?;
    Ok(value)
}

#[derive(Deserialize)]
struct Head {
    format: Option<u32>,
}

/// A value as the text of a generated file. What is written here (structs, texts, numbers) always is JSON.
pub fn text(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).map(|text| text + "\n").unwrap_or_default()
}
