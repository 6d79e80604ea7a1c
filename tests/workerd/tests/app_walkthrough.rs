//! The README's walk-through, copied and run.

use std::process::{Command, Stdio};

use durably_workerd_tests::chat::{ISSUER, OPERATOR, own};

/// The blocks that a fence of this kind opens.
const FENCE: &str = "```sh walkthrough";

#[test]
fn what_the_readme_says_works_when_it_is_copied() {
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md");
    let readme = std::fs::read_to_string(readme).unwrap_or_else(|error| panic!("{readme}: {error}"));
    let script = blocks(&readme);
    assert!(!script.trim().is_empty(), "README.md has no block that begins with {FENCE}");
    assert!(script.contains("curl"), "the walk-through asks nobody:\n{script}");

    let server = own();
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
    let output = Command::new("bash")
        // Any command that fails ends it, also one whose output is taken.
        .args(["-euo", "pipefail", "-O", "inherit_errexit", "-c", &script])
        .current_dir(folder.path())
        .env("BASE", server.url())
        .env("SESSION_ISSUER_KEY", ISSUER)
        .env("OPERATOR_KEY", OPERATOR)
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("bash: {error}"));
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (said(&output.stdout), said(&output.stderr));
    assert!(output.status.success(), "{}\n--- script\n{script}\n--- stdout\n{out}\n--- stderr\n{err}", output.status);
    assert_eq!(server.ids("Conversation").len(), 1, "the walk-through makes a conversation:\n{script}\n{out}");
}

fn blocks(text: &str) -> String {
    let mut script = String::new();
    let mut inside = false;
    for line in text.lines() {
        match line.trim_end() {
            "```" => inside = false,
            FENCE => inside = true,
            line if inside => script.extend([line, "\n"]),
            _ => {}
        }
    }
    script
}
