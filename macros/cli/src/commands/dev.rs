//! `cargo durably dev`.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::args::Dev as Args;
use super::build::unknown_environment;
use crate::failure::At;
use crate::lock::{self, Lock};
use crate::tools::Tools;
use crate::ui::{loud, seconds};
use crate::watch::Watch;
use crate::worker::{self, Built, Profile};
use crate::wrangler::{Dev, DevOptions, Kv, check_port};
use crate::{Failure, Project, Reporter, Result, dotenv, files, interrupt, optional, seeds};

mod relay;

const LOOK: Duration = Duration::from_millis(500);

pub(super) fn run(project: &Project, args: &Args, report: &Reporter) -> Result<()> {
    // What can be known at once is said at once, before minutes of work.
    check_port(args.port)?;
    let state = state_folder(project, args)?;
    let _lock = own(&state)?;
    let session = Session { project, args, report, state, tools: Tools::ensure(project, report)? };
    let mut watch = Watch::new(project)?;
    session.build()?;
    let mut dev = session.serve()?;
    report.answer(loud(format_args!("ready on {} ({})", dev.url(), args.env)));
    let (early, lines) = dev.take_output();
    early.into_iter().filter(|line| line.text.contains('[')).for_each(|line| relay::show(&line));
    if let Some(lines) = lines {
        relay::start(lines);
    }
    let result = session.stay(&mut dev, &mut watch);
    dev.stop();
    result
}

struct Session<'a> {
    project: &'a Project,
    args: &'a Args,
    report: &'a Reporter,
    state: PathBuf,
    tools: Tools,
}

impl Session<'_> {
    /// Builds, and makes what the built Worker needs to run here.
    fn build(&self) -> Result<Built> {
        let profile = if self.args.release { Profile::Release } else { Profile::Dev };
        let folder = self.project.crate_folder()?;
        let built = worker::build(&self.tools, &folder, &self.project.worker(), profile, self.report)?;
        let app = self.project.app()?;
        let environment = self.args.env.as_str();
        if !app.environments.is_empty() && !app.environments.iter().any(|name| name == environment) {
            return Err(unknown_environment(&app, environment));
        }
        let root = self.project.root();
        dotenv::ensure(root, environment, &app.secrets.required, self.report)?;
        let config = self.project.config();
        for binding in &app.kv {
            let kv = Kv { tools: &self.tools, folder: root, config: &config, environment, state: &self.state, binding };
            seeds::load(kv, self.report)?;
        }
        self.config()?;
        Ok(built)
    }

    /// What wrangler is given: the project's configuration, or one beside it where that would hide secrets.
    fn config(&self) -> Result<PathBuf> {
        let (config, environment) = (self.project.config(), self.args.env.as_str());
        let optional = self.project.app()?.secrets.optional;
        if optional.is_empty() {
            return Ok(config);
        }
        let text = fs::read_to_string(&config).at("read", &config)?;
        let set = dotenv::set(self.project.root(), environment, &optional)?;
        let text = optional::let_through(&text, environment, &set).map_err(|error| {
            Failure::new(format!("{} is not TOML", config.display())).detail(error).help("build again")
        })?;
        let own = config.with_file_name(".wrangler.dev.toml");
        files::update(&own, text.as_bytes())?;
        Ok(own)
    }

    fn serve(&self) -> Result<Dev> {
        let step = self.report.step("starting workerd", "Cloudflare's own runtime, on this machine");
        let options = DevOptions {
            folder: self.project.root().to_owned(),
            config: self.config()?,
            environment: Some(self.args.env.clone()),
            port: self.args.port,
            state: self.state.clone(),
            extra: Vec::new(),
        };
        let dev = Dev::start(&self.tools, &options)?;
        step.done();
        Ok(dev)
    }

    /// Until a signal comes or the server ends.
    fn stay(&self, dev: &mut Dev, watch: &mut Watch) -> Result<()> {
        loop {
            pause()?;
            if let Some(code) = dev.ended() {
                interrupt::check()?; // Ctrl-C reaches it before us
                return Err(Failure::new(format!("wrangler ended by itself (exit code {code})"))
                    .help("see what it wrote above; start `cargo durably dev` again"));
            }
            if self.args.no_watch {
                continue;
            }
            let changed = watch.changed();
            if let Some(first) = changed.first() {
                settle(watch)?;
                self.rebuild(first)?;
            }
        }
    }

    fn rebuild(&self, edited: &Path) -> Result<()> {
        let shown = edited.strip_prefix(self.project.root()).unwrap_or(edited).display();
        self.report.note(format_args!("{shown} changed, building"));
        match self.build() {
            Ok(Built { changed, took, .. }) => {
                let then = if changed { "reloading" } else { "the Worker is the same" };
                self.report.good(format_args!("built in {}, {then}", seconds(took)));
            }
            Err(failure) if failure.is_stop() => return Err(failure),
            Err(failure) => {
                self.report.failure(&failure);
                self.report.note("the Worker as last built goes on serving");
            }
        }
        Ok(())
    }
}

/// An editor writes several files, a checkout many: waits until it has been quiet for a moment.
fn settle(watch: &mut Watch) -> Result<()> {
    loop {
        thread::sleep(Duration::from_millis(80));
        interrupt::check()?;
        if watch.changed().is_empty() {
            return Ok(());
        }
    }
}

/// Waits a moment, shorter if a signal comes.
fn pause() -> Result<()> {
    let slice = Duration::from_millis(50);
    for _ in 0..LOOK.as_millis() / slice.as_millis() {
        interrupt::check()?;
        thread::sleep(slice);
    }
    Ok(())
}

fn state_folder(project: &Project, args: &Args) -> Result<PathBuf> {
    let state = args.persist_to.clone().unwrap_or_else(|| project.state());
    fs::create_dir_all(&state).at("create", &state)?;
    state.canonicalize().at("find", &state)
}

/// Two workerds on the same databases damage each other's data.
fn own(state: &Path) -> Result<Lock> {
    lock::attempt(&state.join(".durably.lock"))?.ok_or_else(|| {
        Failure::new("another `cargo durably dev` is using this data")
            .detail(state.display())
            .help("end that one, or keep data of your own with --persist-to DIR")
    })
}
