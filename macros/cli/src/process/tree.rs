//! Who descends from whom among the running processes.

use rustix::process::{Pid, Signal, kill_process};

pub(super) const TERM: Signal = Signal::TERM;
pub(super) const KILL: Signal = Signal::KILL;

/// Every living process below `root`, parents before their children.
pub(super) fn below(root: u32) -> Vec<u32> {
    let all = processes();
    let mut found = vec![root];
    let mut next = 0;
    while let Some(&parent) = found.get(next) {
        let children = all.iter().filter(|process| process.parent == parent && process.id != parent);
        let children: Vec<u32> = children.map(|process| process.id).filter(|id| !found.contains(id)).collect();
        found.extend(children);
        next += 1;
    }
    found.split_off(1)
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
}

#[cfg(target_os = "linux")]
fn processes() -> Vec<Process> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    entries
        .filter_map(|entry| {
            let id = entry.ok()?.file_name().to_str()?.parse().ok()?;
            let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
            // The name may hold spaces and parentheses; what follows the last one is regular.
            let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace();
            let ended = matches!(fields.next()?, "Z" | "X");
            let parent = fields.next()?.parse().ok()?;
            (!ended).then_some(Process { id, parent })
        })
        .collect()
}

#[cfg(not(target_os = "linux"))]
fn processes() -> Vec<Process> {
    let Some(table) = super::ask(&super::Spec::new("ps").args(["-axo", "pid=,ppid=,stat="])) else {
        return Vec::new();
    };
    table
        .lines()
        .filter_map(|line| {
            let mut fields = line.split_ascii_whitespace();
            let (id, parent) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
            (!fields.next()?.starts_with('Z')).then_some(Process { id, parent })
        })
        .collect()
}
