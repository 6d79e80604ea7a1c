//! A running `cargo durably dev`, with all that it starts in a process group of its own.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::Random;
use crate::project::Project;

pub(crate) struct Dev {
    child: Child,
    pub(crate) address: String,
    said: Arc<Mutex<String>>,
}

impl Dev {
    /// Starts it; it is ready when this returns.
    pub(crate) fn start(project: &Project) -> Self {
        let target = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it is in the target folder");
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-durably"));
        command.args(["durably", "dev", "--port", "0"]).current_dir(&project.folder).process_group(0);
        command.env("CARGO_TARGET_DIR", target).env("CARGO_NET_OFFLINE", "true");
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let said = Arc::new(Mutex::new(String::new()));
        let (lines, ready) = channel();
        listen(child.stdout.take().expect("it is piped"), Arc::clone(&said), lines.clone());
        listen(child.stderr.take().expect("it is piped"), Arc::clone(&said), lines);
        let mut dev = Self { child, address: String::new(), said };
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
        let from = said.len().saturating_sub(12_000);
        said.get(from..).unwrap_or(&said).to_owned()
    }

    pub(crate) fn assert_alive(&mut self, done: &[String]) {
        if let Some(status) = self.child.try_wait().expect("it can be asked") {
            panic!("after {done:?} it ended with {status}; it said:\n{}", self.said());
        }
    }

    /// Kills one of the processes below it whose arguments hold this text.
    pub(crate) fn kill(&self, text: &str, random: &mut Random) -> &'static str {
        let output = Command::new("ps").args(["-axo", "pid=,pgid=,args="]).output().expect("ps runs");
        let group = self.child.id().to_string();
        let output = String::from_utf8_lossy(&output.stdout).into_owned();
        let found: Vec<&str> = output
            .lines()
            .filter(|line| line.contains(text))
            .filter_map(|line| {
                let mut words = line.split_whitespace();
                let (pid, its_group) = (words.next()?, words.next()?);
                (its_group == group && pid != group).then_some(pid)
            })
            .collect();
        if found.is_empty() {
            return "kill nobody";
        }
        let _ = Command::new("kill").args(["-KILL", found[random.index(found.len())]]).status(); // it may be gone
        if text.contains("workerd") { "kill a workerd" } else { "kill wrangler or its supervisor" }
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-KILL", "--", &format!("-{}", self.child.id())]).status();
        let _ = self.child.wait();
    }
}

fn listen(from: impl Read + Send + 'static, said: Arc<Mutex<String>>, lines: Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            let mut all = said.lock().expect("nobody panicked");
            all.push_str(&line);
            all.push('\n');
            drop(all);
            let _ = lines.send(line); // nobody listens once it is ready
        }
    });
}
