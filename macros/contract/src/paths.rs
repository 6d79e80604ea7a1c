//! Where the generated files are.

/// Below `OUT_DIR`: what the build script leaves for the macros and for `cargo durably`.
pub const OUT_FOLDER: &str = "durably";

/// In [`OUT_FOLDER`]: what `durably::bindings!()` includes.
pub const BINDINGS: &str = "bindings.rs";

/// In [`OUT_FOLDER`]: mistakes that only the scan can see.
pub const FAULTS: &str = "faults.json";

/// In [`OUT_FOLDER`]: the files beside the template once more.
pub const FILES_FOLDER: &str = "files";

/// The template, hand-written.
pub const TEMPLATE: &str = "wrangler.toml.in";

/// Beside the template: what wrangler reads.
pub const WRANGLER: &str = "wrangler.toml";

/// Beside the template: everything else that is generated.
pub const GENERATED_FOLDER: &str = ".durably";

/// In [`GENERATED_FOLDER`]: what `cargo durably` asks about the application.
pub const APP: &str = "app.json";

/// In [`GENERATED_FOLDER`]: the module that wrangler bundles.
pub const ENTRY: &str = "entry.mjs";

/// In [`GENERATED_FOLDER`]: what the entry imports.
pub const GUARD: &str = "guard.mjs";

/// In [`GENERATED_FOLDER`]: what is stored and called.
pub const MANIFEST: &str = "migrations.json";

/// In [`GENERATED_FOLDER`]: initial configurations, a folder for each environment.
pub const SEEDS_FOLDER: &str = "seeds";

/// The file of one namespace's seeds, below [`GENERATED_FOLDER`], with forward slashes.
pub fn seed(environment: &str, binding: &str) -> String {
    format!("{SEEDS_FOLDER}/{environment}/{binding}.json")
}
