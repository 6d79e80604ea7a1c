//! What wrangler and the Worker write, passed on. If nobody reads our output, lines are lost and nothing stands still.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use super::panics::Panics;
use crate::Reporter;
use crate::process::{Line, plain};
use crate::wrangler::Dev;

/// Lines that wait for a slow reader.
const ROOM: usize = 1000;
/// What belongs to one message is written without a pause of this length.
const MOMENT: Duration = Duration::from_millis(200);

/// Shows what was written before it was ready, of that only what somebody has to see, and all that comes while it is `shown`.
pub(super) fn start(dev: &mut Dev, shown: &Arc<AtomicBool>, report: &Reporter) {
    let (early, lines) = dev.take_output();
    early.iter().filter(|line| line.text.contains('[')).for_each(|line| show(line, report));
    let Some(lines) = lines else { return };
    let (sender, receiver) = sync_channel::<Line>(ROOM);
    let (report, shown) = (report.clone(), Arc::clone(shown));
    thread::spawn(move || {
        let show_all = |lines: Vec<Line>| {
            lines.iter().filter(|_| shown.load(Ordering::Relaxed)).for_each(|line| show(line, &report));
        };
        let mut panics = Panics::default();
        loop {
            let wait = if panics.is_open() { MOMENT } else { Duration::MAX };
            match receiver.recv_timeout(wait) {
                Ok(line) => show_all(panics.take(line)),
                Err(RecvTimeoutError::Timeout) => show_all(panics.end()),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        show_all(panics.end());
    });
    thread::spawn(move || {
        for line in lines {
            let _ = sender.try_send(line);
        }
    });
}

fn show(line: &Line, report: &Reporter) {
    if is_noise(&line.text) {
        return;
    }
    let text = line.text.strip_prefix("[wrangler:info] ").unwrap_or(&line.text).to_owned();
    report.pass_on(&Line { text, ..line.clone() });
}

/// wrangler's own news of the server that `dev` tells already, and our own questions.
fn is_noise(text: &str) -> bool {
    let text = plain(text);
    let text = text.trim();
    text.is_empty()
        || text.starts_with('⎔')
        || text.starts_with("[wrangler:info] Ready on")
        || text.contains("GET /.durably/build ")
        || is_inventory(text)
}

/// The table of bindings, which wrangler writes again at every reload.
fn is_inventory(text: &str) -> bool {
    let columns: Vec<&str> = text.split("  ").map(str::trim).filter(|column| !column.is_empty()).collect();
    match columns.as_slice() {
        ["Binding", "Resource", "Mode"] => true,
        [binding, _, "local"] => binding.starts_with("env."),
        [line] => {
            line.starts_with("Using secrets defined in ")
                || *line == "Your Worker has access to the following bindings:"
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_noise;

    #[test]
    fn what_wrangler_repeats_is_noise_and_what_a_worker_writes_is_not() {
        for noise in [
            "Your Worker has access to the following bindings:",
            "Binding                       Resource                  Mode",
            "env.LEDGER (Ledger)           Durable Object            local",
            "[wrangler:info] GET /.durably/build 200 OK (3ms)",
            "⎔ Reloading local server...",
        ] {
            assert!(is_noise(noise), "{noise}");
        }
        for line in ["GET /one 200 OK", "env.LEDGER is missing", "Binding", "a  b  local"] {
            assert!(!is_noise(line), "{line}");
        }
    }
}
