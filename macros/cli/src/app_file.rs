//! `.durably/app.json`: what the application's build script found out about it.

use std::path::Path;

use serde_json::Value;

use crate::failure::At;
use crate::{Failure, Result};

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
    /// Reads the file; a missing one is an empty description.
    pub fn read(path: &Path) -> Result<Self> {
        match std::fs::read_to_string(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            text => Self::parse(&text.at("read", path)?).map_err(|error| {
                Failure::new(format!("{} is not what a build writes", path.display()))
                    .detail(error)
                    .help("delete it and build again; do not edit it")
            }),
        }
    }

    pub(crate) fn parse(text: &str) -> std::result::Result<Self, serde_json::Error> {
        let json: Value = serde_json::from_str(text)?;
        Ok(Self {
            environments: strings(&json["environments"]),
            classes: list(&json["classes"], |class| {
                Some(Class { name: text_of(class, "class")?, binding: text_of(class, "binding")? })
            }),
            kv: list(&json["configurations"], |configuration| text_of(configuration, "binding")),
            secrets: Secrets {
                required: strings(&json["secrets"]["required"]),
                optional: strings(&json["secrets"]["optional"]),
            },
        })
    }
}

fn text_of(value: &Value, key: &str) -> Option<String> {
    value[key].as_str().map(str::to_owned)
}

fn list<T>(value: &Value, read: impl Fn(&Value) -> Option<T>) -> Vec<T> {
    value.as_array().into_iter().flatten().filter_map(read).collect()
}

fn strings(value: &Value) -> Vec<String> {
    list(value, |text| text.as_str().map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::{AppFile, Class};

    #[test]
    fn reads_what_the_build_script_writes() {
        let app = AppFile::parse(
            r#"{"format":1,"crate":"app","dir":"app","environments":["dev","production"],
                "classes":[{"class":"Session","binding":"SESSION"}],
                "configurations":[{"configuration":"AppConfig","binding":"APP_CONFIG","key":"app_config"}],
                "secrets":{"required":["OPERATOR_KEY"],"optional":["GEMINI_API_KEY"]}}"#,
        );
        let app = app.expect("it is JSON");
        assert_eq!(app.environments, ["dev", "production"]);
        assert_eq!(app.classes, [Class { name: "Session".into(), binding: "SESSION".into() }]);
        assert_eq!(app.kv, ["APP_CONFIG"]);
        assert_eq!(app.secrets.required, ["OPERATOR_KEY"]);
        assert_eq!(app.secrets.optional, ["GEMINI_API_KEY"]);
    }

    #[test]
    fn a_missing_file_describes_nothing() {
        assert_eq!(AppFile::read("/nonexistent/app.json".as_ref()), Ok(AppFile::default()));
    }
}
