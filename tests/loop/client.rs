//! Who uses the application all the time: writes that are counted, and questions whose answers have to fit together.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// What was seen.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Writes that were answered with success.
    pub(crate) acknowledged: Mutex<Vec<i64>>,
    /// Answers that no whole build gives.
    pub(crate) odd: Mutex<Vec<String>>,
    stop: AtomicBool,
}

impl Seen {
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Puts one value after the other.
    pub(crate) fn write(&self, address: &str) {
        let mut value = 0;
        while !self.stop.load(Ordering::Relaxed) {
            value += 1;
            match request(address, "POST", &format!("/put/{value}")) {
                Ok((200, _)) => self.acknowledged.lock().expect("nobody panicked").push(value),
                Ok(answer) => self.judge("/put", &answer),
                Err(_) => {} // nobody is there for a moment
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Asks what build it is.
    pub(crate) fn read(&self, address: &str) {
        while !self.stop.load(Ordering::Relaxed) {
            match request(address, "GET", "/said") {
                Ok((200, body)) => {
                    let said: Value = serde_json::from_str(&body).unwrap_or_default();
                    if said["code"].is_null() || said["code"] != said["of_object"] {
                        self.odd.lock().expect("nobody panicked").push(format!("/said answered {body}"));
                    }
                }
                Ok(answer) => self.judge("/said", &answer),
                Err(_) => {}
            }
            thread::sleep(Duration::from_millis(30));
        }
    }

    /// 503 says that an instance is being replaced. For a workerd that was killed wrangler's proxy answers, with a trace of
    /// its own. Nothing else is in order.
    fn judge(&self, what: &str, (status, body): &(u16, String)) {
        if *status != 503 && !body.contains("miniflare/dist/src/workers/core/entry.worker.js") {
            self.odd.lock().expect("nobody panicked").push(format!("{what} answered {status} {body}"));
        }
    }
}

/// The head of an answer.
pub(crate) fn head(address: &str, path: &str) -> io::Result<String> {
    let answer = whole(address, "GET", path)?;
    Ok(answer.split("\r\n\r\n").next().unwrap_or_default().to_owned())
}

/// A request and its answer: status and body.
pub(crate) fn request(address: &str, method: &str, path: &str) -> io::Result<(u16, String)> {
    let answer = whole(address, method, path)?;
    let cut = || io::Error::from(io::ErrorKind::UnexpectedEof);
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(cut)?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(cut)?;
    let head = head.to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    if length.is_some_and(|length| body.len() < length) {
        return Err(cut()); // who answered was killed in between
    }
    let body =
        if head.contains("transfer-encoding: chunked") { unchunked(body).ok_or_else(cut)? } else { body.to_owned() };
    Ok((status, body))
}

fn whole(address: &str, method: &str, path: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    write!(stream, "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// The text of chunks; `None` if the last one is missing.
fn unchunked(mut chunks: &str) -> Option<String> {
    let mut text = String::new();
    loop {
        let (length, rest) = chunks.split_once("\r\n")?;
        let length = usize::from_str_radix(length.trim(), 16).ok()?;
        if length == 0 {
            return Some(text);
        }
        text.push_str(rest.get(..length)?);
        chunks = rest.get(length + 2..)?;
    }
}

/// Every value that the ledger holds.
pub(crate) fn stored(address: &str) -> Vec<i64> {
    let (mut all, mut after) = (Vec::new(), 0);
    loop {
        let (status, body) = request(address, "GET", &format!("/page/{after}")).expect("it answers");
        assert_eq!(status, 200, "{body}");
        let page: Value = serde_json::from_str(&body).expect("it is JSON");
        all.extend(page["values"].as_array().expect("a list").iter().filter_map(Value::as_i64));
        match page["next"].as_i64() {
            Some(next) => after = next,
            None => return all,
        }
    }
}
