//! The commands, one file each.

mod args;
mod build;
mod dev;
mod doctor;
mod test;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use self::args::{Args, Command};
use crate::process::{self, supervisor};
use crate::{Failure, Reporter, Result, interrupt};

/// Runs the command that this process was started with.
pub fn main() -> ExitCode {
    let mut words: Vec<OsString> = std::env::args_os().collect();
    // As an installed subcommand cargo calls us `cargo-durably durably dev`, through the alias `cargo-durably dev`.
    if words.get(1).is_some_and(|word| word == "durably") {
        words.remove(1);
    }
    if let Some(code) = reserved(&words) {
        return code;
    }
    let args = Args::parse_from(words);
    interrupt::install();
    let report = match () {
        () if args.is_for_machines() => Reporter::quiet(),
        () if args.tells_json() => Reporter::json(),
        () => Reporter::new(),
    };
    process::adopt_orphans(); // should a supervisor be killed, what it watched falls to us
    let result = run(&args, &report);
    process::end_all();
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !failure.is_stop() && !failure.what.is_empty() {
                let report = if args.tells_json() { report } else { Reporter::new() };
                report.failure(&failure);
            }
            ExitCode::from(failure.code)
        }
    }
}

fn run(args: &Args, report: &Reporter) -> Result<()> {
    let project = || crate::Project::find(args.project.as_deref());
    match &args.command {
        Command::Dev(dev) => dev::run(&project()?, dev, report),
        Command::Build(build) => build::run(&project()?, build, report),
        Command::Test(test) => test::run(&project()?, test, report),
        Command::Doctor(doctor) => doctor::run(project().ok().as_ref(), doctor, report),
        Command::Completions(completions) => {
            // In memory first: a reader that goes away is no reason to panic.
            let mut script = Vec::new();
            clap_complete::generate(completions.shell, &mut Args::command(), "cargo-durably", &mut script);
            report.answer(String::from_utf8_lossy(&script));
            Ok(())
        }
    }
}

/// The commands that this binary gives itself; see [`supervisor`].
fn reserved(words: &[OsString]) -> Option<ExitCode> {
    let (command, rest) = words.get(1..)?.split_first()?;
    if command == supervisor::COMMAND {
        let (program, args) = rest.split_first()?;
        return Some(ExitCode::from(supervisor::supervise(program, args)));
    }
    #[cfg(target_os = "linux")]
    if command == supervisor::TIED {
        let [parent, program, args @ ..] = rest else { return None };
        let parent = parent.to_str()?.parse().ok()?;
        let failure = supervisor::become_tied(parent, program, args);
        Reporter::new().failure(&failure);
        return Some(ExitCode::from(127));
    }
    None
}

/// Several failures as one: each in full, the count at the end.
fn all(what: &str, failures: Vec<Failure>, report: &Reporter) -> Result<()> {
    let count = failures.len();
    if count == 0 {
        return Ok(());
    }
    for failure in failures {
        report.failure(&failure);
    }
    Err(Failure::new(format!("{what}: {count} {}", if count == 1 { "problem" } else { "problems" })))
}
