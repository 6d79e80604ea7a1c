//! Output read line by line, always: a program whose pipe is full stands still.

use std::io::{BufRead, BufReader, Read};
use std::process::{ChildStderr, ChildStdout};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// Which of the two streams a line came on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// A line that a program wrote.
#[derive(Debug, Clone)]
pub struct Line {
    /// Where it wrote it.
    pub stream: Stream,
    /// The text, colours included, without the line's end.
    pub text: String,
}

pub(super) fn read(out: Option<ChildStdout>, err: Option<ChildStderr>) -> Receiver<Line> {
    let (lines, receiver) = channel();
    if let Some(out) = out {
        pump(out, Stream::Out, lines.clone());
    }
    if let Some(err) = err {
        pump(err, Stream::Err, lines);
    }
    receiver
}

fn pump(from: impl Read + Send + 'static, stream: Stream, lines: Sender<Line>) {
    thread::spawn(move || {
        let mut from = BufReader::new(from);
        let mut bytes = Vec::new();
        while from.read_until(b'\n', &mut bytes).is_ok_and(|read| read > 0) {
            let text = String::from_utf8_lossy(&bytes).trim_end_matches(['\n', '\r']).to_owned();
            bytes.clear();
            // Nobody listens any more; the program may still write.
            let _ = lines.send(Line { stream, text });
        }
    });
}

/// The text without terminal escapes.
pub(crate) fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}
