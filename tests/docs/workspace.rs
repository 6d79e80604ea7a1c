//! The crates on disk, and what cargo says of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::fence::Fence;
use crate::pack::{Crate, Role};
use crate::sources::repository;

const BUILD: &str = "fn main() {\n    durably_build::generate();\n}\n";
const TEMPLATE: &str = "name = \"docs\"\ncompatibility_date = \"2026-11-17\"\n\n[env.dev]\n";

/// Compiles the crates, runs the tests in them, and says what is wrong, each with the file and line where it stands.
pub(crate) fn check(crates: &[Crate]) -> Vec<String> {
    let written: Vec<Written> = crates.iter().enumerate().map(|(place, one)| write_crate(place, one)).collect();
    let members: Vec<String> = written.iter().map(|one| format!("{:?}", one.name)).collect();
    write("Cargo.toml", &format!("[workspace]\nresolver = \"3\"\nmembers = [{}]\n", members.join(", ")));
    let lock = fs::read_to_string(repository().join("Cargo.lock")).unwrap_or_default();
    write("Cargo.lock", &lock);
    let mut wrong = compiled(&written);
    if wrong.is_empty() {
        wrong.extend(run(crates, &written));
    }
    wrong
}

/// A crate as it was written: which file holds which example.
struct Written {
    name: String,
    files: BTreeMap<String, Fence>,
}

fn write_crate(place: usize, one: &Crate) -> Written {
    let name = format!("docs{place}");
    let mut files = BTreeMap::new();
    let (mut build, mut modules) = (BUILD.to_owned(), Vec::new());
    let mut root = None;
    for (place, (fence, role)) in one.fences.iter().enumerate() {
        let module = format!("example{place}");
        let (file, code) = match role {
            Role::Module => (format!("src/{module}.rs"), fence.code.clone()),
            Role::Body => (format!("src/{module}.rs"), body(fence)),
            Role::Root => ("src/lib.rs".to_owned(), fence.code.clone()),
            Role::BuildScript => ("build.rs".to_owned(), fence.code.clone()),
        };
        match role {
            Role::Module | Role::Body => modules.push(format!("mod {module};\n")),
            Role::Root => root = Some(code.clone()),
            Role::BuildScript => build.clone_from(&code),
        }
        if file != "build.rs" && file != "src/lib.rs" {
            write(&format!("{name}/{file}"), &code);
        }
        files.insert(file, fence.clone());
    }
    let root = root.unwrap_or_else(|| format!("#![allow(unused)]\n{}durably::bindings!();\n", modules.concat()));
    write(&format!("{name}/src/lib.rs"), &root);
    write(&format!("{name}/build.rs"), &build);
    write(&format!("{name}/wrangler.toml.in"), TEMPLATE);
    write(&format!("{name}/Cargo.toml"), &manifest(&name));
    Written { name, files }
}

/// On the same lines, so that an error has the number of its line.
fn body(fence: &Fence) -> String {
    format!("{}fn example() {{ {}}}\n", if fence.still { "" } else { "#[test] " }, fence.code)
}

fn manifest(name: &str) -> String {
    let path = |below: &str| format!("{:?}", repository().join(below).to_string_lossy());
    format!(
        "[package]\nname = {name:?}\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [lib]\ndoctest = false\n\n\
         [dependencies]\ndurably = {{ path = {} }}\nserde = {{ version = \"1\", features = [\"derive\"] }}\n\n\
         [build-dependencies]\ndurably-build = {{ path = {} }}\n",
        path("runtime"),
        path("macros/codegen"),
    )
}

/// Compiles all crates, their tests too, in one run of cargo. Its target folder is the one of `tests/scan`.
fn compiled(crates: &[Written]) -> Vec<String> {
    let arguments = ["check", "--workspace", "--profile", "test", "--keep-going", "--message-format=json"];
    let output = cargo(&arguments, "fixtures", &[]);
    let mut wrong = Vec::new();
    let mut refused = BTreeSet::new();
    for message in String::from_utf8_lossy(&output.stdout).lines().filter_map(|line| serde_json::from_str(line).ok()) {
        if let Some((fence, text)) = error(crates, &message) {
            if fence.refused {
                // Whether it is for the reason that the text gives is for a reader to judge.
                println!("{}: {}", fence.place(1), text.lines().next().unwrap_or_default());
                refused.insert(fence.place(1));
            } else {
                wrong.push(text);
            }
        }
    }
    let meant = crates.iter().flat_map(|one| one.files.values()).filter(|fence| fence.refused);
    wrong.extend(
        meant
            .filter(|fence| !refused.contains(&fence.place(1)))
            .map(|fence| format!("{}: the example is marked `compile_fail` and compiles\n", fence.place(1))),
    );
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() || !wrong.is_empty() || !refused.is_empty(), "cargo failed:\n{complaint}");
    wrong
}

/// The example that an error is about, and the error with the place in the documentation.
fn error<'a>(crates: &'a [Written], message: &Value) -> Option<(&'a Fence, String)> {
    let (id, about) = (message["package_id"].as_str()?, &message["message"]);
    let one = crates.iter().find(|one| id.contains(&format!("/{}#", one.name)))?;
    if about["level"] != "error" {
        return None;
    }
    let rendered = about["rendered"].as_str().unwrap_or_default();
    let spans = about["spans"].as_array().into_iter().flatten();
    let (primary, other): (Vec<_>, Vec<_>) = spans.partition(|span| span["is_primary"] == true);
    let places = primary.into_iter().chain(other).flat_map(expanded_from).filter_map(|span| {
        let file = span["file_name"].as_str()?.strip_prefix(&format!("{}/", one.name))?;
        Some((one.files.get(file)?, usize::try_from(span["line_start"].as_u64()?).ok()?))
    });
    if let Some((fence, line)) = places.into_iter().next() {
        return Some((fence, format!("{}: {rendered}", fence.place(line))));
    }
    if rendered.starts_with("error: aborting") {
        return None;
    }
    // What stands in no example, a generated file for one, is an error of the crate.
    let all: Vec<String> = one.files.values().map(|fence| fence.place(1)).collect();
    one.files.values().next().map(|fence| (fence, format!("one of {}: {rendered}", all.join(", "))))
}

/// A span, and those of the macro calls that it comes from.
fn expanded_from(span: &Value) -> impl Iterator<Item = &Value> {
    std::iter::successors(Some(span), |span| Some(&span["expansion"]["span"]).filter(|span| span.is_object()))
}

/// Runs the tests among the examples. The target folder is that of `tests/matrix`.
fn run(crates: &[Crate], written: &[Written]) -> Vec<String> {
    let with_tests: Vec<&Written> =
        crates.iter().zip(written).filter(|(one, _)| one.runs).map(|(_, written)| written).collect();
    if with_tests.is_empty() {
        return Vec::new();
    }
    let mut arguments = vec!["test", "--no-fail-fast", "--quiet"];
    arguments.extend(with_tests.iter().flat_map(|one| ["--package", one.name.as_str()]));
    // As there, so that what was compiled there is used again.
    let variables = [("CARGO_PROFILE_DEV_DEBUG", "false"), ("CARGO_INCREMENTAL", "0")];
    let output = cargo(&arguments, "matrix-target", &variables);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        return Vec::new();
    }
    let places: Vec<String> = with_tests
        .iter()
        .flat_map(|one| one.files.iter().map(|(file, fence)| format!("{}/{file} is {}", one.name, fence.place(1))))
        .collect();
    vec![format!("{}\n{}\n{}", text(&output.stdout), text(&output.stderr), places.join("\n"))]
}

fn cargo(arguments: &[&str], target: &str, variables: &[(&str, &str)]) -> Output {
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    Command::new(env!("CARGO"))
        .current_dir(root())
        .args(arguments)
        .args(["--offline", "--target-dir"])
        .arg(temporary.join(target))
        .envs(variables.iter().copied())
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap_or_else(|error| panic!("cargo did not start: {error}"))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("docs")
}

/// Writes what changed, so that cargo compiles that alone.
fn write(path: &str, text: &str) {
    let path = root().join(path);
    if fs::read_to_string(&path).is_ok_and(|found| found == text) {
        return;
    }
    let folder = path.parent().map(fs::create_dir_all);
    assert!(matches!(folder, Some(Ok(()))), "no folder for {}", path.display());
    fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
