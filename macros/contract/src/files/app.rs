//! `.durably/app.json`: what the build script found out about the application, for `cargo durably`.

use serde::{Deserialize, Serialize};

use super::Format;

/// The file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct App {
    /// [`Format::FORMAT`].
    pub format: u32,
    /// The crate's name.
    #[serde(rename = "crate")]
    pub krate: String,
    /// The crate's folder, seen from the template's.
    pub dir: String,
    /// The Worker's name.
    pub worker: String,
    /// The environments of the template, in its order; empty if bindings stand at the top level.
    pub environments: Vec<String>,
    /// How classes come into being and go.
    pub lifecycle: Lifecycle,
    /// The Durable Object classes.
    pub classes: Vec<Class>,
    /// The configurations.
    pub configurations: Vec<Configuration>,
    /// The names of the secrets.
    pub secrets: Secrets,
    /// The files of initial configurations.
    pub seeds: Vec<Seeds>,
    /// The events that the Worker handles.
    pub events: Vec<String>,
}

impl Format for App {
    const FORMAT: u32 = 1;
}

/// How classes come into being and go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lifecycle {
    /// `[exports.Class]`, declarative.
    Exports,
    /// `[[migrations]]`, a ledger.
    Migrations,
}

/// A Durable Object class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Class {
    /// The exported name.
    #[serde(rename = "class")]
    pub name: String,
    /// The binding under which the code looks for it.
    pub binding: String,
}

/// A configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Configuration {
    /// The struct's name.
    #[serde(rename = "configuration")]
    pub name: String,
    /// The binding of its KV namespace.
    pub binding: String,
    /// Its key there.
    pub key: String,
}

/// The names of an application's secrets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secrets {
    /// Without these it does not work.
    pub required: Vec<String>,
    /// These it can do without.
    pub optional: Vec<String>,
}

/// A file of initial configurations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seeds {
    /// Of which environment.
    pub environment: String,
    /// For which namespace.
    pub binding: String,
    /// Below `.durably`.
    pub file: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{
  "format": 1,
  "crate": "app",
  "dir": "app",
  "worker": "shop",
  "environments": [
    "dev"
  ],
  "lifecycle": "exports",
  "classes": [
    {
      "class": "Cart",
      "binding": "CART"
    }
  ],
  "configurations": [
    {
      "configuration": "AppConfig",
      "binding": "APP_CONFIG",
      "key": "app_config"
    }
  ],
  "secrets": {
    "required": [
      "KEY"
    ],
    "optional": []
  },
  "seeds": [
    {
      "environment": "dev",
      "binding": "APP_CONFIG",
      "file": "seeds/dev/APP_CONFIG.json"
    }
  ],
  "events": [
    "fetch"
  ]
}
"#;

    #[test]
    fn golden() {
        let app = App::from_text(TEXT).expect("it is whole");
        assert_eq!((app.krate.as_str(), app.lifecycle, app.classes.len()), ("app", Lifecycle::Exports, 1));
        assert_eq!(app.to_text(), TEXT);
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        let refused = |from: &str, to: &str| App::from_text(&TEXT.replace(from, to)).expect_err("it is not whole");
        assert!(refused("\"format\": 1", "\"format\": 2").contains("its format is 2"));
        assert!(refused("\"format\": 1,", "").contains("lacks its `format`"));
        for member in ["crate", "dir", "worker", "environments", "lifecycle", "class", "binding", "key", "required"] {
            let error = refused(&format!("\"{member}\":"), &format!("\"{member}s\":"));
            assert!(error.contains(&format!("missing field `{member}`")), "{member}: {error}");
        }
        assert!(refused("\"exports\"", "\"ledger\"").contains("unknown variant `ledger`"));
        assert!(refused("[\n    \"dev\"\n  ]", "\"dev\"").contains("environments: invalid type"));
        assert!(App::from_text("").is_err() && App::from_text("[]").is_err() && App::from_text("null").is_err());
    }
}
