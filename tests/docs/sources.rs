//! Where documentation stands: Markdown files, and the doc comments of the crates that users read.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::Span;
use syn::visit::Visit;
use syn::{AttrStyle, Attribute, Expr, Lit, Meta};

use crate::fence::{Fence, of_markdown};

/// Folders of sources whose doc comments are read.
const SOURCES: &[&str] = &["runtime/src", "macros/src", "macros/codegen/src"];

/// The examples of the whole documentation, in the order of the files.
pub(crate) fn fences() -> Vec<Fence> {
    let mut files = vec![PathBuf::from("README.md")];
    files.extend(files_below(Path::new("docs"), "md"));
    let mut fences: Vec<Fence> =
        files.iter().flat_map(|file| of_markdown(&name(file), &numbered(&read(file)))).collect();
    for file in SOURCES.iter().flat_map(|folder| files_below(Path::new(folder), "rs")) {
        fences.extend(of_comments(&file));
    }
    fences
}

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub(crate) fn read(file: &Path) -> String {
    fs::read_to_string(repository().join(file)).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn name(file: &Path) -> String {
    file.to_string_lossy().replace('\\', "/")
}

pub(crate) fn files_below(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(repository().join(folder)).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files = Vec::new();
    for entry in entries.filter_map(Result::ok) {
        let path = folder.join(entry.file_name());
        if entry.path().is_dir() {
            files.extend(files_below(&path, extension));
        } else if path.extension().is_some_and(|found| found == extension) {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn numbered(text: &str) -> Vec<(usize, String)> {
    text.lines().enumerate().map(|(place, line)| (place + 1, line.to_owned())).collect()
}

fn of_comments(file: &Path) -> Vec<Fence> {
    let parsed = syn::parse_file(&read(file)).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let mut comments = Comments { file, blocks: Vec::new(), last: None, included: Vec::new() };
    comments.visit_file(&parsed);
    let mut fences: Vec<Fence> = comments.blocks.iter().flat_map(|lines| of_markdown(&name(file), lines)).collect();
    for file in &comments.included {
        fences.extend(of_markdown(&name(file), &numbered(&read(file))));
    }
    fences
}

/// Gathers doc comments; those on lines that follow each other are one text.
struct Comments<'a> {
    file: &'a Path,
    blocks: Vec<Vec<(usize, String)>>,
    /// Whether the last attribute was `//!`, and its line.
    last: Option<(bool, usize)>,
    included: Vec<PathBuf>,
}

impl Comments<'_> {
    fn add(&mut self, inner: bool, span: Span, text: &str) {
        let start = span.start().line;
        if self.last.is_none_or(|last| last != (inner, start.saturating_sub(1))) {
            self.blocks.push(Vec::new());
        }
        self.last = Some((inner, span.end().line));
        let lines = text
            .split('\n')
            .enumerate()
            .map(|(place, line)| (start + place, line.strip_prefix(' ').unwrap_or(line).to_owned()));
        self.blocks.last_mut().into_iter().for_each(|block| block.extend(lines.clone()));
    }

    /// `#![doc = include_str!("guide.md")]`
    fn include(&mut self, tokens: &proc_macro2::TokenStream) {
        let path: syn::LitStr = syn::parse2(tokens.clone())
            .unwrap_or_else(|error| panic!("{}: a doc attribute that is not read here: {error}", self.file.display()));
        let folder = self.file.parent().unwrap_or(Path::new(""));
        self.included.push(folder.join(path.value()));
    }
}

impl Visit<'_> for Comments<'_> {
    fn visit_attribute(&mut self, attribute: &Attribute) {
        let Meta::NameValue(pair) = &attribute.meta else { return };
        if !pair.path.is_ident("doc") {
            return;
        }
        match &pair.value {
            Expr::Lit(literal) => {
                let Lit::Str(text) = &literal.lit else { return };
                self.add(matches!(attribute.style, AttrStyle::Inner(_)), text.span(), &text.value());
            }
            Expr::Macro(call) if call.mac.path.is_ident("include_str") => self.include(&call.mac.tokens),
            _ => panic!("{}: a doc attribute that is not read here", self.file.display()),
        }
    }
}
