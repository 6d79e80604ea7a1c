//! `.dev.vars`: the secrets of local development, made once and then the developer's own.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::failure::At;
use crate::{Failure, Reporter, Result, files, git};

const HEAD: &str =
    "# Secrets of local development, made by `cargo durably dev`. Change them as you like; never commit them.\n";

/// The file of secrets that wrangler reads for an environment.
#[derive(Debug, Clone)]
pub(crate) struct DevVars {
    folder: PathBuf,
    environment: String,
}

impl DevVars {
    pub(crate) fn new(folder: &Path, environment: &str) -> Self {
        Self { folder: folder.to_owned(), environment: environment.to_owned() }
    }

    pub(crate) fn environment(&self) -> &str {
        &self.environment
    }

    /// wrangler reads one of the two, never both.
    fn path(&self) -> PathBuf {
        let [own, shared] = self.candidates();
        if own.is_file() { own } else { shared }
    }

    /// The files that count, whether they are there or not: the environment's own, and the shared one.
    pub(crate) fn candidates(&self) -> [PathBuf; 2] {
        [self.folder.join(format!(".dev.vars.{}", self.environment)), self.folder.join(".dev.vars")]
    }

    /// An error if the file is there and cannot be understood.
    pub(crate) fn check(&self) -> Result<()> {
        let path = self.path();
        let text = read(&path)?.unwrap_or_default();
        keys(&text).map(drop).map_err(|line| unreadable(&path, line))
    }

    /// Those of the names that the file sets.
    pub(crate) fn set<'n>(&self, names: &'n [String]) -> Result<Vec<&'n str>> {
        let path = self.path();
        let text = read(&path)?.unwrap_or_default();
        let set = keys(&text).map_err(|line| unreadable(&path, line))?;
        Ok(names.iter().map(String::as_str).filter(|name| set.contains(name)).collect())
    }

    /// Names the content, for whoever has to notice that it changed.
    pub(crate) fn fingerprint(&self) -> String {
        let content = fs::read(self.path()).unwrap_or_default();
        format!("{:016x}", files::fingerprint(&content))
    }

    /// Makes sure that the file has a value for each required secret.
    pub(crate) fn ensure(&self, required: &[String], report: &Reporter) -> Result<()> {
        let path = self.path();
        let old = read(&path)?;
        let missing = missing(old.as_deref().unwrap_or_default(), required).map_err(|line| unreadable(&path, line))?;
        if missing.is_empty() {
            return Ok(());
        }
        let values = missing.iter().map(|key| Ok((*key, random()?))).collect::<Result<Vec<_>>>()?;
        // Where the file is a link, what it leads to is what is meant.
        let target = path.canonicalize().unwrap_or_else(|_| path.clone());
        files::replace(&target, append(old.as_deref().unwrap_or(HEAD), &values).as_bytes(), true)?;
        report.note(format_args!("wrote random values for {} to {}", missing.join(", "), path.display()));
        git::keep_out(&self.folder, &path, ".dev.vars*", report)
    }
}

fn read(path: &Path) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        text => text.at("read", path).map(Some),
    }
}

/// The keys that the text does not set. An error is the number of the line that is none of dotenv's.
fn missing<'k>(text: &str, required: &'k [String]) -> Result<Vec<&'k str>, usize> {
    let present = keys(text)?;
    Ok(required.iter().map(String::as_str).filter(|key| !present.contains(key)).collect())
}

fn append(old: &str, values: &[(&str, String)]) -> String {
    let mut text = old.to_owned();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    for (key, value) in values {
        text.extend([key, "=\"", value, "\"\n"]);
    }
    text
}

fn keys(text: &str) -> Result<Vec<&str>, usize> {
    let mut found = Vec::new();
    let mut open: Option<char> = None;
    let mut opened = 0;
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(quote) = open {
            open = open.filter(|_| !line.contains(quote));
            continue;
        }
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let assignment = line.strip_prefix("export ").unwrap_or(line);
        let (key, value) = assignment.split_once('=').ok_or(number)?;
        let (key, value) = (key.trim_end(), value.trim_start());
        if key.is_empty() || !key.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c)) {
            return Err(number);
        }
        found.push(key);
        let quote = value.chars().next().filter(|c| "\"'`".contains(*c));
        open = quote.filter(|&quote| !value[1..].contains(quote));
        opened = number;
    }
    if open.is_some() { Err(opened) } else { Ok(found) }
}

fn unreadable(path: &Path, line: usize) -> Failure {
    Failure::new(format!("cannot read {}: each line must be `KEY=value`", path.display()))
        .detail(format!("line {line} is not; the file was left unchanged"))
        .help("fix that line, or move the file away to have a new one written")
}

/// 32 random bytes, base64url without padding.
fn random() -> Result<String> {
    let source = Path::new("/dev/urandom");
    let mut bytes = [0_u8; 32];
    fs::File::open(source).and_then(|mut file| file.read_exact(&mut bytes)).at("read", source)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::{append, keys, missing, random};

    fn required(keys: &[&str]) -> Vec<String> {
        keys.iter().map(|key| (*key).to_owned()).collect()
    }

    #[test]
    fn only_what_is_missing_is_added_and_the_rest_stays_as_it_was() {
        let old = "# mine\nexport A='x'\nB = \n C=\"two\nlines = one value\"";
        let keys = required(&["A", "B", "C", "D"]);
        assert_eq!(missing(old, &keys), Ok(vec!["D"]));
        assert_eq!(append(old, &[("D", "new".to_owned())]), format!("{old}\nD=\"new\"\n"));
        assert_eq!(missing("", &keys), Ok(vec!["A", "B", "C", "D"]));
    }

    #[test]
    fn a_line_inside_a_quoted_value_is_no_key() {
        assert_eq!(keys("A=\"\nB=1\n\"\nC=`x`\n"), Ok(vec!["A", "C"]));
    }

    #[test]
    fn an_odd_line_is_named() {
        assert_eq!(keys("A=1\n\nwhat is this\n"), Err(3));
        assert_eq!(keys("A B=1\n"), Err(1));
        assert_eq!(keys("A=1\nB=\"never closed\nC=1\n"), Err(2));
    }

    #[test]
    fn values_are_32_bytes_and_never_the_same() {
        let (one, two) = (random().expect("there is randomness"), random().expect("there is randomness"));
        assert_eq!(one.len(), 43);
        assert!(one.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'), "{one}");
        assert_ne!(one, two);
    }
}
