//! Single keys, where standard input is a terminal that listens to us. Ctrl-C stays what it is.

use std::io::{IsTerminal, Read, stdin};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use rustix::process::getpgrp;
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcgetpgrp, tcsetattr};

/// The terminal, without echo and without waiting for the end of a line; as it was when dropped.
pub(super) struct Keys {
    before: Termios,
    pressed: Receiver<u8>,
}

impl Keys {
    /// `None` where there is no terminal, or we are in its background.
    pub(super) fn listen() -> Option<Self> {
        if !stdin().is_terminal() || tcgetpgrp(stdin()).is_ok_and(|group| group != getpgrp()) {
            return None;
        }
        let before = tcgetattr(stdin()).ok()?;
        let mut now = before.clone();
        now.local_modes &= !(LocalModes::ICANON | LocalModes::ECHO);
        now.special_codes[SpecialCodeIndex::VMIN] = 1;
        now.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(stdin(), OptionalActions::Now, &now).ok()?;
        let (sender, pressed) = channel();
        thread::spawn(move || {
            for key in stdin().lock().bytes().map_while(Result::ok) {
                if sender.send(key).is_err() {
                    break;
                }
            }
        });
        Some(Self { before, pressed })
    }

    /// A key that was pressed since the last call.
    pub(super) fn pressed(&self) -> Option<char> {
        self.pressed.try_recv().ok().map(|key| char::from(key).to_ascii_lowercase())
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        let _ = tcsetattr(stdin(), OptionalActions::Now, &self.before);
    }
}
