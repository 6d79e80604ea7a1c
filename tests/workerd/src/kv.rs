//! KV, through the real wrangler.

use cargo_durably::process::run;
use cargo_durably::wrangler::command;

use crate::Server;

impl Server {
    /// Puts a text under a key of a KV binding, as an operator would.
    pub fn kv_put(&self, binding: &str, key: &str, text: &str) {
        let file = self.folder().join("value");
        std::fs::write(&file, text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        self.kv(&["put", key, "--path", "value"], binding);
    }

    /// The text under a key of a KV binding.
    pub fn kv_get(&self, binding: &str, key: &str) -> String {
        let text = self.kv(&["get", key, "--text"], binding);
        // wrangler ends it with a line break of its own.
        text.strip_suffix('\n').unwrap_or(&text).to_owned()
    }

    /// Deletes a key.
    pub fn kv_delete(&self, binding: &str, key: &str) {
        self.kv(&["delete", key], binding);
    }

    fn kv(&self, what: &[&str], binding: &str) -> String {
        let spec = command(&self.app.tools, self.folder(), &["kv", "key"])
            .args(what)
            .args(["--binding", binding, "--env", &self.options.environment, "--local", "--persist-to"])
            .arg(self.state())
            .arg("--config")
            .arg(self.folder().join("wrangler.toml"));
        let finished = run(&spec).unwrap_or_else(|failure| panic!("{failure}"));
        assert_eq!(finished.code, 0, "wrangler kv key {what:?}: {}", finished.output);
        finished.stdout
    }
}
