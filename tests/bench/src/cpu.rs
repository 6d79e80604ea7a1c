//! Time on the processor: steadier than the time that passed.

use std::fs;

/// Seconds that every workerd below this process has been on a processor: wrangler runs one for its own proxy beside that of
/// the Workers. `None` where `/proc` does not tell.
pub(crate) fn seconds() -> Option<f64> {
    let all = fs::read_dir("/proc").ok()?;
    let processes = all.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    let ours = processes.filter(|process| name(*process).as_deref() == Some("workerd") && is_ours(*process));
    let spent: u64 = ours.filter_map(spent).sum();
    #[expect(clippy::cast_precision_loss, reason = "nanoseconds of some minutes")]
    let nanoseconds = spent as f64;
    (spent > 0).then_some(nanoseconds / 1e9)
}

/// Nanoseconds of all its threads.
fn spent(process: u32) -> Option<u64> {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).ok()?;
    let thread = |text: String| text.split(' ').next()?.parse::<u64>().ok();
    Some(tasks.filter_map(|task| thread(fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?)).sum())
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
