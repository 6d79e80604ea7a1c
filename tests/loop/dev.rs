//! A running `cargo durably dev`, with all that it starts in a process group of its own.

use std::fmt::Write;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::Random;
use crate::moments::Moments;
use crate::project::Project;

/// Beside `.durably`, which is deleted now and then, and in the package, whose files are watched.
const DATA: &str = "data";

pub(crate) struct Dev {
    child: Child,
    pub(crate) address: String,
    said: Arc<Mutex<String>>,
    pub(crate) moments: Moments,
}

impl Dev {
    /// Starts it on a free port; it is ready when this returns.
    pub(crate) fn start(project: &Project, moments: &Moments) -> Self {
        Self::start_on(project, "0", moments)
    }

    fn start_on(project: &Project, port: &str, moments: &Moments) -> Self {
        let target = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it is in the target folder");
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-durably"));
        command
            .args(["durably", "dev", "--port", port, "--persist-to", DATA])
            .current_dir(&project.folder)
            .process_group(0);
        command.env("CARGO_TARGET_DIR", target).env("CARGO_NET_OFFLINE", "true");
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let said = Arc::new(Mutex::new(String::new()));
        let (lines, ready) = channel();
        let ear = Ear { said: Arc::clone(&said), moments: moments.clone(), lines };
        listen(child.stdout.take().expect("it is piped"), ear.clone());
        listen(child.stderr.take().expect("it is piped"), ear);
        let mut dev = Self { child, address: String::new(), said, moments: moments.clone() };
        dev.address = dev.wait_until_ready(&ready);
        dev
    }

    fn wait_until_ready(&mut self, lines: &Receiver<String>) -> String {
        let deadline = Instant::now() + Duration::from_mins(9);
        while let Ok(line) = lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            assert!(!line.contains("waiting for an edit"), "its first build failed:\n{}", self.said());
            if let Some((_, rest)) = line.split_once("ready on http://") {
                return rest.split(' ').next().expect("there is a first").to_owned();
            }
        }
        panic!("it did not get ready:\n{}", self.said());
    }

    pub(crate) fn said(&self) -> String {
        let said = self.said.lock().expect("nobody panicked");
        let from = said.len().saturating_sub(40_000);
        said.get(from..).unwrap_or(&said).to_owned()
    }

    pub(crate) fn assert_alive(&mut self, done: &[String]) {
        if let Some(status) = self.child.try_wait().expect("it can be asked") {
            panic!("after {done:?} it ended with {status}; it said:\n{}", self.said());
        }
    }

    /// Kills one of the processes below it whose arguments hold this text.
    pub(crate) fn kill(&self, text: &str, random: &mut Random) -> &'static str {
        let found: Vec<Process> = self.below().into_iter().filter(|process| process.args.contains(text)).collect();
        if found.is_empty() {
            return "kill nobody";
        }
        self.moments.disturbed();
        let _ = Command::new("kill").args(["-KILL", &found[random.index(found.len())].pid]).status(); // it may be gone
        if text.contains("workerd") { "kill a workerd" } else { "kill wrangler or its supervisor" }
    }

    /// Kills it alone, and starts it again at the same address: nobody of the first one may be left, and its lock is free.
    pub(crate) fn kill_and_start_again(&mut self, project: &Project) {
        self.moments.disturbed();
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
        let deadline = Instant::now() + Duration::from_secs(20);
        while !self.below().is_empty() {
            assert!(Instant::now() < deadline, "`dev` was killed and left {:#?}", self.below());
            thread::sleep(Duration::from_millis(50));
        }
        let port = self.address.rsplit(':').next().unwrap_or("0").to_owned();
        let before = self.address.clone();
        *self = Self::start_on(project, &port, &self.moments);
        assert_eq!(self.address, before);
        self.moments.disturbed();
    }

    /// The other processes of its group.
    fn below(&self) -> Vec<Process> {
        let output = Command::new("ps").args(["-axo", "pid=,pgid=,stat=,args="]).output().expect("ps runs");
        let group = self.child.id().to_string();
        let parse = |line: &str| {
            let mut words = line.split_whitespace();
            let (pid, its_group, state) = (words.next()?, words.next()?, words.next()?);
            let lives = its_group == group && pid != group && !state.starts_with('Z');
            lives.then(|| Process { pid: pid.to_owned(), args: words.collect::<Vec<_>>().join(" ") })
        };
        String::from_utf8_lossy(&output.stdout).lines().filter_map(parse).collect()
    }
}

#[derive(Debug)]
struct Process {
    pid: String,
    args: String,
}

impl Drop for Dev {
    fn drop(&mut self) {
        let group = format!("-{}", self.child.id());
        // Usually somebody is left; not after it was killed alone.
        let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        let _ = self.child.wait();
    }
}

/// Whom its lines are told.
#[derive(Clone)]
struct Ear {
    said: Arc<Mutex<String>>,
    moments: Moments,
    lines: Sender<String>,
}

fn listen(from: impl Read + Send + 'static, ear: Ear) {
    thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            ear.moments.heard(&line);
            let mut all = ear.said.lock().expect("nobody panicked");
            let _ = writeln!(all, "{} {line}", ear.moments.now()); // a String takes everything
            drop(all);
            let _ = ear.lines.send(line); // nobody listens once it is ready
        }
    });
}
