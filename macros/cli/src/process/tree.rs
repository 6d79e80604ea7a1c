//! Who descends from whom among the running processes.

use std::collections::BTreeSet;

use rustix::process::{Pid, Signal, kill_process};

pub(super) const TERM: Signal = Signal::TERM;
pub(super) const KILL: Signal = Signal::KILL;

/// Every living process below `root`, parents before their children.
pub(super) fn below(root: u32) -> Vec<u32> {
    family(root).into_iter().map(|process| process.id).collect()
}

/// The living processes whose parent is `root`.
pub(super) fn children(root: u32) -> Vec<u32> {
    processes().into_iter().filter(|process| process.parent == root).map(|process| process.id).collect()
}

/// The living processes below `root` that have this name.
pub(super) fn named(root: u32, name: &str) -> BTreeSet<u32> {
    family(root).into_iter().filter(|process| process.name == name).map(|process| process.id).collect()
}

/// The arguments of a process, joined by blanks; empty if they can't be known.
pub(super) fn args(id: u32) -> String {
    if let Ok(bytes) = std::fs::read(format!("/proc/{id}/cmdline")) {
        return String::from_utf8_lossy(&bytes).replace('\0', " ");
    }
    super::ask(&super::Spec::new("ps").args(["-o", "args=", "-p", &id.to_string()])).unwrap_or_default()
}

fn family(root: u32) -> Vec<Process> {
    let mut all = processes();
    let mut found: Vec<Process> = Vec::new();
    let mut parents = vec![root];
    while let Some(parent) = parents.pop() {
        let (children, others) = all.into_iter().partition(|process| process.parent == parent && process.id != parent);
        all = others;
        parents.extend(children.iter().map(|process: &Process| process.id));
        found.extend(children);
    }
    found
}

/// Sends a signal to each; one that has ended meanwhile is no error.
pub(super) fn signal(pids: &[u32], signal: Signal) {
    for pid in pids.iter().filter_map(|&pid| i32::try_from(pid).ok()).filter_map(Pid::from_raw) {
        let _ = kill_process(pid, signal);
    }
}

struct Process {
    id: u32,
    parent: u32,
    /// The program's, without its folder.
    name: String,
}

#[cfg(target_os = "linux")]
fn processes() -> Vec<Process> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    entries
        .filter_map(|entry| {
            let id = entry.ok()?.file_name().to_str()?.parse().ok()?;
            let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
            // The name may hold spaces and parentheses; what follows the last one is regular.
            let (name, rest) = stat.rsplit_once(')')?;
            let name = name.split_once('(')?.1.to_owned();
            let mut fields = rest.split_ascii_whitespace();
            let ended = matches!(fields.next()?, "Z" | "X");
            let parent = fields.next()?.parse().ok()?;
            (!ended).then_some(Process { id, parent, name })
        })
        .collect()
}

#[cfg(not(target_os = "linux"))]
fn processes() -> Vec<Process> {
    let Some(table) = super::ask(&super::Spec::new("ps").args(["-axo", "pid=,ppid=,stat=,comm="])) else {
        return Vec::new();
    };
    table
        .lines()
        .filter_map(|line| {
            let mut fields = line.split_ascii_whitespace();
            let (id, parent) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
            let ended = fields.next()?.starts_with('Z');
            let name = fields.next()?.rsplit('/').next()?.to_owned();
            (!ended).then_some(Process { id, parent, name })
        })
        .collect()
}
