//! The application that is edited: whatever is renamed or changed in it, one build answers consistently.

use std::fs;
use std::path::{Path, PathBuf};

/// What its sources are to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Version {
    /// A constant of the code.
    pub(crate) code: u32,
    /// A part of the name of a state, and so of its class and binding.
    pub(crate) shelf: u32,
    /// A variable in the template.
    pub(crate) template: u32,
    /// A secret in `.dev.vars`.
    pub(crate) secret: u32,
}

pub(crate) struct Project {
    pub(crate) folder: PathBuf,
}

impl Project {
    pub(crate) fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("durably-loop-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder); // usually there is nothing
        let project = Self { folder };
        let repository = repository();
        project.write("Cargo.toml", &manifest(&repository));
        let lock = fs::read_to_string(repository.join("Cargo.lock")).expect("the workspace has a lock");
        project.write("Cargo.lock", &lock);
        project.write("build.rs", "fn main() {\n    durably_build::generate();\n}\n");
        project.write("src/extra.rs", "pub const EXTRA: u32 = 1;\n");
        project
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("the folder is made");
        fs::write(path, text).expect("it is written");
    }

    pub(crate) fn remove(&self, path: &str) {
        let path = self.folder.join(path);
        let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }; // it may be gone already
    }

    /// Everything as it should be.
    pub(crate) fn mend(&self, version: &Version) {
        self.write("src/extra.rs", "pub const EXTRA: u32 = 1;\n");
        self.write_code(version, "");
        self.write_template(version, "");
        self.write_secrets(version, "");
    }

    pub(crate) fn write_code(&self, version: &Version, more: &str) {
        let Version { code, shelf, .. } = version;
        self.write(
            "src/lib.rs",
            &CODE.replace("CODE", &code.to_string()).replace("SHELF", &shelf.to_string()).replace("// MORE", more),
        );
    }

    pub(crate) fn write_template(&self, version: &Version, more: &str) {
        self.write("wrangler.toml.in", &format!("{TEMPLATE}TEMPLATE = \"{}\"\n{more}", version.template));
    }

    pub(crate) fn write_secrets(&self, version: &Version, more: &str) {
        self.write(".dev.vars", &format!("TOKEN={}\n{more}", version.secret));
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("it is there")
}

fn manifest(repository: &Path) -> String {
    let path = |below: &str| format!("{:?}", repository.join(below).to_string_lossy());
    // The same profile as the workspace's, so that what durably is made of is compiled once for both.
    let all = fs::read_to_string(repository.join("Cargo.toml")).expect("the workspace has a manifest");
    let profiles = &all[all.find("[profile.release]").expect("it has profiles")..];
    format!(
        "[package]\nname = \"edited\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [lib]\ncrate-type = [\"cdylib\", \"rlib\"]\n\n[dependencies]\ndurably = {{ path = {} }}\n\n\
         [build-dependencies]\ndurably-build = {{ path = {} }}\n\n{profiles}",
        path("runtime"),
        path("macros/codegen"),
    )
}

const TEMPLATE: &str = "name = \"edited\"\ncompatibility_date = \"2026-11-17\"\n\n[env.dev.vars]\n";

/// The ledger keeps its name: its data is what must never be lost. The shelf is renamed.
const CODE: &str = r#"
use durably::prelude::*;

mod extra;

const THIS: u32 = CODE;

#[durable_state]
pub struct Ledger {
    entries: Log<i64>,
}

#[durable_rpc]
impl Ledger {
    pub fn put(&mut self, value: i64) -> Result<Seq> {
        Ok(self.entries.push(value)?)
    }

    pub fn page(&self, after: Seq) -> Result<Listed> {
        let page = self.entries.page(after, Limit::MAX)?;
        Ok(Listed { values: page.items.into_iter().map(|(_, value)| value).collect(), next: page.next })
    }
}

#[derive(Debug, Durable)]
pub struct Listed {
    values: Vec<i64>,
    next: Option<Seq>,
}

#[durable_state]
pub struct ShelfSHELF {
    count: i64,
}

#[durable_rpc]
impl ShelfSHELF {
    pub fn code_SHELF(&mut self) -> i64 {
        self.count += 1;
        i64::from(THIS)
    }
}

#[derive(Debug, Durable)]
pub struct Said {
    code: u32,
    shelf: u32,
    of_object: i64,
    extra: u32,
}

#[kv_config]
pub struct Settings {
    #[config(secret = "TOKEN")]
    pub token: Option<Secret<String>>,
}

#[durable_route("GET /token", authorize = public)]
async fn token(cx: &RouteCx) -> Result<String> {
    Ok(cx.config::<Settings>().await?.token.as_ref().map(|token| token.reveal().clone()).unwrap_or_default())
}

#[durable_route("POST /put/{value}", authorize = public)]
async fn put(cx: &RouteCx, value: i64) -> Result<Seq> {
    Ok(Ledger::named(cx.env(), "one")?.put(value).await?)
}

#[durable_route("GET /page/{after}", authorize = public)]
async fn page(cx: &RouteCx, after: Seq) -> Result<Listed> {
    Ok(Ledger::named(cx.env(), "one")?.page(after).await?)
}

#[durable_route("GET /said", authorize = public)]
async fn said(cx: &RouteCx) -> Result<Said> {
    let of_object = ShelfSHELF::named(cx.env(), "one")?.code_SHELF().await?;
    Ok(Said { code: THIS, shelf: SHELF, of_object, extra: extra::EXTRA })
}

#[durable_route("GET /template", authorize = public)]
async fn template(cx: &RouteCx) -> String {
    cx.env().var("TEMPLATE").unwrap_or_default()
}

// MORE

durably::bindings!();

#[event(fetch)]
async fn fetch(request: Request, env: Env, cx: worker::Context) -> worker::Result<Response> {
    durably::serve(request, env, cx).await
}
"#;
