//! A project, built for workerd.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::{env, fs};

use cargo_durably::tools::Tools;
use cargo_durably::worker::{self, Profile};
use cargo_durably::{Project, Reporter};

use crate::server::{Options, Server};
use crate::supervisor;

/// `POST /envelope {binding, id, envelope}`, beside all that the application has.
const DRIVER: &str = r#"import app from "./.durably/entry.mjs";
export * from "./.durably/entry.mjs";
export default class extends app {
  async fetch(request) {
    if (new URL(request.url).pathname !== "/envelope") return super.fetch(request);
    const { binding, id, envelope } = await request.json();
    const namespace = this.env[binding];
    const answer = await namespace.get(namespace.idFromString(id)).__durably(JSON.stringify(envelope));
    return new Response(answer, { headers: { "content-type": "application/json" } });
  }
}
"#;

/// A project whose Worker was built. Built once a process; cargo says whether anything changed since the last one.
#[derive(Debug)]
pub struct App {
    pub(crate) project: Project,
    pub(crate) tools: Tools,
    /// worker-build's modules.
    pub(crate) worker: PathBuf,
}

impl App {
    /// The reference application, in the workspace's `app`.
    pub fn reference() -> &'static Self {
        Self::at(&workspace())
    }

    /// The application in the folder that holds its `wrangler.toml.in`.
    pub fn at(folder: &Path) -> &'static Self {
        static BUILT: Mutex<BTreeMap<PathBuf, &'static App>> = Mutex::new(BTreeMap::new());
        let folder = folder.canonicalize().unwrap_or_else(|error| panic!("{} is no folder: {error}", folder.display()));
        // Held while building: a second test of this process waits for the first one's build.
        let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
        built.entry(folder).or_insert_with_key(|folder| Box::leak(Box::new(Self::build(folder))))
    }

    /// Serves it on a free port, with data of its own.
    pub fn serve(&'static self, options: Options) -> Server {
        Server::start(self, options)
    }

    /// The same, behind a door through which a test calls objects as the typed client does, by [`Server::envelope`].
    pub fn serve_opened(&'static self, options: Options) -> Server {
        Server::prepared(self, options, |served| {
            let driver = served.join("driver.mjs");
            fs::write(&driver, DRIVER).unwrap_or_else(|error| panic!("{}: {error}", driver.display()));
            crate::fixture::replace(
                &served.join("wrangler.toml"),
                "main = \".durably/entry.mjs\"",
                "main = \"driver.mjs\"",
            );
        })
    }

    /// The project's folder.
    pub fn folder(&self) -> &Path {
        self.project.root()
    }

    fn build(folder: &Path) -> Self {
        let report = Reporter::new();
        supervisor::ensure();
        let project = Project::find(Some(folder)).unwrap_or_else(|failure| panic!("{failure}"));
        let tools = Tools::ensure(&project, &report).unwrap_or_else(|failure| panic!("{failure}"));
        let crate_folder = project.crate_folder().unwrap_or_else(|failure| panic!("{failure}"));
        let name = crate_folder.file_name().unwrap_or_default();
        // Not in the project: whoever is serving it there is not disturbed.
        let worker = target().join("workerd").join(name);
        worker::build(&tools, &crate_folder, &worker, Profile::Dev, &report)
            .unwrap_or_else(|failure| panic!("{failure}"));
        Self { project, tools, worker }
    }
}

/// The workspace's folder.
pub(crate) fn workspace() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// Cargo's target folder, of which this very program is a part.
pub(crate) fn target() -> &'static Path {
    static TARGET: OnceLock<PathBuf> = OnceLock::new();
    TARGET.get_or_init(|| {
        let own = env::current_exe().unwrap_or_else(|error| panic!("this program has no path: {error}"));
        // target/debug/deps/app_http-0123456789abcdef
        own.ancestors().nth(3).unwrap_or_else(|| panic!("{} is in no target folder", own.display())).to_owned()
    })
}
