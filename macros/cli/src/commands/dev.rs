//! `cargo durably dev`.
//!
//! A builder, a server and a watch, and between them this loop. It never waits for the builder: while something is being
//! built the server is looked after, and whatever fails is told and tried again after the next edit.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Instant;

use self::board::Board;
use self::builder::Builder;
use self::keys::Keys;
use self::place::Place;
use self::served::Served;
use self::session::{Session, Work};
use self::watch::Watch;
use super::args::{Dev as Args, LogLevel};
use crate::dotenv::DevVars;
use crate::failure::At;
use crate::lock::{self, Lock};
use crate::tools::{Tools, cache};
use crate::wrangler::{DevOptions, Listen, check_port};
use crate::{Failure, Project, Reporter, Result, files, git};

mod board;
mod browser;
mod builder;
mod fresh;
mod keys;
mod panics;
mod place;
mod relay;
mod served;
mod session;
mod watch;

pub(super) fn run(project: &Project, args: &Args, report: &Reporter) -> Result<()> {
    // What can be known at once is said at once, before minutes of work.
    check_port(args.ip, args.port)?;
    let vars = DevVars::new(project.root(), &args.env);
    vars.check()?;
    let state = state_folder(project, args)?;
    let _lock = own(&state)?;
    if args.fresh {
        fresh::empty(&state, report)?;
    }
    let tools = Tools::ensure(project, report)?;
    git::keep_out(project.root(), &project.served(), crate::project::SERVED, report)?;
    let board = Board::start()?;
    let address = board.address().to_owned();
    let builder = Builder { project, args, report, tools: &tools, vars: &vars, state: state.clone(), board: address };
    let options = DevOptions {
        folder: project.root().to_owned(),
        config: project.served(),
        environment: Some(args.env.clone()),
        port: args.port,
        state: state.clone(),
        extra: extra(args),
    };
    let listen = Listen { ip: args.ip, inspector_port: args.inspector_port };
    let served = Served::new(&tools, report, options, listen);
    thread::scope(|scope| {
        let (orders, ordered) = channel::<()>();
        let (done, made) = channel();
        scope.spawn(move || {
            for () in ordered {
                if done.send(builder.build()).is_err() {
                    break; // nobody waits for it any more
                }
            }
        });
        let mut session = Session {
            project,
            args,
            report,
            vars: &vars,
            board,
            served,
            watch: Watch::new(project, &state),
            work: Work { orders, made, building: false, failed: false, edited: None },
            state: Place::of(state),
            looked: Instant::now(),
            current: None,
            previous: None,
            secrets: vars.fingerprint(),
            awaited: None,
            asked: Instant::now(),
            greeted: false,
            keys: Keys::listen(),
        };
        let result = session.stay();
        session.served.stop();
        let _ = fs::remove_file(project.served());
        result
    })
}

/// What wrangler is told beside where and what to serve.
fn extra(args: &Args) -> Vec<String> {
    let mut extra: Vec<String> = args.vars.iter().flat_map(|var| ["--var".to_owned(), var.clone()]).collect();
    if args.log_level != LogLevel::Log {
        extra.extend(["--log-level".to_owned(), args.log_level.name()]);
    }
    extra
}

fn state_folder(project: &Project, args: &Args) -> Result<PathBuf> {
    let state = args.persist_to.clone().unwrap_or_else(|| project.state());
    fs::create_dir_all(&state).at("create", &state)?;
    state.canonicalize().at("find", &state)
}

/// Two workerds on the same databases damage each other's data. The lock is not in the folder that it guards: deleted with
/// it, it would let a second one in.
fn own(state: &Path) -> Result<Lock> {
    let name = format!("dev-{:016x}.lock", files::fingerprint(state.as_os_str().as_encoded_bytes()));
    let path = cache()?.join("locks").join(name);
    let lock = lock::attempt(&path)?.map(|lock| lock.with_its_file(path));
    lock.ok_or_else(|| {
        Failure::new("another `cargo durably dev` is using this data")
            .detail(state.display())
            .help("stop that one, or use other data with --persist-to DIR")
    })
}
