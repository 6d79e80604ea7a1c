//! The process that ends a program when we are gone.
//!
//! It is this binary, started with a reserved command. Its standard input is a pipe whose other end only we hold:
//! a byte on it asks for a gentle end, its closing says that we were killed. On Linux orphans below it become its
//! children, so that nothing slips away, and the program is told by the kernel should the supervisor itself be killed.

use std::collections::BTreeSet;
use std::env;
use std::ffi::OsString;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::{GRACE, code, tree};
use crate::{Failure, interrupt};

/// The reserved command, followed by a program and its arguments.
pub(crate) const COMMAND: &str = "__supervise";
/// The reserved command that ties a program's life to its parent's, then becomes it.
pub(crate) const TIED: &str = "__tied";
/// The byte that asks for a gentle end.
pub(super) const GENTLY: &[u8] = b"q";

const RUNNING: u8 = 0;
const ASKED: u8 = 1;
const ORPHANED: u8 = 2;
const TICK: Duration = Duration::from_millis(30);

/// The binary that can be a supervisor: ourselves, or where a test is running the command of the same build.
pub(super) fn find() -> Option<PathBuf> {
    let own = env::current_exe().ok()?;
    if own.file_name()?.to_string_lossy().starts_with("cargo-durably") {
        // A build that runs meanwhile may replace the file; the link still leads to what is running.
        let link = PathBuf::from("/proc/self/exe");
        return Some(if link.exists() { link } else { own });
    }
    let told = env::var_os("DURABLY_BIN").map(PathBuf::from);
    let built = own.ancestors().skip(1).take(2).map(|folder| folder.join("cargo-durably"));
    told.into_iter().chain(built).find(|path| path.is_file())
}

/// Runs a program until it ends, we are asked to end it, or the one who asked for it is gone.
pub(crate) fn supervise(program: &OsString, args: &[OsString]) -> u8 {
    interrupt::install_patient();
    super::adopt_orphans();
    let lead = watch_lead();
    let mut child = match start(program, args) {
        Ok(child) => child,
        Err(failure) => {
            crate::Reporter::new().failure(&failure);
            return 127;
        }
    };
    let code = watch(&mut child, &lead);
    reap();
    u8::try_from(code).unwrap_or(1)
}

fn watch(child: &mut Child, lead: &AtomicU8) -> i32 {
    let mut known = Known::default();
    let mut asked: Option<Instant> = None;
    loop {
        if let Ok(Some(status)) = child.try_wait() {
            known.end();
            return code(status);
        }
        known.look(child.id());
        let state = lead.load(Ordering::Relaxed);
        // Whoever held the lead was killed: there is nobody to be gentle for, and the port is wanted back.
        if state == ORPHANED || asked.is_some_and(|since| since.elapsed() > GRACE) {
            return end(child, &mut known);
        }
        if asked.is_none() && (state == ASKED || interrupt::signal().is_some()) {
            asked = Some(Instant::now());
            tree::signal(&[child.id()], tree::TERM);
        }
        thread::sleep(TICK);
    }
}

fn end(child: &mut Child, known: &mut Known) -> i32 {
    known.look_now(child.id());
    tree::signal(&[child.id()], tree::KILL);
    known.end();
    child.wait().map_or(1, code)
}

/// Takes note of the end of the orphans that became our children, so that they are gone before we are.
fn reap() {
    use rustix::process::{WaitOptions, wait};
    let deadline = Instant::now() + Duration::from_secs(1);
    while Instant::now() < deadline {
        match wait(WaitOptions::NOHANG) {
            Ok(Some(_)) => {}
            Ok(None) => thread::sleep(Duration::from_millis(2)),
            Err(_) => return, // nobody is left
        }
    }
}

/// Every process below the supervisor, orphans included where the system hands them to us.
fn everything() -> Vec<u32> {
    tree::below(std::process::id())
}

/// The program's descendants as last seen: without a subreaper an orphan can't be found any more.
#[derive(Default)]
struct Known {
    pids: BTreeSet<u32>,
    looked: Option<Instant>,
}

impl Known {
    fn look(&mut self, root: u32) {
        let due = self.looked.is_none_or(|looked| looked.elapsed() > Duration::from_secs(1));
        if due && cfg!(not(target_os = "linux")) {
            self.look_now(root);
        }
    }

    fn look_now(&mut self, root: u32) {
        self.looked = Some(Instant::now());
        self.pids = tree::below(root).into_iter().collect();
    }

    fn end(&mut self) {
        tree::signal(&self.pids.iter().copied().collect::<Vec<_>>(), tree::KILL);
        // Those that were being started while we looked.
        for _ in 0..5 {
            let left = everything();
            if left.is_empty() {
                break;
            }
            tree::signal(&left, tree::KILL);
            thread::sleep(Duration::from_millis(10));
        }
    }
}

fn watch_lead() -> Arc<AtomicU8> {
    let state = Arc::new(AtomicU8::new(RUNNING));
    let told = Arc::clone(&state);
    thread::spawn(move || {
        let asked = std::io::stdin().lock().read(&mut [0_u8; 1]).is_ok_and(|read| read > 0);
        told.store(if asked { ASKED } else { ORPHANED }, Ordering::Relaxed);
    });
    state
}

fn start(program: &OsString, args: &[OsString]) -> Result<Child, Failure> {
    let own = find().filter(|_| cfg!(target_os = "linux"));
    let mut command = Command::new(own.as_deref().unwrap_or(program.as_ref()));
    if own.is_some() {
        command.arg(TIED).arg(std::process::id().to_string()).arg(program);
    }
    command.args(args).stdin(Stdio::null());
    command.spawn().map_err(|error| super::Spec::new(program).not_started(&error))
}

/// Asks the kernel to end this process with its parent, then becomes the program. Returns only if that fails.
#[cfg(target_os = "linux")]
pub(crate) fn become_tied(parent: u32, program: &OsString, args: &[OsString]) -> Failure {
    use std::os::unix::process::CommandExt;
    let _ = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::TERM));
    if std::os::unix::process::parent_id() != parent {
        return Failure::stopped(15);
    }
    let error = Command::new(program).args(args).exec();
    super::Spec::new(program).not_started(&error)
}
