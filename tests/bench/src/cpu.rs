//! Time on the processor: steadier than the time that passed.

use std::fs;

/// Seconds that workerd, started below this process, has been on a processor. `None` where `/proc` does not tell.
pub(crate) fn seconds() -> Option<f64> {
    let process = workerd()?;
    let tasks = fs::read_dir(format!("/proc/{process}/task")).ok()?;
    let spent = tasks.filter_map(|task| {
        let text = fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<u64>().ok()
    });
    #[expect(clippy::cast_precision_loss, reason = "nanoseconds of some minutes")]
    let nanoseconds = spent.sum::<u64>() as f64;
    Some(nanoseconds / 1e9)
}

fn workerd() -> Option<u32> {
    let all = fs::read_dir("/proc").ok()?;
    let processes = all.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    processes.filter(|process| name(*process).as_deref() == Some("workerd")).find(|process| is_ours(*process))
}

fn name(process: u32) -> Option<String> {
    fs::read_to_string(format!("/proc/{process}/comm")).ok().map(|name| name.trim().to_owned())
}

fn is_ours(mut process: u32) -> bool {
    while process > 1 {
        if process == std::process::id() {
            return true;
        }
        let Ok(status) = fs::read_to_string(format!("/proc/{process}/status")) else { return false };
        let parent = status.lines().find_map(|line| line.strip_prefix("PPid:"));
        process = parent.and_then(|parent| parent.trim().parse().ok()).unwrap_or(0);
    }
    false
}
