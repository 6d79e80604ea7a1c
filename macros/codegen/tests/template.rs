//! What a template may not say, and values that do not fit the code.

#![allow(missing_docs, clippy::panic, reason = "tests")]

mod support;

use support::{HEAD, Project};

const LIB: &str = "
#[derive(Durable)]
pub enum Tone { Warm, VeryCold }
#[derive(Durable)]
pub struct Limits { pub day: u32, pub note: Option<String> }
#[durable_state]
pub struct Chat { a: u32 }
#[kv_config]
pub struct AppConfig {
    #[config(default = \"tiny\", env = \"MODEL\", max = 8)]
    pub model: String,
    #[config(default = 30, env = \"MINUTES\", min = 1, max = 240)]
    pub minutes: u8,
    #[config(default = 0.5)]
    pub heat: f64,
    #[config(default = false)]
    pub open: bool,
    pub tone: Option<Tone>,
    pub limits: Option<Limits>,
    pub tags: Option<Vec<String>>,
    pub needed: u32,
    #[config(secret = \"API_KEY\")]
    pub key: Secret<String>,
}
";

const TOP: &str = "name = \"shop\"\ncompatibility_date = \"2026-11-17\"\n";

fn project(template: &str) -> Project {
    Project::new(template, &format!("{HEAD}{LIB}"))
}

/// The one fault of a template that follows name and date.
#[track_caller]
fn fault(rest: &str) -> String {
    let faults = project(&format!("{TOP}{rest}")).faults();
    let [fault] = faults.as_slice() else { panic!("one fault was expected: {faults:#?}") };
    assert!(fault.starts_with("../wrangler.toml.in:0 Crate(()): wrangler.toml.in: "), "{fault}");
    fault.trim_start_matches("../wrangler.toml.in:0 Crate(()): wrangler.toml.in: ").to_owned()
}

/// The one fault of a seed with `needed` and this line.
#[track_caller]
fn seed_fault(line: &str) -> String {
    fault(&format!("[env.dev]\n[durably.seeds.dev.AppConfig]\nneeded = 1\n{line}\n"))
}

#[test]
fn no_template() {
    let project = project(TOP);
    assert_eq!(std::fs::remove_file(project.path("wrangler.toml.in")).ok(), Some(()));
    assert!(project.run().inputs.contains(&project.path("app/wrangler.toml.in")), "it is looked for again");
    let faults = project.faults();
    assert!(faults[0].contains("there is no wrangler.toml.in in this crate's folder or above it"), "{faults:?}");
}

#[test]
fn no_toml() {
    let faults = project("name = \n").faults();
    assert!(faults[0].contains("wrangler.toml.in: TOML parse error at line 1"), "{faults:?}");
}

#[test]
fn what_every_worker_needs() {
    let faults = project("").faults();
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults[0].contains("`name = \"…\"` is missing"), "{faults:?}");
    assert!(faults[1].contains("`compatibility_date = \"…\"` is missing"), "{faults:?}");
}

#[test]
fn what_is_generated_may_not_be_written_by_hand() {
    assert!(fault("main = \"x.js\"\n").starts_with("`main` is generated from the code"));
    assert!(fault("[[env.dev.migrations]]\ntag = \"v1\"\n").starts_with("`env.dev.migrations` is generated"));
    let export = "[exports.Chat]\ntype = \"durable-object\"\nstorage = \"sqlite\"\n";
    assert!(fault(export).starts_with("`exports.Chat` is generated"));
    let binding = "[[env.dev.durable_objects.bindings]]\nname = \"CHAT\"\nclass_name = \"Chat\"\n";
    assert!(fault(binding).starts_with("`env.dev.durable_objects.bindings` has `CHAT`, which is generated"));
}

#[test]
fn what_belongs_to_other_workers_stays() {
    let foreign = "[[env.dev.durable_objects.bindings]]\nname = \"OTHER\"\nclass_name = \"Other\"\nscript_name = \"other\"\n\
                   [env.dev.secrets]\nrequired = [\"MORE\"]\n[env.dev.exports.Flow]\ntype = \"worker\"\n";
    let project = project(&format!("{TOP}{foreign}"));
    assert_eq!(project.faults(), [""; 0]);
    let text = project.read("wrangler.toml");
    for part in [
        "script_name = \"other\"",
        "name = \"CHAT\"",
        "[\"MORE\", \"API_KEY\"]",
        "[env.dev.exports.Flow]",
        "Chat = { type = ",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

#[test]
fn durablys_own_table() {
    assert!(
        fault("[durably]\nseed = {}\n")
            .starts_with("`durably.seed` is unknown: `[durably]` has `lifecycle` and `seeds`")
    );
    let lifecycle = fault("[durably]\nlifecycle = \"ledger\"\n");
    assert!(lifecycle.starts_with("`durably.lifecycle` is \"ledger\": it can be \"exports\""), "{lifecycle}");
}

#[test]
fn names_that_are_taken() {
    assert!(
        fault("[env.dev.vars]\nCHAT = \"x\"\n")
            .contains("`env.dev.vars.CHAT` has the name of the binding of the class `Chat`")
    );
    assert!(
        fault("[env.dev.vars]\nAPI_KEY = \"x\"\n")
            .contains("has the name of a secret, which does not belong in a file")
    );
    assert!(fault("[vars]\nAPP_CONFIG = \"x\"\n").contains("has the name of a configuration's binding"));
}

#[test]
fn what_no_environment_would_inherit() {
    let namespaces = "[[kv_namespaces]]\nbinding = \"APP_CONFIG\"\nid = \"0\"\n[env.dev]\n";
    assert!(
        fault(namespaces).contains("`kv_namespaces` has `APP_CONFIG` at the top level, which no environment inherits")
    );
    assert!(
        fault("routes = [\"a.example/*\"]\n[env.dev]\nroute = \"b.example/*\"\n")
            .contains("`env.dev.route` has no effect")
    );
}

#[test]
fn seeds_of_nothing() {
    let environment = fault("[env.dev]\n[durably.seeds.prod.AppConfig]\n");
    assert_eq!(environment, "`durably.seeds.prod` is for an environment that does not exist; there are `dev`");
    let config = fault("[env.dev]\n[durably.seeds.dev.Config]\n");
    assert_eq!(config, "`durably.seeds.dev.Config` is for no `#[kv_config]` of this crate; there are `AppConfig`");
    let lacks = fault("[env.dev]\n[durably.seeds.dev.AppConfig]\n");
    assert_eq!(lacks, "`durably.seeds.dev.AppConfig` lacks `needed`, which has no default");
}

#[test]
fn a_mistake_in_the_code_hides_what_follows_from_it() {
    let template = format!("{TOP}[env.dev]\n[durably.seeds.dev.AppConfig]\nneeded = 1\n");
    let broken = LIB.replace("pub struct AppConfig {", "pub struct AppConfig<T> {");
    assert_eq!(Project::new(&template, &format!("{HEAD}{broken}")).faults(), [""; 0]);
}

#[test]
fn seeds_that_do_not_fit_the_code() {
    for (line, message) in [
        (
            "mode = 1",
            "`durably.seeds.dev.AppConfig.mode` is no field of `AppConfig`; there are `heat`, `limits`, `minutes`",
        ),
        (
            "key = \"x\"",
            "`durably.seeds.dev.AppConfig.key` is a secret and does not belong in a file: it is read from the secret `API_KEY`",
        ),
        ("model = 1", "`durably.seeds.dev.AppConfig.model` has to be a text"),
        ("model = \"far too long\"", "`durably.seeds.dev.AppConfig.model` is 12 characters, at most 8 is allowed"),
        ("minutes = \"1\"", "`durably.seeds.dev.AppConfig.minutes` has to be a whole number (`u8`)"),
        ("minutes = 256", "`durably.seeds.dev.AppConfig.minutes` is 256, which does not fit `u8`"),
        ("minutes = 0", "`durably.seeds.dev.AppConfig.minutes` is 0, at least 1 is needed"),
        ("heat = nan", "`durably.seeds.dev.AppConfig.heat` has to be a number"),
        ("open = 1", "`durably.seeds.dev.AppConfig.open` has to be true or false"),
        ("tone = \"VeryCold\"", "`durably.seeds.dev.AppConfig.tone` is `VeryCold`; it can be `very_cold`, `warm`"),
        ("tone = 1", "`durably.seeds.dev.AppConfig.tone` has to be one of `very_cold`, `warm`"),
        ("limits = { note = \"\" }", "`durably.seeds.dev.AppConfig.limits` lacks `day` of `Limits`"),
        (
            "limits = { day = 1, hour = 2 }",
            "`durably.seeds.dev.AppConfig.limits` has `hour`, which is no field of `Limits`",
        ),
        (
            "limits = { day = -1 }",
            "`durably.seeds.dev.AppConfig.limits` has `day`, which is -1, which does not fit `u32`",
        ),
        ("tags = [\"a\", 1]", "`durably.seeds.dev.AppConfig.tags` has element 1, which has to be a text"),
    ] {
        let fault = seed_fault(line);
        assert!(fault.starts_with(message), "{line}: {fault}");
    }
}

#[test]
fn a_seed_is_a_document_in_the_order_of_the_struct() {
    let seed = "[env.dev]\n[durably.seeds.dev.AppConfig]\ntags = [\"b\", \"a\"]\nlimits = { note = \"n\", day = 3 }\n\
                tone = \"very_cold\"\nopen = true\nneeded = 7\nheat = 1\nmodel = \"ünïcødé!\"\n";
    let project = project(&format!("{TOP}{seed}"));
    assert_eq!(project.faults(), [""; 0]);
    let written: serde_json::Value =
        serde_json::from_str(&project.read(".durably/seeds/dev/APP_CONFIG.json")).unwrap_or_default();
    assert_eq!(written[0]["key"], "app_config");
    assert_eq!(
        written[0]["value"],
        "{\"model\":\"ünïcødé!\",\"heat\":1,\"open\":true,\"tone\":\"very_cold\",\"limits\":{\"day\":3,\"note\":\"n\"},\"tags\":[\"b\",\"a\"],\"needed\":7}"
    );
    assert!(!project.read("wrangler.toml").contains("durably.seeds"));
}

#[test]
fn variables_that_a_setting_reads() {
    let minutes = fault("[env.dev.vars]\nMINUTES = \"soon\"\n");
    assert!(
        minutes.contains(
            "`MINUTES` of environment `dev`, read by `AppConfig.minutes`, is \"soon\", which is not a whole number"
        ),
        "{minutes}"
    );
    assert!(fault("[env.dev.vars]\nMINUTES = \"0\"\n").contains("is 0, at least 1 is needed"));
    assert!(fault("vars = { MODEL = \"enormous!\" }\n[env.dev]\n").contains("is 9 characters, at most 8 is allowed"));
}

#[test]
fn bounds_count_what_the_runtime_counts() {
    let lib = "#[kv_config]\npub struct Conf {\n#[config(env = \"TAGS\", min = 1, max = 2)] pub tags: Option<Vec<String>>,\n\
               #[config(env = \"BYTES\", max = 3)] pub bytes: Option<Vec<u8>>,\n}\n";
    let fault = |rest: &str| {
        let faults = Project::new(&format!("{TOP}{rest}"), &format!("{HEAD}{lib}")).faults();
        faults.first().cloned().unwrap_or_default()
    };
    let seed = |line: &str| fault(&format!("[env.dev]\n[durably.seeds.dev.Conf]\n{line}\n"));
    assert!(seed("tags = []").contains("`durably.seeds.dev.Conf.tags` is 0 items, at least 1 is needed"));
    assert!(seed("tags = [\"a\", \"b\", \"c\"]").contains("is 3 items, at most 2 is allowed"));
    assert_eq!(seed("tags = [\"a much longer text than two characters\"]"), "");
    // Four characters of base64 are three bytes.
    assert_eq!(seed("bytes = \"AAAA\""), "");
    assert!(seed("bytes = \"AAAAAA==\"").contains("is 4 items, at most 3 is allowed"));
    let variable = |line: &str| fault(&format!("[env.dev.vars]\n{line}\n"));
    assert_eq!(variable("TAGS = [\"a\"]"), "");
    assert!(variable("TAGS = []").contains("read by `Conf.tags`, is 0 items, at least 1 is needed"));
    assert!(variable("TAGS = \"a\"").contains("is \"a\", which is not a list"));
    assert!(variable("BYTES = \"AAAAAA==\"").contains("is 4 items, at most 3 is allowed"));
}

#[test]
fn a_variable_is_what_workerd_makes_of_it() {
    let lib = "use std::collections::BTreeMap;\n#[kv_config]\npub struct Conf {\n#[config(env = \"BIG\")] pub big: Option<i64>,\n\
               #[config(env = \"SIZES\")] pub sizes: Option<BTreeMap<String, u64>>,\n\
               #[config(env = \"NAME\")] pub name: Option<String>,\n}\n";
    let fault = |vars: &str| {
        let faults = Project::new(&format!("{TOP}{vars}"), &format!("{HEAD}{lib}")).faults();
        faults.first().cloned().unwrap_or_default()
    };
    for fine in [
        "[env.dev.vars]\nBIG = 5\n",
        "[env.dev.vars]\nBIG = 9007199254740991\n",
        "[env.dev.vars]\nBIG = \"9223372036854775807\"\n",
        "[env.dev.vars]\nSIZES = { a = 1 }\n",
        "[env.dev.vars.SIZES]\na = 1\n",
        "[env.dev.vars]\nNAME = \"5\"\n",
    ] {
        assert_eq!(fault(fine), "", "{fine}");
    }
    let rounded = "has 9007199254740993, which workerd would round: write the variable as a text";
    assert!(fault("[env.dev.vars]\nBIG = 9007199254740993\n").contains(rounded));
    assert!(fault("[env.dev.vars.SIZES]\na = 9007199254740993\n").contains(rounded));
    assert!(fault("[env.dev.vars.SIZES]\na = \"1\"\n").contains("has `a`, which has to be a whole number (`u64`)"));
    assert!(fault("[env.dev.vars]\nNAME = 5\n").contains("read by `Conf.name`, has to be a text"));
    assert!(fault("[env.dev.vars]\nBIG = 2026-01-01T00:00:00Z\n").contains("has to be a whole number"));
}
