//! Classes: bound, alive and exported, in every environment. Wrangler's dry run says nothing about a bound class that no
//! migration covers, a class that is gone but still bound, or a live class that the code does not have.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Problem;
use crate::AppFile;

/// Compares `wrangler.toml`, `.durably/entry.mjs` and `.durably/app.json`.
pub fn lifecycle(configuration: &Value, entry_mjs: &str, app: &AppFile) -> Vec<Problem> {
    let code: BTreeMap<&str, &str> = app.classes.iter().map(|c| (c.name.as_str(), c.binding.as_str())).collect();
    let mut problems = stale_entry(&code, &exported(entry_mjs));
    if app.environments.is_empty() {
        let environment = Environment { at: String::new(), own: configuration, shared: &Value::Null };
        environment.check(&code, &mut problems);
    }
    for name in &app.environments {
        match configuration.get("env").and_then(|environments| environments.get(name)) {
            Some(own) => {
                let environment = Environment { at: format!("env.{name}."), own, shared: configuration };
                environment.check(&code, &mut problems);
            }
            None => problems.push(Problem::new(format!("env.{name}"), "the environment is missing; build again")),
        }
    }
    problems
}

/// The classes that an entry module exports, read back from its text.
fn exported(entry_mjs: &str) -> BTreeSet<String> {
    let names = entry_mjs.lines().filter_map(|line| line.strip_prefix("export class "));
    names.filter_map(|rest| rest.split_whitespace().next()).map(str::to_owned).collect()
}

fn stale_entry(code: &BTreeMap<&str, &str>, exported: &BTreeSet<String>) -> Vec<Problem> {
    let missing = code.keys().filter(|class| !exported.contains(**class));
    let missing = missing.map(|class| format!(".durably/entry.mjs does not export the class `{class}` of the code"));
    let extra = exported.iter().filter(|class| !code.contains_key(class.as_str()));
    let extra =
        extra.map(|class| format!(".durably/entry.mjs exports a class `{class}`, which does not exist in the code"));
    missing.chain(extra).map(|message| Problem::new("", format!("{message}; build again"))).collect()
}

/// An environment with what it inherits.
struct Environment<'a> {
    /// `env.dev.`, empty at the top level.
    at: String,
    own: &'a Value,
    shared: &'a Value,
}

impl Environment<'_> {
    fn check(&self, code: &BTreeMap<&str, &str>, problems: &mut Vec<Problem>) {
        let mut problem =
            |key: &str, message: String| problems.push(Problem::new(format!("{}{key}", self.at), message));
        let bound = self.bound();
        let live = self.live(&mut problem);
        for (binding, class) in &bound {
            let key = "durable_objects.bindings";
            match code.get(class.as_str()) {
                None => {
                    problem(
                        key,
                        format!("`{binding}` is bound to the class `{class}`, which does not exist in the code"),
                    );
                }
                Some(expected) if expected != binding => {
                    problem(key, format!("`{class}` is bound as `{binding}`, but the code looks for `{expected}`"));
                }
                Some(_) => {}
            }
            if !live.contains_key(class) {
                let key = if self.uses_migrations() { "migrations" } else { "exports" };
                problem(
                    key,
                    format!("the class `{class}` is bound but has no lifecycle, so its objects could not be created"),
                );
            }
        }
        for (class, sqlite) in &live {
            if !code.contains_key(class.as_str()) {
                problem("exports", format!("the class `{class}` is live but does not exist in the code"));
            } else if !sqlite {
                problem("exports", format!("the class `{class}` does not use SQLite storage, which durably needs"));
            }
        }
        for (class, binding) in code {
            if !bound.iter().any(|(_, bound)| bound == class) {
                problem(
                    "durable_objects.bindings",
                    format!("the class `{class}` has no binding; expected `{binding}`"),
                );
            }
        }
    }

    /// Not inherited.
    fn bound(&self) -> Vec<(String, String)> {
        let bindings = self.own.pointer("/durable_objects/bindings").and_then(Value::as_array);
        let own = bindings.into_iter().flatten().filter(|binding| binding.get("script_name").is_none());
        own.map(|binding| (text(binding, "name"), text(binding, "class_name"))).collect()
    }

    fn inherited(&self, key: &str) -> Option<&Value> {
        self.own.get(key).or_else(|| self.shared.get(key))
    }

    fn uses_migrations(&self) -> bool {
        self.inherited("migrations").and_then(Value::as_array).is_some_and(|list| !list.is_empty())
    }

    /// The classes that exist after this deploy, and whether they are stored in `SQLite`.
    fn live(&self, problem: &mut impl FnMut(&str, String)) -> BTreeMap<String, bool> {
        let mut live = BTreeMap::new();
        let exports = self.inherited("exports").and_then(Value::as_object);
        for (class, export) in
            exports.into_iter().flatten().filter(|(_, export)| text(export, "type") == "durable-object")
        {
            if matches!(text(export, "state").as_str(), "" | "created" | "expecting-transfer") {
                live.insert(class.clone(), text(export, "storage") == "sqlite");
            }
        }
        let migrations = self.inherited("migrations").and_then(Value::as_array).filter(|list| !list.is_empty());
        if migrations.is_some() && !live.is_empty() {
            problem(
                "migrations",
                "classes have both `exports` and `migrations`; wrangler accepts only one of them".into(),
            );
        }
        for migration in migrations.into_iter().flatten() {
            replay(migration, &mut live);
        }
        live
    }
}

/// One step of the ledger.
fn replay(migration: &Value, live: &mut BTreeMap<String, bool>) {
    for (key, sqlite) in [("new_classes", false), ("new_sqlite_classes", true)] {
        live.extend(list(migration, key).filter_map(|class| Some((class.as_str()?.to_owned(), sqlite))));
    }
    for rename in list(migration, "renamed_classes") {
        let sqlite = live.remove(&text(rename, "from")).unwrap_or(true);
        live.insert(text(rename, "to"), sqlite);
    }
    live.extend(list(migration, "transferred_classes").map(|transfer| (text(transfer, "to"), true)));
    for class in list(migration, "deleted_classes").filter_map(Value::as_str) {
        live.remove(class);
    }
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::lifecycle;
    use crate::app_file::AppFile;
    use crate::check::parse;

    const ENTRY: &str =
        "import x;\n\nexport class Cart extends DurableObject {\n}\nexport default worker(wasm.default);\n";
    const APP: &str = r#"{"format": 1, "crate": "shop", "dir": "", "worker": "shop", "lifecycle": "exports", "seeds": [], "events": [],
        "environments": ["dev"],
        "classes": [{"class": "Cart", "binding": "CART"}], "configurations": [],
        "secrets": {"required": [], "optional": []}}"#;
    const BOUND: &str = "[env.dev.durable_objects]\nbindings = [{ name = \"CART\", class_name = \"Cart\" }]\n";
    const LIVE: &str = "[env.dev.exports]\nCart = { type = \"durable-object\", storage = \"sqlite\" }\n";

    fn problems(wrangler_toml: &str, entry: &str, app: &str) -> Vec<String> {
        let configuration = parse(wrangler_toml).expect("it is TOML");
        let app = AppFile::parse(app).expect("it is JSON");
        lifecycle(&configuration, entry, &app).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn agreement_is_silent_in_both_forms() {
        assert_eq!(problems(&format!("{BOUND}{LIVE}"), ENTRY, APP), [""; 0]);
        let ledger = "[[env.dev.migrations]]\ntag = \"v1\"\nnew_sqlite_classes = [\"Basket\"]\n\n\
                      [[env.dev.migrations]]\ntag = \"v2\"\nrenamed_classes = [{ from = \"Basket\", to = \"Cart\" }]\n";
        assert_eq!(problems(&format!("{BOUND}{ledger}"), ENTRY, APP), [""; 0]);
        let inherited = "[exports]\nCart = { type = \"durable-object\", storage = \"sqlite\" }\n";
        assert_eq!(problems(&format!("{inherited}{BOUND}"), ENTRY, APP), [""; 0]);
    }

    #[test]
    fn a_bound_class_without_lifecycle() {
        let ledger = "[[env.dev.migrations]]\ntag = \"v1\"\nnew_sqlite_classes = [\"Other\"]\n";
        let found = problems(&format!("{BOUND}{ledger}"), ENTRY, APP);
        assert!(found[0].contains("env.dev.migrations: the class `Cart` is bound but has no lifecycle"), "{found:?}");
        assert!(found[1].contains("`Other` is live but does not exist in the code"), "{found:?}");
        let found = problems(BOUND, ENTRY, APP);
        assert!(found[0].contains("env.dev.exports: the class `Cart` is bound but has no lifecycle"), "{found:?}");
    }

    #[test]
    fn a_class_that_is_gone_but_still_bound() {
        let app = &APP.replace(r#"{"class": "Cart", "binding": "CART"}"#, "");
        let found = problems(&format!("{BOUND}{LIVE}"), "export default worker(wasm.default);\n", app);
        assert!(
            found[0].contains("`CART` is bound to the class `Cart`, which does not exist in the code"),
            "{found:?}"
        );
    }

    #[test]
    fn a_live_class_that_is_not_in_the_code() {
        let more = "Ghost = { type = \"durable-object\", storage = \"sqlite\" }\n";
        let found = problems(&format!("{BOUND}{LIVE}{more}"), ENTRY, APP);
        assert_eq!(found, ["wrangler.toml, env.dev.exports: the class `Ghost` is live but does not exist in the code"]);
        let tombstone = "Ghost = { type = \"durable-object\", state = \"deleted\" }\n";
        assert_eq!(problems(&format!("{BOUND}{LIVE}{tombstone}"), ENTRY, APP), [""; 0]);
    }

    #[test]
    fn an_entry_module_of_another_build() {
        let found = problems(&format!("{BOUND}{LIVE}"), "export class Basket extends DurableObject {", APP);
        assert!(found[0].contains(".durably/entry.mjs does not export the class `Cart`"), "{found:?}");
        assert!(found[1].contains("exports a class `Basket`, which does not exist in the code"), "{found:?}");
    }

    #[test]
    fn an_environment_that_lacks_its_bindings() {
        let found = problems(LIVE, ENTRY, APP);
        assert_eq!(
            found,
            ["wrangler.toml, env.dev.durable_objects.bindings: the class `Cart` has no binding; expected `CART`"]
        );
        assert_eq!(problems("", ENTRY, APP), ["wrangler.toml, env.dev: the environment is missing; build again"]);
    }
}
