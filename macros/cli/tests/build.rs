//! What `build` publishes, and where.

#![allow(clippy::expect_used)] // a test may

mod fake;

use fake::{Project, output};

#[test]
fn sets_of_features_do_not_rewrite_each_others_files() {
    let project = Project::new("features");
    project.generates("usual");
    let (success, text) = output(&mut project.command(&["build"]));
    assert!(success, "{text}");
    let published = ["wrangler.toml", ".durably/entry.mjs", ".durably/app.json", ".durably/worker/index.js"];
    let usual = published.map(|path| project.read(path));
    assert!(usual[0].contains("name = \"usual\"") && usual[1] == "// entry of usual\n", "{usual:?}");

    project.generates("other");
    project.write("src/lib.rs", "// other code\n");
    let (success, text) = output(&mut project.command(&["build", "--features", "b,a", "--no-default-features"]));
    assert!(success && text.contains("wrangler deploy --config"), "{text}");
    assert_eq!(published.map(|path| project.read(path)), usual, "those of the default features");
    let config = project.read(".wrangler.no-default+a+b.toml");
    assert!(config.contains("main = \".durably/features/no-default+a+b/entry.mjs\""), "{config}");
    assert_eq!(project.read(".durably/features/no-default+a+b/entry.mjs"), "// entry of other\n");
    assert_eq!(project.read(".durably/features/no-default+a+b/worker/index.js"), "// other code\n");
}

#[test]
fn what_an_app_file_does_not_say_is_an_error() {
    let project = Project::new("unread");
    project.generates("usual");
    project.write("tools/out/durably/files/.durably/app.json", r#"{"format":1,"environments":["dev"]}"#);
    let (success, text) = output(&mut project.command(&["build"]));
    assert!(!success && text.contains("app.json is not what a build writes"), "{text}");
}

#[test]
fn dev_serves_the_generated_files_of_the_same_build() {
    let project = Project::new("same");
    project.generates("first");
    let dev = project.dev();
    let served = || {
        let config = project.read(".wrangler.dev.toml");
        let main = config.lines().find_map(|line| line.strip_prefix("main = \"")?.strip_suffix("dev.mjs\""));
        let folder = main.expect("it leads into a build").to_owned();
        (project.read(&format!("{folder}entry.mjs")), project.read(&format!("{folder}worker/index.js")))
    };
    assert_eq!(served(), ("// entry of first\n".into(), "// one\n".into()));
    // An editor's build script rewrites what stands beside the template, and another build fails.
    project.write(".durably/entry.mjs", "// entry of somebody else\n");
    project.write("wrangler.toml", "name = \"somebody-else\"\n");
    project.generates("second");
    project.write("src/broken", "");
    project.write("src/lib.rs", "// two\n");
    dev.wait_for("still serving");
    assert_eq!(served(), ("// entry of first\n".into(), "// one\n".into()));
    std::fs::remove_file(project.folder.join("src/broken")).expect("it was there");
    dev.wait_for("reloading");
    assert_eq!(served(), ("// entry of second\n".into(), "// two\n".into()));
}
