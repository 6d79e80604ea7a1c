//! The loop of `dev`. It never waits for the builder: while something is built the server is looked after, and whatever
//! fails is told, and tried again after the next edit.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, TryRecvError};
use std::thread;
use std::time::{Duration, Instant};

use super::Args;
use super::board::Board;
use super::browser;
use super::builder::Made;
use super::keys::Keys;
use super::place::Place;
use super::served::Served;
use super::watch::Watch;
use crate::dotenv::DevVars;
use crate::ui::{loud, seconds};
use crate::whole::{self, Whole};
use crate::{Failure, Project, Reporter, Result, interrupt};

const TICK: Duration = Duration::from_millis(50);
const LOOK: Duration = Duration::from_millis(400);
/// An editor writes several files, a checkout many: a build begins when it has been quiet for so long …
const QUIET: Duration = Duration::from_millis(100);
/// … or somebody has been writing without a pause for so long.
const ENOUGH: Duration = Duration::from_secs(1);
/// So often the Worker is asked whether it is the new one.
const ASK: Duration = Duration::from_millis(250);
/// After so long a build that was handed to wrangler has to be served.
const TAKE_OVER: Duration = Duration::from_secs(45);

pub(super) struct Session<'a> {
    pub(super) project: &'a Project,
    pub(super) args: &'a Args,
    pub(super) report: &'a Reporter,
    pub(super) vars: &'a DevVars,
    pub(super) board: Board,
    pub(super) served: Served<'a>,
    pub(super) watch: Watch,
    pub(super) work: Work,
    pub(super) state: Place,
    pub(super) looked: Instant,
    /// What is served.
    pub(super) current: Option<Whole>,
    /// What was served before it, and is known to start.
    pub(super) previous: Option<Whole>,
    /// The content of the secrets that were last looked at.
    pub(super) secrets: String,
    /// Since when wrangler is taking over the current build, and whether it was started again for it.
    pub(super) awaited: Option<(Instant, bool)>,
    /// Whether it was said that it is ready: from then on it stays alive.
    pub(super) greeted: bool,
    /// When the Worker was last asked which build it is.
    pub(super) asked: Instant,
    /// `None` without a terminal.
    pub(super) keys: Option<Keys>,
}

/// What the builder does, and what is left to do.
pub(super) struct Work {
    pub(super) orders: Sender<()>,
    pub(super) made: Receiver<Result<Made>>,
    pub(super) building: bool,
    /// Whether the last build failed.
    pub(super) failed: bool,
    /// When the first edit was seen that is not built yet, and the last.
    pub(super) edited: Option<(Instant, Instant)>,
}

impl Session<'_> {
    /// Until a signal comes, or something that no edit can mend.
    pub(super) fn stay(&mut self) -> Result<()> {
        self.order()?;
        loop {
            interrupt::check()?;
            self.take_what_was_built()?;
            self.notice_a_deleted_folder()?;
            self.served.look()?;
            self.see_whether_it_was_taken_over()?;
            self.look_around();
            if self.hear_a_key() {
                return Ok(());
            }
            if !self.work.building && self.work.is_due() {
                self.order()?;
            }
            thread::sleep(TICK);
        }
    }

    fn order(&mut self) -> Result<()> {
        self.watch.begin(self.project);
        self.work.edited = None;
        self.work.building = true;
        self.work.orders.send(()).map_err(|_| broken())
    }

    fn take_what_was_built(&mut self) -> Result<()> {
        let made = match self.work.made.try_recv() {
            Ok(made) => made,
            Err(TryRecvError::Empty) => return Ok(()),
            Err(TryRecvError::Disconnected) => return Err(broken()),
        };
        self.work.building = false;
        match made {
            Ok(Made { whole, took, inputs }) => {
                self.watch.succeeded(&inputs);
                self.secrets = self.vars.fingerprint();
                match whole.serve(self.project, self.vars, &self.secrets) {
                    Ok(changed) => self.publish(whole, changed, took),
                    Err(failure) => self.keep_the_old(failure),
                }
            }
            Err(failure) => self.keep_the_old(failure),
        }
    }

    fn publish(&mut self, whole: Whole, changed: bool, took: Duration) -> Result<()> {
        self.board.clear();
        self.work.failed = false;
        // Somebody may have deleted it before it was served.
        if let Err(failure) = whole.restore() {
            return self.keep_the_old(failure);
        }
        if self.current.as_ref().is_none_or(|current| current.id != whole.id) {
            let before = self.current.replace(whole);
            // One that was not taken over yet may be one that does not start.
            self.previous = if self.awaited.is_none() { before } else { self.previous.take() };
            self.say_what_is_needed();
        }
        if self.served.is_up() {
            let then = if changed { "reloading" } else { "the Worker is the same" };
            self.report.good(format_args!("built in {}, {then}", seconds(took)));
            self.awaited = if changed { Some((Instant::now(), false)) } else { self.awaited };
            return Ok(());
        }
        self.awaited = None;
        if self.greeted {
            return self.served.restart();
        }
        while let Err(failure) = self.served.start() {
            if failure.is_stop() || !self.make_again()? {
                return Err(failure);
            }
        }
        self.greeted = true;
        self.greet();
        self.served.relay();
        Ok(())
    }

    fn greet(&self) {
        self.report.answer(loud(format_args!("ready on {} ({})", self.served.url(), self.args.env)));
        if self.keys.is_some() {
            self.report.note("press r to rebuild, o to open the browser, c to clear the screen, q to quit");
        }
        if self.args.open {
            self.open();
        }
    }

    fn open(&self) {
        if let Err(failure) = browser::open(self.served.url()) {
            self.report.failure(&failure);
        }
    }

    /// Does what a key asks for; tells whether it asks to end.
    fn hear_a_key(&mut self) -> bool {
        match self.keys.as_ref().and_then(Keys::pressed) {
            Some('q') => return true,
            Some('r') => {
                self.report.note("rebuilding");
                self.work.edited.get_or_insert((Instant::now(), Instant::now()));
            }
            Some('o') if self.served.is_up() => self.open(),
            Some('c') => self.report.clear(),
            _ => {}
        }
        false
    }

    fn keep_the_old(&mut self, failure: Failure) -> Result<()> {
        let nothing_is_served = self.current.is_none();
        if failure.is_stop() || (!self.greeted && (failure.is_usage() || self.args.no_watch)) {
            return Err(failure);
        }
        self.watch.failed();
        self.work.failed = true;
        self.board.failed(&failure);
        self.report.failure(&failure);
        let then =
            if nothing_is_served { "waiting for an edit" } else { "still serving the last build that succeeded" };
        self.report.note(then);
        Ok(())
    }

    /// The Worker itself says which build it is. Should wrangler not get there, it begins anew.
    fn see_whether_it_was_taken_over(&mut self) -> Result<()> {
        let (Some((since, again)), Some(current)) = (self.awaited, &self.current) else { return Ok(()) };
        if self.asked.elapsed() < ASK {
            return Ok(());
        }
        self.asked = Instant::now();
        if !current.answers() || self.served.build().as_ref() == Some(&current.id) {
            self.awaited = None;
            if let Err(failure) = whole::forget(self.project, &[Some(current), self.previous.as_ref()]) {
                self.report.failure(&failure);
            }
            return Ok(());
        }
        if !self.served.is_up() {
            // Once may be an accident.
            return if self.served.failed() >= 2 { self.fall_back() } else { Ok(()) };
        }
        if since.elapsed() < TAKE_OVER {
            return Ok(());
        }
        if again {
            return self.fall_back();
        }
        self.report.warn("wrangler did not pick up the new build; restarting it");
        self.awaited = Some((Instant::now(), true));
        self.served.restart()
    }

    /// What compiles may still not start. Then it is no build to be served, either.
    fn fall_back(&mut self) -> Result<()> {
        self.awaited = None;
        let Some(previous) = self.previous.take().filter(Whole::is_there) else { return Ok(()) };
        let failure =
            Failure::new("the newest build compiles, but its Worker does not start").help("see its output above");
        self.report.failure(&failure);
        self.report.note("still serving the build before it");
        self.board.failed(&failure);
        if let Err(failure) = previous.serve(self.project, self.vars, &self.secrets) {
            self.report.failure(&failure);
        }
        self.current = Some(previous);
        self.say_what_is_needed();
        self.served.restart()
    }

    /// Notices edits, new secrets, and folders that are gone.
    fn look_around(&mut self) {
        let wait = if self.work.edited.is_some() { QUIET / 2 } else { LOOK };
        if self.looked.elapsed() < wait {
            return;
        }
        self.looked = Instant::now();
        self.notice_secrets();
        // What was edited during a build is known after it, when it is known which files concern the Worker.
        if self.args.no_watch || self.work.building {
            return;
        }
        if let Some(path) = self.watch.changed() {
            self.note_edit(&path);
        }
    }

    fn note_edit(&mut self, path: &Path) {
        let now = Instant::now();
        if self.work.edited.is_none() {
            let shown = path.strip_prefix(self.project.root()).unwrap_or(path).display();
            self.report.note(format_args!("{shown} changed, building"));
        }
        let first = self.work.edited.map_or(now, |(first, _)| first);
        self.work.edited = Some((first, now));
    }

    /// wrangler reads secrets when its configuration changes, and never says whether it understood them.
    fn notice_secrets(&mut self) {
        let now = self.vars.fingerprint();
        if now == self.secrets {
            return;
        }
        self.secrets = now;
        if self.work.failed {
            // Perhaps of them.
            self.work.edited.get_or_insert((Instant::now(), Instant::now()));
        }
        let Some(current) = &self.current else { return };
        let usable = self.vars.check().and_then(|()| self.vars.ensure(&current.app.secrets.required, self.report));
        if let Err(failure) = usable {
            self.report.failure(&failure);
            self.report.note("still serving with the secrets as they were before");
            return;
        }
        self.secrets = self.vars.fingerprint();
        match current.serve(self.project, self.vars, &self.secrets) {
            Ok(true) => self.report.good("the secrets changed, reloading"),
            Ok(false) => {}
            Err(failure) => self.report.failure(&failure),
        }
    }

    fn say_what_is_needed(&mut self) {
        let build = self.current.as_ref().map(Whole::mark);
        self.served.needs = build.into_iter().chain([self.state.path().to_owned()]).collect();
    }

    /// Without its folders workerd answers nobody, or loses what it is given.
    fn notice_a_deleted_folder(&mut self) -> Result<()> {
        if self.make_again()? && self.current.is_some() { self.served.restart() } else { Ok(()) }
    }

    /// Makes the folders again that somebody deleted; tells whether there were any. The build is at hand, the data is not.
    fn make_again(&mut self) -> Result<bool> {
        let without_data = !self.state.is_there();
        let without_build = self.current.as_ref().filter(|current| !current.is_there());
        let gone: PathBuf = match without_build {
            _ if without_data => self.state.path().to_owned(),
            Some(current) => current.folder.clone(),
            None => return Ok(false),
        };
        self.report.warn(format_args!("{} was deleted; restarting", gone.display()));
        self.served.stop();
        self.state.renew()?;
        let restored = self.current.as_ref().map_or(Ok(()), Whole::restore);
        if without_data || restored.is_err() {
            // The initial values belong to the data.
            self.work.edited.get_or_insert((Instant::now(), Instant::now()));
        }
        if let Err(failure) = restored {
            self.report.failure(&failure);
            self.current = None;
        }
        Ok(true)
    }
}

impl Work {
    /// Whether there is something to build, and it has been quiet long enough.
    fn is_due(&self) -> bool {
        self.edited.is_some_and(|(first, last)| last.elapsed() > QUIET || first.elapsed() > ENOUGH)
    }
}

fn broken() -> Failure {
    Failure::new("the build thread stopped unexpectedly")
        .help("this is a bug in durably; please report it, with the output above")
}
