//! The user's browser.

use crate::process::{Spec, ask};
use crate::{Failure, Result};

pub(super) fn open(url: &str) -> Result<()> {
    let named = std::env::var("BROWSER").ok().filter(|name| !name.is_empty());
    let usual = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let program = named.as_deref().unwrap_or(usual);
    match ask(&Spec::new(program).arg(url)) {
        Some(_) => Ok(()),
        None => Err(Failure::new(format!("{program} could not open {url}"))
            .help("open it yourself, or set BROWSER to the program to use")),
    }
}
