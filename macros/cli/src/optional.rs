//! Optional secrets under `wrangler dev`: where a configuration says which secrets are required, it drops every other key of
//! `.dev.vars` (`getVarsForDev` in its `dev-vars.ts`; `--var` would put the value into a command line). So the configuration
//! that it is given requires those that the file sets.

use toml_edit::{DocumentMut, Item, TomlError};

/// The configuration, with these secrets among those that the environment requires.
pub(crate) fn let_through(config: &str, environment: &str, set: &[&str]) -> Result<String, TomlError> {
    let mut document: DocumentMut = config.parse()?;
    let own = document.get("env").and_then(|env| env.get(environment)).is_some();
    let at = if own { &mut document["env"][environment] } else { document.as_item_mut() };
    // Without this table nothing is dropped.
    if let Some(secrets) = at.get_mut("secrets").and_then(Item::as_table_like_mut) {
        let mut required = secrets.get("required").and_then(Item::as_array).cloned().unwrap_or_default();
        for name in set {
            if !required.iter().any(|known| known.as_str() == Some(name)) {
                required.push(*name);
            }
        }
        secrets.insert("required", toml_edit::value(required));
    }
    Ok(document.to_string())
}

#[cfg(test)]
mod tests {
    use super::let_through;

    #[test]
    fn what_is_set_is_required_and_nothing_else_changes() {
        let config =
            "name = \"x\"\n\n[env.dev.secrets]\nrequired = [\"A\"]\n\n[env.other.secrets]\nrequired = [\"A\"]\n";
        let changed = let_through(config, "dev", &["A", "B"]).expect("it is TOML");
        assert_eq!(changed, config.replacen("[\"A\"]", "[\"A\", \"B\"]", 1));
        assert_eq!(let_through(config, "dev", &[]).as_deref(), Ok(config));
        let top = "secrets.required = [\"A\"]\n";
        assert_eq!(let_through(top, "default", &["B"]).as_deref(), Ok("secrets.required = [\"A\", \"B\"]\n"));
        let none = "[env.dev]\nvars.A = \"1\"\n";
        assert_eq!(let_through(none, "dev", &["B"]).as_deref(), Ok(none));
    }
}
