//! What wrangler and the Worker write, passed on. If nobody reads our output, lines are lost and nothing stands still.

use std::io::Write;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use crate::process::{Line, Stream, plain};

/// Lines that wait for a slow reader.
const ROOM: usize = 1000;

pub(super) fn start(lines: Receiver<Line>) {
    let (sender, receiver) = sync_channel::<Line>(ROOM);
    thread::spawn(move || receiver.iter().for_each(|line| show(&line)));
    thread::spawn(move || {
        for line in lines {
            let _ = sender.try_send(line);
        }
    });
}

pub(super) fn show(line: &Line) {
    if is_noise(&line.text) {
        return;
    }
    let text = line.text.strip_prefix("[wrangler:info] ").unwrap_or(&line.text);
    let _ = match line.stream {
        Stream::Out => writeln!(anstream::stdout(), "{text}"),
        Stream::Err => writeln!(anstream::stderr(), "{text}"),
    };
}

/// wrangler's own news of the server that `dev` tells already.
fn is_noise(text: &str) -> bool {
    let text = plain(text);
    let text = text.trim();
    text.is_empty() || text.starts_with('⎔') || text.starts_with("[wrangler:info] Ready on")
}
