//! `wrangler kv`, on the data of `dev`.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::command;
use crate::failure::At;
use crate::process::{Finished, Spec, run};
use crate::tools::Tools;
use crate::{Failure, Result, files};

/// One namespace in one environment of one state folder.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kv<'a> {
    pub(crate) tools: &'a Tools,
    pub(crate) folder: &'a Path,
    pub(crate) config: &'a Path,
    pub(crate) environment: &'a str,
    pub(crate) state: &'a Path,
    pub(crate) binding: &'a str,
}

impl Kv<'_> {
    /// The keys with their metadata, as wrangler lists them.
    pub(crate) fn list(&self) -> Result<Vec<Value>> {
        let finished = self
            .run(self.command(&["kv", "key", "list"]))?
            .success(&format!("wrangler could not list {}", self.binding), "fix what wrangler reports")?;
        // Whatever it may print around it, the list is the JSON.
        let json = finished.stdout.find('[').map_or("", |start| &finished.stdout[start..]);
        serde_json::from_str(json.trim()).map_err(|error| {
            Failure::new(format!("cannot read wrangler's list of the keys in {}", self.binding))
                .detail(format!("{error}\n{}", finished.output))
                .help("please report this, with the output of `wrangler --version`")
        })
    }

    /// Puts the entries of a file.
    pub(crate) fn put(&self, file: &Path) -> Result<()> {
        let put = self.command(&["kv", "bulk", "put"]).arg(file);
        self.run(put)?
            .success(&format!("wrangler could not load {}", self.binding), "fix what wrangler reports")
            .map(drop)
    }

    /// With a folder for temporary files that goes with it: killed, wrangler leaves some.
    fn run(&self, command: Spec) -> Result<Finished> {
        let temporary = self.folder.join(".durably/wrangler/kv-tmp");
        fs::create_dir_all(&temporary).at("create", &temporary)?;
        let finished = run(&command.env("TMPDIR", &temporary));
        files::remove_folder(&temporary)?;
        finished
    }

    fn command(&self, verb: &[&str]) -> Spec {
        command(self.tools, self.folder, verb)
            .args(["--binding", self.binding, "--env", self.environment, "--local"])
            .arg("--persist-to")
            .arg(self.state)
            .arg("--config")
            .arg(self.config)
    }
}
