//! The initial values of the configuration: loaded into `dev`'s data, never over what somebody changed there.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::failure::At;
use crate::wrangler::Kv;
use crate::{Failure, Reporter, Result, files};

/// Loads `<seeds>/<environment>/<BINDING>.json` into the state folder, what is missing or was ours.
pub(crate) fn load(kv: Kv<'_>, seeds: &Path, report: &Reporter) -> Result<()> {
    let file = seeds.join(kv.environment).join(format!("{}.json", kv.binding));
    let text = match fs::read_to_string(&file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        text => text.at("read", &file)?,
    };
    let place = format!("{}/{}", kv.environment, kv.binding);
    let mut marks = Marks::read(kv.state);
    let hash = format!("{:016x}", files::fingerprint(text.as_bytes()));
    if marks.0.get(&place).is_some_and(|mark| *mark == hash) {
        return Ok(());
    }
    let seeds: Vec<Value> = serde_json::from_str(&text).map_err(|error| {
        Failure::new(format!("cannot read the initial values in {}", file.display()))
            .detail(error)
            .help("this file is generated: delete it and build again")
    })?;
    let step = report
        .step(format!("loading the initial values of {}", kv.binding), "keys that somebody changed keep their values");
    let entries = choose(&seeds, &kv.list()?);
    if !entries.is_empty() {
        let chosen = kv.state.join("durably-put.json");
        files::replace(&chosen, Value::Array(entries).to_string().as_bytes(), false)?;
        kv.put(&chosen)?;
        fs::remove_file(&chosen).at("remove", &chosen)?;
    }
    step.done();
    marks.0.insert(place, hash.into());
    marks.write(kv.state)
}

/// What to put: absent keys, and keys that hold an earlier seed of ours. Our metadata tells one; whoever else writes
/// a key does not keep it.
fn choose(seeds: &[Value], present: &[Value]) -> Vec<Value> {
    let entry = |seed: &Value| {
        let hash = format!("{:016x}", files::fingerprint(seed["value"].to_string().as_bytes()));
        let ours = json!({ "durably": "seed", "hash": hash });
        let wanted = match present.iter().find(|key| key["name"] == seed["key"]) {
            None => true,
            Some(key) => key["metadata"]["durably"] == "seed" && key["metadata"] != ours,
        };
        let mut seed = seed.as_object()?.clone();
        seed.insert("metadata".to_owned(), ours);
        wanted.then_some(Value::Object(seed))
    };
    seeds.iter().filter_map(entry).collect()
}

/// Which seeds a state folder has been given. Kept in it: a new folder is seeded again.
struct Marks(Map<String, Value>);

impl Marks {
    const FILE: &str = "durably-seeds.json";

    fn read(state: &Path) -> Self {
        let text = fs::read_to_string(state.join(Self::FILE)).unwrap_or_default();
        Self(serde_json::from_str(&text).unwrap_or_default())
    }

    fn write(self, state: &Path) -> Result<()> {
        files::replace(&state.join(Self::FILE), Value::Object(self.0).to_string().as_bytes(), false)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::choose;

    fn seed(value: &str) -> Vec<Value> {
        vec![json!({ "key": "app_config", "value": value })]
    }

    #[test]
    fn an_absent_key_is_put_with_our_mark() {
        let chosen = choose(&seed("1"), &[]);
        assert_eq!(chosen.len(), 1);
        assert_eq!(chosen[0]["metadata"]["durably"], "seed");
        assert_eq!(choose(&seed("1"), &[json!({ "name": "other" })]).len(), 1);
    }

    #[test]
    fn a_key_that_somebody_wrote_is_left() {
        assert!(choose(&seed("2"), &[json!({ "name": "app_config" })]).is_empty());
        let theirs = json!({ "name": "app_config", "metadata": { "by": "operator" } });
        assert!(choose(&seed("2"), &[theirs]).is_empty());
    }

    #[test]
    fn our_own_earlier_seed_is_replaced_and_the_same_one_is_not() {
        let metadata = choose(&seed("1"), &[])[0]["metadata"].clone();
        let present = [json!({ "name": "app_config", "metadata": metadata })];
        assert!(choose(&seed("1"), &present).is_empty());
        assert_eq!(choose(&seed("2"), &present).len(), 1);
    }
}
