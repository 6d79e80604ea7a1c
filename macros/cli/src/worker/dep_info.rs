//! Which files a module was made of: cargo writes it beside the module, in the form of a makefile.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Result;
use crate::failure::At;

/// The files that `path` lists: those of the crate, of the packages in folders that it depends on, what these include, and
/// what build scripts asked cargo to watch. A relative one is below `folder`.
pub(super) fn inputs(path: &Path, folder: &Path) -> Result<Vec<PathBuf>> {
    let text = fs::read_to_string(path).at("read", path)?;
    let mut inputs: Vec<PathBuf> = parse(&text).into_iter().map(|file| folder.join(file)).collect();
    inputs.sort();
    inputs.dedup();
    Ok(inputs)
}

/// What stands behind the colon of each rule. In names a blank has a backslash before it.
fn parse(text: &str) -> Vec<String> {
    let mut files = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let Some((_, list)) = line.split_once(": ") else { continue };
        let mut name = String::new();
        let mut letters = list.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '\\' if letters.peek() == Some(&' ') => name.extend(letters.next()),
                ' ' => files.push(std::mem::take(&mut name)),
                _ => name.push(letter),
            }
        }
        files.push(name);
    }
    files.retain(|name| !name.is_empty());
    files
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn names_may_hold_blanks() {
        let text = "/t/app.wasm: /w/app/src/lib.rs /w/my\\ app/data.txt\n\n# env-dep:X=1\n/t/b: c\n/t/none:\n";
        assert_eq!(parse(text), ["/w/app/src/lib.rs", "/w/my app/data.txt", "c"]);
    }
}
