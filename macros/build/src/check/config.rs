//! Against the schema that wrangler ships. Wrangler itself only warns about keys that it does not know.

use super::{Problem, parse};

/// Validates a `wrangler.toml` against the text of wrangler's `config-schema.json`.
pub fn config(wrangler_toml: &str, schema_json: &str) -> Vec<Problem> {
    let configuration = match parse(wrangler_toml) {
        Ok(configuration) => configuration,
        Err(problem) => return vec![problem],
    };
    let validator = serde_json::from_str(schema_json)
        .map_err(|error| error.to_string())
        .and_then(|schema: serde_json::Value| jsonschema::validator_for(&schema).map_err(|error| error.to_string()));
    match validator {
        Err(error) => vec![Problem::new("", format!("wrangler's config-schema.json cannot be used: {error}"))],
        Ok(validator) => validator
            .iter_errors(&configuration)
            .map(|error| {
                let path = error.instance_path().to_string();
                Problem::new(path.trim_start_matches('/').replace('/', "."), error.to_string())
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = r##"{
        "$schema": "http://json-schema.org/draft-07/schema#",
        "allOf": [{ "$ref": "#/definitions/Raw" }],
        "definitions": { "Raw": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "name": { "type": "string" },
                "env": { "type": "object", "additionalProperties": { "$ref": "#/definitions/Environment" } }
            }
        }, "Environment": {
            "type": "object",
            "additionalProperties": false,
            "properties": { "workers_dev": { "type": "boolean" } }
        } }
    }"##;

    #[test]
    fn an_unknown_key_and_a_wrong_type_are_named_with_their_place() {
        assert_eq!(config("name = \"a\"\n[env.dev]\nworkers_dev = true\n", SCHEMA), []);
        let problems = config("nam = \"a\"\n[env.dev]\nworkers_dev = \"yes\"\n", SCHEMA);
        let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(shown.len(), 2, "{shown:?}");
        assert!(shown.iter().any(|problem| problem.contains("'nam'")), "{shown:?}");
        assert!(shown.iter().any(|problem| problem.starts_with("wrangler.toml, env.dev.workers_dev: ")), "{shown:?}");
    }

    #[test]
    fn what_is_no_toml_or_no_schema_is_a_problem_and_not_a_panic() {
        assert_eq!(config("name = ", SCHEMA).len(), 1);
        assert_eq!(config("name = \"a\"", "{").len(), 1);
    }
}
