//! A fenced block of Rust in Markdown.

/// Languages that are not compiled here. A name that is not listed is a slip of the pen.
const OTHERS: &[&str] = &["console", "js", "json", "sh", "sql", "text", "toml", "ts"];

/// One example.
#[derive(Debug, Clone)]
pub(crate) struct Fence {
    /// The file that it stands in, below the repository.
    pub(crate) file: String,
    /// The line of its first line of code there.
    pub(crate) line: usize,
    /// The code, with the lines that rustdoc hides.
    pub(crate) code: String,
    /// Marked `compile_fail`: it must be refused.
    pub(crate) refused: bool,
    /// Marked `no_run`: it is compiled and no more.
    pub(crate) still: bool,
}

impl Fence {
    /// Where a line of the code, counted from 1, stands.
    pub(crate) fn place(&self, line: usize) -> String {
        format!("{}:{}", self.file, self.line + line - 1)
    }
}

/// The Rust fences of a Markdown text, given line by line with the numbers of the lines.
pub(crate) fn of_markdown(file: &str, lines: &[(usize, String)]) -> Vec<Fence> {
    let mut fences = Vec::new();
    let mut lines = lines.iter();
    while let Some((number, line)) = lines.next() {
        let Some((mark, info)) = opening(line) else { continue };
        let indent = line.len() - line.trim_start().len();
        let mut code = Vec::new();
        loop {
            let Some((_, line)) = lines.next() else { panic!("{file}:{number}: a fence without an end") };
            if line.trim() == mark {
                break;
            }
            code.push(shown(line.get(indent..).unwrap_or_default()));
        }
        let place = format!("{file}:{number}");
        if let Some(Flags { refused, still }) = flags(&place, info) {
            let code = code.join("\n") + "\n";
            fences.push(Fence { file: file.to_owned(), line: number + 1, code, refused, still });
        }
    }
    fences
}

/// The backticks that open a fence, and what follows them.
fn opening(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    let info = line.trim_start_matches('`');
    let mark = &line[..line.len() - info.len()];
    (mark.len() >= 3).then_some((mark, info))
}

struct Flags {
    refused: bool,
    still: bool,
}

/// What a fence says of itself; `None` if it is of another language.
fn flags(place: &str, info: &str) -> Option<Flags> {
    let mut flags = Flags { refused: false, still: false };
    for word in info.split([',', ' ']).filter(|word| !word.is_empty()) {
        match word {
            "rust" => {}
            "compile_fail" => flags.refused = true,
            "ignore" => panic!("{place}: an ignored example goes stale: let it compile, or mark it `text`"),
            "no_run" => flags.still = true,
            word if OTHERS.contains(&word) => return None,
            word => panic!("{place}: `{word}` is neither a language nor a flag that is known here"),
        }
    }
    Some(flags)
}

/// The line as it is compiled: rustdoc hides those that begin with `# `.
fn shown(line: &str) -> String {
    let text = line.trim_start();
    let indent = &line[..line.len() - text.len()];
    match text.strip_prefix('#') {
        Some("") => String::new(),
        Some(rest) if rest.starts_with([' ', '#']) => format!("{indent}{}", rest.strip_prefix(' ').unwrap_or(rest)),
        _ => line.to_owned(),
    }
}
