//! The server, kept running: whatever ends it, it is started again on the same port and the same data.

use std::io::{BufRead, BufReader, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::relay;
use crate::tools::Tools;
use crate::wrangler::{Dev, DevOptions, Listen, Workerds};
use crate::{Failure, Reporter, Result, interrupt, process};

/// How often it is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// A reload replaces a workerd; on a machine that has much to do it answers again after this long.
const RELOAD: Duration = Duration::from_secs(30);
/// So many failed starts in a row, then only an edit or a person starts it again.
const ATTEMPTS: u32 = 5;

pub(super) struct Served<'a> {
    pub(super) tools: &'a Tools,
    pub(super) report: &'a Reporter,
    pub(super) options: DevOptions,
    /// What has to be there for it to start.
    pub(super) needs: Vec<PathBuf>,
    listen: Listen,
    dev: Option<Dev>,
    /// Whether its lines are shown.
    shown: Arc<AtomicBool>,
    looked: Instant,
    /// Those that were last known to be well.
    workerds: Workerds,
    /// Since when others run, and nobody has answered yet.
    doubt: Option<Instant>,
    failed: u32,
    again: Option<Instant>,
}

impl<'a> Served<'a> {
    pub(super) fn new(tools: &'a Tools, report: &'a Reporter, options: DevOptions, listen: Listen) -> Self {
        let looked = Instant::now();
        Self {
            tools,
            report,
            options,
            needs: Vec::new(),
            listen,
            dev: None,
            shown: Arc::default(),
            looked,
            workerds: Workerds::default(),
            doubt: None,
            failed: 0,
            again: None,
        }
    }

    /// Starts it; an error says why it can't be started at all.
    pub(super) fn start(&mut self) -> Result<()> {
        self.stop();
        // Two workerds on one database damage it.
        process::end_orphans();
        let step = self.report.step("starting workerd", "Cloudflare's own runtime, on this machine");
        // A port of our own choice: so it is known which workerd listens, and it stays the same.
        if self.options.port == 0 {
            self.options.port = free_port(self.listen.ip)?;
        }
        let dev = Dev::start_again(self.tools, &self.options, &self.listen, &self.needs)?;
        step.done();
        self.options.port = address(dev.url()).map_or(self.options.port, |address| address.port());
        (self.workerds, self.doubt, self.failed, self.again) = (dev.workerds(), None, 0, None);
        self.dev = Some(dev);
        Ok(())
    }

    /// Starts it again, and says so if that fails. An error is the wish to end.
    pub(super) fn restart(&mut self) -> Result<()> {
        let Err(failure) = self.start() else {
            self.report.good(format_args!("serving again on {}", self.url()));
            self.relay();
            return Ok(());
        };
        if failure.is_stop() {
            return Err(failure);
        }
        if self.needs.iter().any(|path| !path.exists()) {
            return Ok(()); // the session notices what was deleted, makes it again and comes back
        }
        self.report.failure(&failure);
        self.failed += 1;
        self.again = (self.failed < ATTEMPTS).then(|| Instant::now() + Duration::from_secs(1 << self.failed));
        self.report.note(match self.again {
            Some(_) => "trying again in a moment",
            None => "trying again after the next build",
        });
        Ok(())
    }

    /// From now on its lines are shown.
    pub(super) fn relay(&mut self) {
        self.shown = Arc::new(AtomicBool::new(true));
        if let Some(dev) = &mut self.dev {
            relay::start(dev, &self.shown, self.report);
        }
    }

    pub(super) fn is_up(&self) -> bool {
        self.dev.is_some()
    }

    /// How many starts failed in a row.
    pub(super) fn failed(&self) -> u32 {
        self.failed
    }

    pub(super) fn url(&self) -> &str {
        self.dev.as_ref().map_or("", Dev::url)
    }

    pub(super) fn stop(&mut self) {
        // What its tools have to say about their own end helps nobody.
        self.shown.store(false, Ordering::Relaxed);
        if let Some(dev) = self.dev.take() {
            dev.stop();
        }
    }

    /// Notices that it ended or crashed.
    pub(super) fn look(&mut self) -> Result<()> {
        if self.looked.elapsed() < LOOK {
            return Ok(());
        }
        self.looked = Instant::now();
        let Some(dev) = &mut self.dev else {
            return if self.again.is_some_and(|again| again <= Instant::now()) { self.restart() } else { Ok(()) };
        };
        let trouble = match dev.ended() {
            Some(code) => {
                interrupt::check()?; // Ctrl-C reaches it before us
                Some(format!("wrangler exited (exit code {code})"))
            }
            None => self.crashed().then(|| "workerd crashed".to_owned()),
        };
        if let Some(trouble) = trouble {
            self.report.warn(format_args!("{trouble}; restarting it with the same data"));
            self.restart()?;
        }
        Ok(())
    }

    /// Whether the workerd that listens was replaced, or another one and nobody answers since.
    fn crashed(&mut self) -> bool {
        let Some(dev) = &self.dev else { return false };
        let running = dev.workerds();
        if running == self.workerds {
            return false;
        }
        if self.workerds.listening.is_some() && running.listening != self.workerds.listening {
            return true;
        }
        let since = *self.doubt.get_or_insert_with(Instant::now);
        if ask(self.url()).is_ok() {
            (self.workerds, self.doubt) = (running, None);
        }
        since.elapsed() > RELOAD && self.doubt.is_some()
    }

    /// The build that answers, if one does.
    pub(super) fn build(&self) -> Option<String> {
        ask(self.url()).ok()?
    }
}

fn free_port(ip: IpAddr) -> Result<u16> {
    let port = TcpListener::bind((ip, 0)).and_then(|listener| listener.local_addr());
    let port = port.map_err(|error| Failure::new(format!("cannot find a free port on {ip}")).detail(error))?;
    Ok(port.port())
}

/// The address of `http://127.0.0.1:PORT`.
fn address(url: &str) -> Option<SocketAddr> {
    url.trim_start_matches("http://").to_socket_addrs().ok()?.next()
}

/// The name of the build that serves `/.durably/build`; `None` if whoever answers does not know. An error if nobody answers.
fn ask(url: &str) -> std::io::Result<Option<String>> {
    let Some(address) = address(url) else { return Ok(None) };
    let patience = Duration::from_secs(1);
    let mut stream = TcpStream::connect_timeout(&address, patience)?;
    stream.set_read_timeout(Some(patience))?;
    write!(stream, "GET /.durably/build HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = BufReader::new(stream);
    let mut line = String::new();
    if answer.read_line(&mut line)? == 0 {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    while answer.read_line(&mut line)? > 2 {
        if let Some((name, id)) = line.split_once(':')
            && name.eq_ignore_ascii_case("durably-build-id")
        {
            return Ok(Some(id.trim().to_owned()));
        }
        line.clear();
    }
    Ok(None)
}
