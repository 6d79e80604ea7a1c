//! Colours. They are written always and taken out by `anstream` where nobody can see them.

use anstyle::{AnsiColor, Style};

pub(super) const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(super) const LOUD: Style = Style::new().bold();
pub(super) const DIM: Style = Style::new().dimmed();
