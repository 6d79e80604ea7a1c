//! `DECL`: the hash by which the macros' output and the build script's recognise the same type. Described in
//! `docs/formats.md`.

use crate::Fnv;

/// Of a user's item: the module's path below the crate (`""` at the root, else `a::b`) and the hash of the item itself.
pub const fn item(module: &str, item_hash: u64) -> u64 {
    of_item(module.as_bytes(), item_hash)
}

/// The same where `module_path!()` stands, whose first segment is the crate: it is left out.
pub const fn item_at(module_path: &str, item_hash: u64) -> u64 {
    let path = module_path.as_bytes();
    let mut i = 0;
    while i + 1 < path.len() {
        if path[i] == b':' && path[i + 1] == b':' {
            return of_item(path.split_at(i + 2).1, item_hash);
        }
        i += 1;
    }
    item("", item_hash)
}

const fn of_item(module: &[u8], item_hash: u64) -> u64 {
    Fnv::new().text("item").marked(module).number(item_hash).finish()
}

/// Of a built-in type with its arguments: `Option<T>` is `builtin("Option", &[T])`.
pub const fn builtin(name: &str, arguments: &[u64]) -> u64 {
    let mut hash = Fnv::new().text("builtin").text(name);
    let mut i = 0;
    while i < arguments.len() {
        hash = hash.number(arguments[i]);
        i += 1;
    }
    hash.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rustc_and_the_build_script_name_an_item_alike() {
        assert_eq!(item_at("app", 7), item("", 7));
        assert_eq!(item_at("other::chat::log", 7), item("chat::log", 7));
        assert_ne!(item("chat", 7), item("", 7));
        assert_ne!(item("chat", 7), item("chat", 8));
    }

    /// What generated code and `bindings.rs` hold today.
    #[test]
    fn golden() {
        assert_eq!(builtin("bool", &[]), Fnv::new().text("builtin").text("bool").finish());
        assert_eq!(builtin("Option", &[1]), Fnv::new().text("builtin").text("Option").number(1).finish());
    }
}
