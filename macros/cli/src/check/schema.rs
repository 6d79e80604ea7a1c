//! The part of JSON Schema that wrangler's `config-schema.json` uses. A general validator takes three times longer to
//! compile than all the rest of this crate; a rule that is not known here is reported, never passed over.

use serde_json::{Map, Value};

use super::Problem;

/// Compares a configuration with wrangler's schema. Wrangler itself only warns about keys that it does not know.
pub fn schema(schema: &Value, configuration: &Value) -> Vec<Problem> {
    let mut problems = Vec::new();
    Rules { root: schema }.check(schema, configuration, "", &mut problems);
    problems.dedup();
    problems
}

/// They explain, and rule nothing.
const REMARKS: [&str; 10] = [
    "$schema",
    "$comment",
    "allowTrailingCommas",
    "default",
    "definitions",
    "deprecated",
    "description",
    "examples",
    "markdownDescription",
    "title",
];

struct Rules<'a> {
    root: &'a Value,
}

impl Rules<'_> {
    fn check(&self, schema: &Value, value: &Value, path: &str, problems: &mut Vec<Problem>) {
        let Some(rules) = schema.as_object() else {
            if *schema == Value::Bool(false) {
                problems.push(Problem::new(path, "nothing is allowed here"));
            }
            return;
        };
        for (keyword, rule) in rules {
            match keyword.as_str() {
                "$ref" => self.check(self.definition(rule), value, path, problems),
                "allOf" => each(rule).for_each(|rule| self.check(rule, value, path, problems)),
                "anyOf" => self.check_any(rule, value, path, problems),
                "properties" | "additionalProperties" => {} // together, below
                "items" => self.check_items(rule, value, path, problems),
                _ => problems.extend(simple(keyword, rule, value).map(|message| Problem::new(path, message))),
            }
        }
        if let Value::Object(members) = value {
            self.check_members(rules, members, path, problems);
        }
    }

    fn definition(&self, reference: &Value) -> &Value {
        let pointer = reference.as_str().and_then(|reference| reference.strip_prefix('#'));
        // One that leads nowhere forbids everything, which is noticed.
        pointer.and_then(|pointer| self.root.pointer(pointer)).unwrap_or(&Value::Bool(false))
    }

    fn check_members(
        &self,
        rules: &Map<String, Value>,
        members: &Map<String, Value>,
        path: &str,
        problems: &mut Vec<Problem>,
    ) {
        let properties = rules.get("properties").and_then(Value::as_object);
        for (key, member) in members {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            let own = properties.and_then(|properties| properties.get(key));
            match own.or_else(|| rules.get("additionalProperties")) {
                Some(Value::Bool(false)) => problems.push(Problem::new(path, "wrangler does not know this key")),
                Some(rule) => self.check(rule, member, &path, problems),
                None => {}
            }
        }
    }

    fn check_items(&self, rule: &Value, value: &Value, path: &str, problems: &mut Vec<Problem>) {
        for (index, item) in each(value).enumerate() {
            // A list of rules is one for each place.
            let rule = rule.as_array().map_or(Some(rule), |rules| rules.get(index));
            if let Some(rule) = rule {
                self.check(rule, item, &format!("{path}[{index}]"), problems);
            }
        }
    }

    /// If no form fits, the one that is least wrong says why.
    fn check_any(&self, forms: &Value, value: &Value, path: &str, problems: &mut Vec<Problem>) {
        let tried = each(forms).map(|form| {
            let mut problems = Vec::new();
            self.check(form, value, path, &mut problems);
            problems
        });
        // What fails deeper inside was closer to being meant.
        let closest = tried.min_by_key(|problems| {
            let here = problems.iter().filter(|problem| problem.path == path).count();
            (!problems.is_empty(), here, problems.len())
        });
        problems.extend(closest.into_iter().flatten());
    }
}

/// The rules that look at one value only; a message if it breaks the rule.
fn simple(keyword: &str, rule: &Value, value: &Value) -> Option<String> {
    let number = value.as_f64();
    let limit = rule.as_f64().unwrap_or_default();
    match keyword {
        "type" => {
            let fits = rule.as_str().map_or_else(|| each(rule).any(|rule| is(rule, value)), |_| is(rule, value));
            (!fits).then(|| format!("must be {}, but is {}", names(rule).replace(", ", " or "), kind(value)))
        }
        "const" => (value != rule).then(|| format!("must be {rule}")),
        "enum" => (!each(rule).any(|allowed| allowed == value)).then(|| format!("must be one of {}", names(rule))),
        "required" => {
            let missing =
                each(rule).filter_map(Value::as_str).filter(|key| value.is_object() && value.get(key).is_none());
            let missing: Vec<&str> = missing.collect();
            (!missing.is_empty()).then(|| format!("is missing {}", missing.join(", ")))
        }
        "minimum" => number.filter(|number| *number < limit).map(|_| format!("must be at least {rule}")),
        "maximum" => number.filter(|number| *number > limit).map(|_| format!("must be at most {rule}")),
        "multipleOf" => number.filter(|number| number % limit != 0.0).map(|_| format!("must be a multiple of {rule}")),
        _ if REMARKS.contains(&keyword) => None,
        _ => Some(format!(
            "cannot be checked: wrangler's schema has a rule `{keyword}` that this version of durably does not know"
        )),
    }
}

fn each(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

fn is(kind: &Value, value: &Value) -> bool {
    match kind.as_str().unwrap_or_default() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "null" => value.is_null(),
        _ => false,
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Object(_) => "a table",
        Value::Array(_) => "a list",
        Value::String(_) => "a string",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::Null => "nothing",
    }
}

fn names(rule: &Value) -> String {
    match rule {
        Value::Array(names) => names.iter().map(names_of_one).collect::<Vec<_>>().join(", "),
        name => names_of_one(name),
    }
}

fn names_of_one(name: &Value) -> String {
    name.as_str().map_or_else(|| name.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::schema;

    fn rules() -> Value {
        json!({
            "$schema": "http://json-schema.org/draft-07/schema#",
            "allOf": [{ "$ref": "#/definitions/Raw" }],
            "definitions": {
                "Raw": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["name"],
                    "properties": {
                        "name": { "type": "string", "description": "Its name" },
                        "limit": { "type": "number", "minimum": 0, "maximum": 1, "multipleOf": 0.5 },
                        "mode": { "enum": ["a", "b"] },
                        "routes": { "type": "array", "items": { "anyOf": [{ "type": "string" }, { "$ref": "#/definitions/Route" }] } },
                        "env": { "type": "object", "additionalProperties": { "$ref": "#/definitions/Environment" } },
                    },
                },
                "Route": {
                    "type": "object", "required": ["pattern"], "additionalProperties": false,
                    "properties": { "pattern": { "type": "string" }, "custom": { "type": "boolean" } },
                },
                "Environment": {
                    "type": "object", "additionalProperties": false,
                    "properties": { "workers_dev": { "type": ["boolean", "null"] } },
                },
            },
        })
    }

    fn problems(configuration: &Value) -> Vec<String> {
        schema(&rules(), configuration).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_follows_the_schema_passes() {
        let routes = json!(["a.example/*", { "pattern": "b.example", "custom": true }]);
        let good = json!({ "name": "x", "limit": 0.5, "mode": "b", "routes": routes, "env": { "dev": { "workers_dev": true } } });
        assert_eq!(problems(&good), [""; 0]);
    }

    #[test]
    fn each_fault_is_named_with_its_place() {
        let fault = |configuration: Value| problems(&configuration).join("; ");
        assert_eq!(fault(json!({})), "wrangler.toml: is missing name");
        assert_eq!(fault(json!({ "name": 1 })), "wrangler.toml, name: must be string, but is a number");
        assert_eq!(fault(json!({ "name": "x", "nam": "x" })), "wrangler.toml, nam: wrangler does not know this key");
        assert_eq!(fault(json!({ "name": "x", "mode": "c" })), "wrangler.toml, mode: must be one of a, b");
        assert_eq!(fault(json!({ "name": "x", "limit": -0.5 })), "wrangler.toml, limit: must be at least 0");
        assert_eq!(fault(json!({ "name": "x", "limit": 1.5 })), "wrangler.toml, limit: must be at most 1");
        assert_eq!(fault(json!({ "name": "x", "limit": 0.3 })), "wrangler.toml, limit: must be a multiple of 0.5");
        assert_eq!(
            fault(json!({ "name": "x", "env": { "dev": { "workers_dev": "yes" } } })),
            "wrangler.toml, env.dev.workers_dev: must be boolean or null, but is a string"
        );
    }

    #[test]
    fn of_several_forms_the_one_that_was_meant_says_why() {
        let fault = json!({ "name": "x", "routes": ["a", { "pattern": "b", "custm": true }] });
        assert_eq!(problems(&fault), ["wrangler.toml, routes[1].custm: wrangler does not know this key"]);
    }

    #[test]
    fn a_rule_that_is_not_known_is_told() {
        let found = schema(&json!({ "pattern": "^a" }), &json!("b"));
        assert!(found[0].message.contains("a rule `pattern`"), "{found:?}");
        let found = schema(&json!({ "$ref": "#/definitions/Gone" }), &json!("b"));
        assert_eq!(found.len(), 1);
    }
}
