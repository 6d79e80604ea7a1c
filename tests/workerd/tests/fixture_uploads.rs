//! Uploads that nobody reads: slow, silent, endless. Each gets its answer, and the next request finds the Worker well.

#![allow(clippy::panic, reason = "tests")]

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use durably_workerd_tests::fixture::Fixture;
use serde_json::json;

/// What the runtime reads of a body that it does not want: `DRAIN_BYTES` and `DRAIN_MILLIS` in `host.js`.
const DRAINED: u64 = 8 << 20;
const DRAINING: Duration = Duration::from_secs(5);
/// On a machine that compiles meanwhile.
const PATIENCE: Duration = Duration::from_secs(90);
/// What lies in sockets and proxies between a client and the Worker.
const ON_THE_WAY: u64 = 24 << 20;

/// How a client goes on after it sent its headers.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Upload {
    /// Sends nothing, and keeps the connection.
    Silent,
    /// A byte now and then.
    Slow,
    /// As much as the connection takes, without an end.
    Endless,
}

/// The status line's status, how long it took, and how many bytes went out before it. Of an endless upload the platform may
/// cut the connection behind its answer, before the client has read that: `None`.
fn upload(head: &str, how: Upload) -> (Option<u16>, Duration, u64) {
    let address = Fixture::shared().server.url().trim_start_matches("http://").to_owned();
    let stream = TcpStream::connect(&address).unwrap_or_else(|error| panic!("{address}: {error}"));
    let limits = stream.set_read_timeout(Some(PATIENCE)).and_then(|()| stream.set_write_timeout(Some(PATIENCE)));
    let mut writer = limits.and_then(|()| stream.try_clone()).unwrap_or_else(|error| panic!("{error}"));
    let (sent, answered) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let head = format!("{head}\r\nhost: {address}\r\ntransfer-encoding: chunked\r\n\r\n");
    writer.write_all(head.as_bytes()).unwrap_or_else(|error| panic!("the head was not taken: {error}"));
    let began = Instant::now();
    let sender = thread::spawn({
        let (sent, answered) = (sent.clone(), answered.clone());
        move || {
            let chunk = match how {
                Upload::Silent => Vec::new(),
                Upload::Slow => b"1\r\nx\r\n".to_vec(),
                Upload::Endless => [b"10000\r\n".to_vec(), vec![b'x'; 0x10000], b"\r\n".to_vec()].concat(),
            };
            while !answered.load(Ordering::Relaxed) && writer.write_all(&chunk).is_ok() {
                sent.fetch_add(chunk.len() as u64, Ordering::Relaxed);
                if how != Upload::Endless {
                    thread::sleep(Duration::from_millis(100));
                }
            }
        }
    });
    let mut line = String::new();
    let read = BufReader::new(stream.take(4096)).read_line(&mut line);
    let (took, bytes) = (began.elapsed(), sent.load(Ordering::Relaxed));
    answered.store(true, Ordering::Relaxed);
    let _ = sender.join();
    let cut = read.as_ref().is_err_and(|error| error.kind() == ErrorKind::ConnectionReset);
    if how == Upload::Endless && cut {
        return (None, took, bytes);
    }
    assert!(read.is_ok() && !line.is_empty(), "{head} {how:?}: no answer after {took:?} and {bytes} bytes: {read:?}");
    (line.split(' ').nth(1).and_then(|status| status.parse().ok()), took, bytes)
}

const REFUSED: [(&str, u16); 5] = [
    ("POST /nowhere HTTP/1.1", 404),
    ("PUT /quiet HTTP/1.1", 405),
    ("POST /quiet HTTP/1.1", 401),
    ("DELETE /web/echo/a HTTP/1.1", 400),
    ("POST /web/echo/%ff HTTP/1.1", 404),
];

#[test]
fn a_refusal_does_not_wait_for_a_slow_upload() {
    let waiting: Vec<_> = REFUSED
        .iter()
        .flat_map(|(head, status)| [Upload::Silent, Upload::Slow].map(|how| (*head, *status, how)))
        .map(|(head, wanted, how)| thread::spawn(move || (head, wanted, how, upload(head, how))))
        .collect();
    for answer in waiting {
        let (head, wanted, how, (status, took, _)) =
            answer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        assert_eq!(status, Some(wanted), "{head} {how:?}");
        assert!(took < DRAINING * 4, "{head} {how:?}: {took:?}");
    }
    Fixture::shared().server.get("/web/echo/a").send().is(200);
}

#[test]
fn a_refusal_does_not_wait_for_the_end_of_an_endless_upload() {
    for (head, wanted) in REFUSED {
        let (status, took, bytes) = upload(head, Upload::Endless);
        assert!(status.is_none_or(|status| status == wanted), "{head}: {status:?}");
        assert!(took < PATIENCE && bytes < DRAINED + ON_THE_WAY, "{head}: {took:?}, {bytes} bytes");
    }
    Fixture::shared().server.get("/web/echo/a").send().is(200);
}

/// A body that is wanted and over its limit: the rest is read as of one that is not wanted.
#[test]
fn a_body_over_the_limit_is_answered_while_it_goes_on() {
    let (status, took, bytes) = upload("POST /web/echo/a HTTP/1.1", Upload::Endless);
    assert!(status.is_none_or(|status| status == 413), "{status:?}");
    assert!(took < PATIENCE && bytes < DRAINED + ON_THE_WAY, "{took:?}, {bytes} bytes");
}

/// Up to the limit all is read, so that a client which writes first and reads then gets to read.
#[test]
fn eight_mib_are_read_before_a_refusal() {
    let server = &Fixture::shared().server;
    let body = vec![b'x'; usize::try_from(DRAINED).unwrap_or_default() - 1024];
    for _ in 0..3 {
        server.post("/nowhere").body(body.clone()).send().problem(404, "not_found");
        server.request("DELETE", "/web/echo/a").body(body.clone()).send().problem(400, "bad_request");
    }
}

/// A body that is wanted and does not come.
#[test]
fn a_body_that_stops_is_not_waited_for_without_end() {
    let silent = thread::spawn(|| upload("POST /web/echo/a HTTP/1.1", Upload::Silent));
    let (status, took, _) = silent.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    assert_eq!(status, Some(408), "{took:?}");
    assert_eq!(Fixture::shared().server.post("/web/echo/a").json(&json!({})).send().is(200).json()[0], "a");
}
