//! Writes bindings, entry module and `wrangler.toml` from the annotated code.

fn main() {
    durably_build::generate();
}
