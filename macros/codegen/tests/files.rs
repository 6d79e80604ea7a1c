//! What is written, for an application like the one in the README.

#![allow(missing_docs, clippy::panic, reason = "tests")]

mod support;

use std::fs;

use support::{HEAD, Project};

const TEMPLATE: &str = include_str!("shop/wrangler.toml.in");
const LIB: &str = include_str!("shop/lib.rs");
const TYPES: &str = include_str!("shop/types.rs");

fn shop_with(template: &str) -> Project {
    Project::new(template, &format!("{HEAD}{LIB}")).file("app/src/types.rs", TYPES)
}

fn shop() -> Project {
    shop_with(TEMPLATE)
}

/// Compares with a file that was looked at; `BLESS=1` writes it.
#[track_caller]
fn golden(name: &str, text: &str) {
    let path = format!("{}/tests/shop/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, text).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
    let expected = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}")).replace("\r\n", "\n");
    assert_eq!(text, expected, "{name} has changed; if it should have: BLESS=1 cargo test");
}

#[test]
fn every_file() {
    let shop = shop();
    assert_eq!(shop.faults(), [""; 0]);
    golden("wrangler.toml", &shop.read("wrangler.toml"));
    golden("entry.mjs", &shop.read(".durably/entry.mjs"));
    golden("migrations.json", &shop.read(".durably/migrations.json"));
    golden("app.json", &shop.read(".durably/app.json"));
    golden("SHOP_CONFIG.json", &shop.read(".durably/seeds/dev/SHOP_CONFIG.json"));
    golden("bindings.rs.golden", &shop.read("out/durably/bindings.rs"));
}

#[test]
fn the_ledger_of_migrations() {
    let shop = shop_with(&format!("{TEMPLATE}\n[durably]\nlifecycle = \"migrations\"\n"));
    assert_eq!(shop.faults(), [""; 0]);
    let text = shop.read("wrangler.toml");
    let ledger = "[[env.production.migrations]]\ntag = \"v1\"\nnew_sqlite_classes = [\"Cart\"]\n";
    assert!(text.contains(ledger) && text.contains(&ledger.replace("production", "dev")), "{text}");
    assert!(!text.contains("exports") && !text.contains("durably]"), "{text}");
}

#[test]
fn a_template_without_environments() {
    let shop = shop_with("name = \"shop\"\ncompatibility_date = \"2026-11-17\"\nvars = { MODEL = \"tiny\" }\n");
    assert_eq!(shop.faults(), [""; 0]);
    let text = shop.read("wrangler.toml");
    for part in
        ["[exports]\nCart = ", "[durable_objects]\n", "kv_namespaces = [\n", "ENVIRONMENT = \"default\"", "[secrets]"]
    {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(!text.contains("env."), "{text}");
}

#[test]
fn two_checkouts_give_equal_bytes() {
    let (one, two) = (shop(), shop());
    assert_eq!(one.faults(), two.faults());
    let (one, two) = (one.generated(), two.generated());
    assert!(one.len() >= 8, "{:?}", one.keys());
    assert_eq!(one, two);
    let folder = std::env::temp_dir();
    for (path, text) in one {
        assert!(
            !String::from_utf8_lossy(&text).contains(&*folder.to_string_lossy()),
            "{path} names a folder of this machine"
        );
    }
}

#[test]
fn nothing_is_rewritten_without_a_change() {
    let shop = shop();
    assert!(!shop.run().written.is_empty());
    assert_eq!(shop.run().written, Vec::<std::path::PathBuf>::new());
    let inputs = shop.run().inputs;
    for input in &inputs {
        assert!(
            !input.to_string_lossy().contains(".durably") && !input.ends_with("wrangler.toml"),
            "{}",
            input.display()
        );
    }
    for expected in ["app/src/lib.rs", "app/src/types.rs", "app/Cargo.toml", "wrangler.toml.in"] {
        assert!(inputs.contains(&shop.path(expected)), "{expected} is not in {inputs:?}");
    }
    shop.write("package.json", "{}");
    assert!(shop.run().inputs.contains(&shop.path("package.json")));
}

#[test]
fn a_fault_leaves_the_last_good_files() {
    let shop = shop();
    shop.run();
    let before = shop.generated();
    shop.write(
        "app/src/lib.rs",
        &format!("{HEAD}type Id = u32;\n{}", LIB.replace("owner: String,\n    total", "owner: Id,\n    total")),
    );
    let report = shop.run();
    assert_eq!(report.faults.len(), 1, "{:?}", report.faults);
    let after = shop.generated();
    for (path, text) in &before {
        let of_the_code = path.starts_with("out/") && !path.starts_with("out/durably/files/");
        assert_eq!(after.get(path) == Some(text), !of_the_code, "{path}");
    }
    assert!(shop.read("out/durably/bindings.rs").contains("// Cart\n"), "what was resolved is still named");
    let usable = ["Hosted<", "Bound<", "Configured<"].map(|name| shop.read("out/durably/bindings.rs").contains(name));
    assert_eq!(usable, [false, true, true], "a class whose macro raises a fault is not instantiated");
    let faults = shop.read("out/durably/faults.json");
    assert!(faults.contains("\"field\": \"owner\"") && faults.contains("\"own\": \"0x"), "{faults}");
    shop.write("app/src/lib.rs", &format!("{HEAD}{LIB}"));
    assert_eq!(shop.faults(), [""; 0]);
    assert_eq!(shop.generated(), before);
}

#[test]
fn other_features_than_the_default_ones_leave_the_published_files_alone() {
    let manifest = "[package]\nname = \"shop\"\n[features]\ndefault = [\"small\", \"dep:x\", \"serde/derive\"]\nsmall = []\nbig = []\n";
    let before = shop().file("app/Cargo.toml", manifest).feature("DEFAULT").feature("SMALL").feature("SERDE");
    assert_eq!(before.faults(), [""; 0]);
    assert!(before.run().published);
    let published = before.read("wrangler.toml");
    let with_all = before.feature("BIG");
    with_all.write("wrangler.toml.in", &TEMPLATE.replace("name = \"shop\"", "name = \"other\""));
    let report = with_all.run();
    assert!(!report.published && report.complete && report.outputs.is_empty());
    assert_eq!(with_all.read("wrangler.toml"), published);
    assert!(with_all.read("out/durably/files/wrangler.toml").contains("name = \"other\""), "its own are in OUT_DIR");

    let none = shop().file("app/Cargo.toml", manifest);
    assert!(!none.run().published, "--no-default-features is another set, too");
}

#[test]
fn the_files_of_a_build_lie_beside_its_code_as_well() {
    let shop = shop();
    shop.run();
    for file in ["wrangler.toml", ".durably/entry.mjs", ".durably/app.json", ".durably/seeds/dev/SHOP_CONFIG.json"] {
        assert_eq!(shop.read(&format!("out/durably/files/{file}")), shop.read(file), "{file}");
    }
}

#[test]
fn a_seed_that_is_gone_leaves_no_file() {
    let shop = shop();
    shop.run();
    assert!(shop.path(".durably/seeds/dev/SHOP_CONFIG.json").is_file());
    let template = TEMPLATE.split("# Not for wrangler.").next().unwrap_or_default();
    shop.write("wrangler.toml.in", template);
    assert_eq!(shop.faults(), [""; 0]);
    assert!(!shop.path(".durably/seeds/dev").exists());
}
