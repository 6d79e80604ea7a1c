//! `.durably/app.json`: what the application's build script found out about it.

use std::path::Path;

use serde_json::Value;

use crate::failure::At;
use crate::{Failure, Result};

/// The version of the file's own format that we know.
const FORMAT: u64 = 1;

/// The application as its last build described it. Empty where a Worker was written without durably.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AppFile {
    /// The environments of `wrangler.toml`, in its order.
    pub environments: Vec<String>,
    /// The Durable Object classes.
    pub classes: Vec<Class>,
    /// The bindings of the KV namespaces that hold configurations.
    pub kv: Vec<String>,
    /// The names of its secrets.
    pub secrets: Secrets,
}

/// A Durable Object class of the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// The class's name.
    pub name: String,
    /// The binding under which the code looks for it.
    pub binding: String,
}

/// The names of an application's secrets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Secrets {
    /// Without these it does not work.
    pub required: Vec<String>,
    /// These it can do without.
    pub optional: Vec<String>,
}

impl AppFile {
    /// Reads the file of an application that has one.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).at("read", path)?;
        Self::parse(&text).map_err(|error| {
            Failure::new(format!("{} is not what a build writes", path.display()))
                .detail(error)
                .help("delete it and build again; do not edit it")
        })
    }

    /// Reads it whole or not at all: what is not understood is never taken for something that the application lacks.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let json: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        match json["format"].as_u64() {
            Some(FORMAT) => {}
            Some(other) => {
                return Err(format!(
                    "its format is {other}, made by another version of durably; this one knows {FORMAT}"
                ));
            }
            None => return Err("it lacks its `format`".to_owned()),
        }
        Ok(Self {
            environments: strings(&json, "environments")?,
            classes: list(&json, "classes", |class| {
                Ok(Class { name: text_of(class, "class")?, binding: text_of(class, "binding")? })
            })?,
            kv: list(&json, "configurations", |configuration| text_of(configuration, "binding"))?,
            secrets: Secrets {
                required: strings(&json["secrets"], "required")?,
                optional: strings(&json["secrets"], "optional")?,
            },
        })
    }
}

fn text_of(value: &Value, key: &str) -> Result<String, String> {
    value[key].as_str().map(str::to_owned).ok_or_else(|| format!("`{key}` is not a text in {value}"))
}

fn list<T>(value: &Value, key: &str, read: impl Fn(&Value) -> Result<T, String>) -> Result<Vec<T>, String> {
    let list = value[key].as_array().ok_or_else(|| format!("`{key}` is not a list"))?;
    list.iter().map(read).collect()
}

fn strings(value: &Value, key: &str) -> Result<Vec<String>, String> {
    list(value, key, |text| text.as_str().map(str::to_owned).ok_or_else(|| format!("`{key}` holds {text}, not a text")))
}

#[cfg(test)]
mod tests {
    use super::{AppFile, Class};

    const APP: &str = r#"{"format":1,"crate":"app","dir":"app","environments":["dev","production"],
        "classes":[{"class":"Session","binding":"SESSION"}],
        "configurations":[{"configuration":"AppConfig","binding":"APP_CONFIG","key":"app_config"}],
        "secrets":{"required":["OPERATOR_KEY"],"optional":["GEMINI_API_KEY"]}}"#;

    #[test]
    fn reads_what_the_build_script_writes() {
        let app = AppFile::parse(APP).expect("it is whole");
        assert_eq!(app.environments, ["dev", "production"]);
        assert_eq!(app.classes, [Class { name: "Session".into(), binding: "SESSION".into() }]);
        assert_eq!(app.kv, ["APP_CONFIG"]);
        assert_eq!(app.secrets.required, ["OPERATOR_KEY"]);
        assert_eq!(app.secrets.optional, ["GEMINI_API_KEY"]);
    }

    #[test]
    fn what_is_not_understood_is_never_taken_for_nothing() {
        let read = |from: &str, to: &str| AppFile::parse(&APP.replace(from, to)).expect_err("it is not whole");
        assert!(read("\"format\":1", "\"format\":2").contains("format is 2"));
        assert!(read("\"format\":1,", "").contains("format"));
        assert!(read("[\"dev\",\"production\"]", "null").contains("environments"));
        assert!(read("\"class\":\"Session\"", "\"clas\":\"Session\"").contains("class"));
        assert!(read("\"required\":[\"OPERATOR_KEY\"]", "\"required\":[1]").contains("required"));
        assert!(read("\"optional\"", "\"optinal\"").contains("optional"));
        assert!(AppFile::read("/nonexistent/app.json".as_ref()).is_err());
    }
}
