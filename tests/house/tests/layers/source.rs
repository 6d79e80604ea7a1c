//! A crate's modules, read along its `mod` lines: what each imports, defines and names.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, Item, ItemMod, ItemUse, Lit, Meta, UseTree, Visibility};

/// The segments of a path.
pub type Path_ = Vec<String>;

/// One module, and what its code says.
#[derive(Default)]
pub struct Module {
    /// Below `src`, with slashes.
    pub file: String,
    /// What a `use` brings into scope: the local name and what was written.
    pub names: HashMap<String, Path_>,
    /// What a `use …::*` opens.
    pub globs: Vec<Path_>,
    pub defined: BTreeSet<String>,
    /// What is named, re-exports aside.
    pub mentioned: BTreeSet<Path_>,
}

/// A crate's modules by their paths; the root's is empty.
#[derive(Default)]
pub struct Crate {
    pub modules: BTreeMap<Path_, Module>,
    with_code: Vec<String>,
}

impl Crate {
    pub fn read(src: &Path) -> Self {
        let mut all = Self::default();
        all.file(src, Path::new("lib.rs"), Vec::new());
        all
    }

    /// The `mod.rs` files that hold more than `mod` and `use` lines.
    pub fn mod_files_with_code(self) -> Vec<String> {
        self.with_code
    }

    fn file(&mut self, src: &Path, file: &Path, module: Path_) {
        let text =
            std::fs::read_to_string(src.join(file)).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let plain = |item: &Item| matches!(item, Item::Mod(_) | Item::Use(_));
        if file.ends_with("mod.rs") && !parsed.items.iter().all(plain) {
            self.with_code.push(file.to_string_lossy().replace('\\', "/"));
        }
        // The modules of `a/mod.rs` and of `lib.rs` stand beside it, those of `a/b.rs` in `a/b`.
        let folder = match file.file_name().and_then(|name| name.to_str()) {
            Some("mod.rs" | "lib.rs") => file.parent().map(Path::to_owned).unwrap_or_default(),
            _ => file.with_extension(""),
        };
        self.module(src, file, &folder, module, &parsed.items);
    }

    fn module(&mut self, src: &Path, file: &Path, folder: &Path, path: Path_, items: &[Item]) {
        let mut reader = Reader::default();
        reader.module.file = file.to_string_lossy().replace('\\', "/");
        for item in items {
            reader.visit_item(item);
            reader.module.defined.extend(name(item));
        }
        for inner in reader.inner {
            let below = [path.clone(), vec![inner.ident.to_string()]].concat();
            let within = folder.join(inner.ident.to_string());
            match inner.content {
                Some((_, items)) => self.module(src, file, &within, below, &items),
                None => self.file(src, &found(src, folder, &inner), below),
            }
        }
        self.modules.insert(path, reader.module);
    }
}

fn found(src: &Path, folder: &Path, module: &ItemMod) -> PathBuf {
    if let Some(path) = module.attrs.iter().find_map(path_attribute) {
        return folder.join(path);
    }
    let one = folder.join(format!("{}.rs", module.ident));
    if src.join(&one).exists() { one } else { folder.join(module.ident.to_string()).join("mod.rs") }
}

fn path_attribute(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("path") => match &meta.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        Meta::Path(_) | Meta::NameValue(_) => false,
    })
}

/// The name that an item defines.
fn name(item: &Item) -> Option<String> {
    match item {
        Item::Const(item) => Some(item.ident.to_string()),
        Item::Enum(item) => Some(item.ident.to_string()),
        Item::Fn(item) => Some(item.sig.ident.to_string()),
        Item::Macro(item) => item.ident.as_ref().map(ToString::to_string),
        Item::Static(item) => Some(item.ident.to_string()),
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Trait(item) => Some(item.ident.to_string()),
        Item::Type(item) => Some(item.ident.to_string()),
        Item::Union(item) => Some(item.ident.to_string()),
        _ => None,
    }
}

/// Reads one module's items, those of modules below it aside.
#[derive(Default)]
struct Reader {
    module: Module,
    inner: Vec<ItemMod>,
}

impl Reader {
    fn mention(&mut self, path: Path_) {
        self.module.mentioned.insert(path);
    }

    /// The leaves of a `use`.
    fn tree(&mut self, before: &[String], tree: &UseTree, re_export: bool) {
        let with = |name: String| [before, &[name]].concat();
        match tree {
            UseTree::Path(path) => self.tree(&with(path.ident.to_string()), &path.tree, re_export),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(before, tree, re_export)),
            UseTree::Name(name) if name.ident == "self" => {
                self.leaf(before.last().cloned().unwrap_or_default(), before.to_vec(), re_export);
            }
            UseTree::Name(name) => self.leaf(name.ident.to_string(), with(name.ident.to_string()), re_export),
            UseTree::Rename(name) if name.ident == "self" => {
                self.leaf(name.rename.to_string(), before.to_vec(), re_export);
            }
            UseTree::Rename(name) => self.leaf(name.rename.to_string(), with(name.ident.to_string()), re_export),
            UseTree::Glob(_) => {
                self.module.globs.push(before.to_vec());
                if !re_export {
                    self.mention(before.to_vec());
                }
            }
        }
    }

    fn leaf(&mut self, local: String, path: Path_, re_export: bool) {
        if !re_export {
            self.mention(path.clone());
        }
        self.module.names.insert(local, path);
    }

    /// The paths in tokens that syn leaves as they are: of a macro, of an attribute. What comes after a dot is a member.
    fn tokens(&mut self, tokens: TokenStream) {
        let (mut path, mut colons, mut dot) = (Path_::new(), 0, false);
        for token in tokens {
            let ident = match &token {
                TokenTree::Ident(ident) => Some(ident.to_string()),
                _ => None,
            };
            if matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ':') && !path.is_empty() {
                colons += 1;
                continue;
            }
            if colons != 2 || ident.is_none() {
                self.end(&mut path, dot);
                dot = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '.');
            }
            colons = 0;
            path.extend(ident);
            if let TokenTree::Group(group) = token {
                self.tokens(group.stream());
            }
        }
        self.end(&mut path, dot);
    }

    fn end(&mut self, path: &mut Path_, member: bool) {
        let path = std::mem::take(path);
        // `pub(crate)` imports nothing.
        let visibility = path.len() == 1 && matches!(path[0].as_str(), "crate" | "super" | "self");
        if !path.is_empty() && !member && !visibility {
            self.mention(path);
        }
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = match item {
            Item::Fn(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            Item::Mod(item) => &item.attrs,
            Item::Use(item) => &item.attrs,
            _ => return visit::visit_item(self, item),
        };
        if !is_test(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        self.inner.push(item.clone());
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        if item.leading_colon.is_none() {
            self.tree(&[], &item.tree, !matches!(item.vis, Visibility::Inherited));
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() {
            self.mention(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        self.tokens(item.tokens.clone());
    }

    fn visit_meta_list(&mut self, list: &'ast syn::MetaList) {
        self.tokens(list.tokens.clone());
    }

    /// `pub(in …)` and `pub(crate)` import nothing.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}
}
