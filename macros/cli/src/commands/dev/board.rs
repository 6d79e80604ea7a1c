//! Where the Worker that is served asks how the builds after it went: an HTTP server on this machine with one answer.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use serde_json::json;

use crate::process::plain;
use crate::{Failure, Result};

#[derive(Debug, Clone)]
pub(super) struct Board {
    why: Arc<Mutex<Option<String>>>,
    address: String,
}

impl Board {
    pub(super) fn start() -> Result<Self> {
        let trouble = |error| {
            Failure::new("cannot listen on 127.0.0.1").detail(error).help("check that the loopback interface is up")
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(trouble)?;
        let address = format!("http://{}/", listener.local_addr().map_err(trouble)?);
        let board = Self { why: Arc::default(), address };
        let shown = board.clone();
        thread::spawn(move || {
            for visitor in listener.incoming().flatten() {
                // One that says nothing must not keep others waiting for long.
                let _ = visitor.set_read_timeout(Some(Duration::from_millis(500)));
                let _ = shown.answer(visitor);
            }
        });
        Ok(board)
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// The newest build failed, and this is why.
    pub(super) fn failed(&self, failure: &Failure) {
        let text = if failure.shown.is_empty() { failure.to_string() } else { failure.shown.clone() };
        *self.why.lock().unwrap_or_else(PoisonError::into_inner) = Some(plain(&text));
    }

    /// The newest build is the one that is served.
    pub(super) fn clear(&self) {
        *self.why.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn answer(&self, visitor: TcpStream) -> std::io::Result<()> {
        let mut visitor = BufReader::new(visitor);
        let mut line = String::new();
        while visitor.read_line(&mut line)? > 2 {
            line.clear();
        }
        let body = json!({ "why": *self.why.lock().unwrap_or_else(PoisonError::into_inner) }).to_string();
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close";
        write!(visitor.get_mut(), "{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
    }
}
