//! A Worker that is served.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use cargo_durably::wrangler::{Dev, DevOptions};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::app::{App, target};
use crate::http::Request;

/// The folders that Workers are served from: `served-<process>-<random>`.
const PREFIX: &str = "served-";

/// How a Worker is served.
#[derive(Debug, Clone)]
pub struct Options {
    /// The environment of `wrangler.toml`.
    pub environment: String,
    /// The lines of `.dev.vars`: secrets.
    pub secrets: Vec<(String, String)>,
    /// Variables that replace those of the environment.
    pub vars: Vec<(String, String)>,
}

impl Default for Options {
    /// `dev`, the two keys of the reference application (`issuer` and `operator`), the variables of `wrangler.toml`.
    fn default() -> Self {
        Self { environment: "dev".into(), secrets: Vec::new(), vars: Vec::new() }
            .secret("SESSION_ISSUER_KEY", "issuer")
            .secret("OPERATOR_KEY", "operator")
    }
}

impl Options {
    /// Adds a secret, or replaces it.
    #[must_use]
    pub fn secret(mut self, name: &str, value: &str) -> Self {
        self.secrets.retain(|(known, _)| known != name);
        self.secrets.push((name.into(), value.into()));
        self
    }

    /// Sets a variable.
    #[must_use]
    pub fn var(mut self, name: &str, value: &str) -> Self {
        self.vars.push((name.into(), value.into()));
        self
    }
}

/// A Worker served by `wrangler dev` from a folder of its own, a copy, so that neither the developer's `.dev.vars` nor a
/// build that runs meanwhile changes what is tested. Ended when dropped, and with this process.
#[derive(Debug)]
pub struct Server {
    pub(crate) app: &'static App,
    pub(crate) options: Options,
    folder: TempDir,
    running: Mutex<Running>,
}

#[derive(Debug, Default)]
struct Running {
    dev: Option<Dev>,
    url: String,
    console: String,
}

impl Server {
    pub(crate) fn start(app: &'static App, options: Options) -> Self {
        Self::prepared(app, options, |_| {})
    }

    /// Starts after `prepare` changed what is to be served: it gets the folder of the copies.
    pub(crate) fn prepared(app: &'static App, options: Options, prepare: impl FnOnce(&Path)) -> Self {
        let place = target().join("workerd");
        sweep(&place);
        let own = format!("{PREFIX}{}-", std::process::id());
        let made = fs::create_dir_all(&place).and_then(|()| tempfile::Builder::new().prefix(&own).tempdir_in(&place));
        let folder = made.unwrap_or_else(|error| panic!("no folder in {}: {error}", place.display()));
        let mut server = Self { app, options, folder, running: Mutex::default() };
        server.copy();
        prepare(server.folder());
        server.up();
        server
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        self.running().url.clone()
    }

    /// The folder of its data, as `--persist-to` takes it.
    pub fn state(&self) -> PathBuf {
        self.folder().join("state")
    }

    /// The folder that it is served from: a copy of the project's generated files. What is changed here counts from the
    /// next [`Server::up`] on.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A request of any verb; the path goes out as it is.
    pub fn request(&self, method: &str, path: &str) -> Request {
        Request::new(&self.url(), method, path)
    }

    /// A GET request.
    pub fn get(&self, path: &str) -> Request {
        self.request("GET", path)
    }

    /// A POST request.
    pub fn post(&self, path: &str) -> Request {
        self.request("POST", path)
    }

    /// A call of an object's method, public or not, as the typed client makes it. Of [`App::serve_opened`] alone.
    #[track_caller]
    pub fn envelope(&self, binding: &str, id: &str, method: &str, args: &Value) -> Value {
        let envelope = json!({ "v": 1, "method": method, "args": args });
        self.post("/envelope")
            .json(&json!({ "binding": binding, "id": id, "envelope": envelope }))
            .send()
            .is(200)
            .json()
    }

    /// Everything that wrangler and the Worker wrote so far, over all starts.
    pub fn console(&self) -> String {
        self.running().listen().clone()
    }

    /// Waits until the console says all of `texts` in one line, after the first `from` bytes of it. If it never does, the
    /// test fails.
    #[track_caller]
    pub fn says(&self, from: usize, texts: &[&str]) {
        let deadline = Instant::now() + Duration::from_secs(5);
        loop {
            let console = self.console();
            if console[from..].lines().any(|line| texts.iter().all(|text| line.contains(text))) {
                return;
            }
            assert!(Instant::now() < deadline, "the console never said {texts:?}:\n{}", &console[from..]);
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Starts it again on the same data, after a gentle end. The port is another one.
    pub fn restart(&mut self) {
        self.down();
        self.up();
    }

    /// Kills wrangler and workerd with SIGKILL and starts them again on the same data.
    pub fn kill9(&mut self) {
        self.kill();
        self.up();
    }

    /// Ends it gently; [`Server::up`] starts it again.
    pub fn down(&mut self) {
        if let Some(dev) = self.stopped() {
            dev.stop();
        }
    }

    /// Ends it with SIGKILL, also while others are asking it; [`Server::up`] starts it again.
    pub fn kill(&self) {
        if let Some(dev) = self.stopped() {
            dev.kill();
        }
    }

    /// Starts it, if it was ended.
    pub fn up(&mut self) {
        let vars = self.options.vars.iter();
        let options = DevOptions {
            folder: self.folder().to_owned(),
            config: self.folder().join("wrangler.toml"),
            environment: Some(self.options.environment.clone()),
            port: 0,
            state: self.state(),
            extra: vars.flat_map(|(name, value)| ["--var".to_owned(), format!("{name}:{value}")]).collect(),
        };
        let mut running = self.running();
        if running.dev.is_none() {
            let dev = Dev::start(&self.app.tools, &options).unwrap_or_else(|failure| panic!("{failure}"));
            dev.url().clone_into(&mut running.url);
            running.dev = Some(dev);
        }
    }

    /// Whether it is running.
    pub(crate) fn is_up(&self) -> bool {
        self.running().dev.is_some()
    }

    fn stopped(&self) -> Option<Dev> {
        let mut running = self.running();
        running.listen();
        running.dev.take()
    }

    fn running(&self) -> std::sync::MutexGuard<'_, Running> {
        // A test that failed while it held the lock left nothing half done.
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn copy(&self) {
        let (from, to) = (self.app.folder(), self.folder());
        let generated = to.join(".durably");
        let files = ["wrangler.toml", ".durably/entry.mjs", ".durably/guard.mjs"];
        let copied = fs::create_dir_all(&generated)
            .and_then(|()| files.iter().try_for_each(|file| fs::copy(from.join(file), to.join(file)).map(drop)))
            .and_then(|()| copy_folder(&self.app.worker, &generated.join("worker")))
            .and_then(|()| fs::write(to.join(".dev.vars"), dev_vars(&self.options.secrets)))
            .and_then(|()| fs::create_dir_all(self.state()));
        copied.unwrap_or_else(|error| panic!("{} could not be copied to {}: {error}", from.display(), to.display()));
    }
}

impl Running {
    fn listen(&mut self) -> &String {
        for line in self.dev.iter_mut().flat_map(Dev::output) {
            self.console.push_str(&line.text);
            self.console.push('\n');
        }
        &self.console
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- what the server wrote ---\n{}", self.console());
        }
    }
}

/// A server in a static is never dropped, so its folder stays: each process removes those of processes that are gone.
fn sweep(place: &Path) {
    for entry in fs::read_dir(place).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(owner) = name.strip_prefix(PREFIX).and_then(|rest| rest.split('-').next()) else { continue };
        let gone = Path::new("/proc/self").exists() && !Path::new("/proc").join(owner).exists();
        if gone {
            // Another test may be removing it, too.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn dev_vars(secrets: &[(String, String)]) -> String {
    secrets.iter().fold(String::new(), |text, (name, value)| text + name + "=\"" + value + "\"\n")
}

fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to).map(drop)?;
        }
    }
    Ok(())
}
