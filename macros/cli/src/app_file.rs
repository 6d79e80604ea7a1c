//! `.durably/app.json`: what the application's build script found out about it.

use std::path::Path;

pub use durably_contract::files::app::{Class, Secrets};
use durably_contract::files::{App, Format as _};

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
        let App { environments, classes, configurations, secrets, .. } = App::from_text(text)?;
        let kv = configurations.into_iter().map(|configuration| configuration.binding).collect();
        Ok(Self { environments, classes, kv, secrets })
    }
}

#[cfg(test)]
mod tests {
    use super::{AppFile, Class};

    const APP: &str = r#"{"format":1,"crate":"app","dir":"app","worker":"fixture","lifecycle":"exports","seeds":[],"events":["fetch"],
        "environments":["dev","production"],
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
