//! `OUT_DIR/durably/bindings.rs`: what `durably::bindings!()` includes at the crate's root. It names items by number alone,
//! so that private modules work.
//!
//! | name | what it is |
//! |---|---|
//! | `__Durably` | carries everything below; the macros' output calls it `crate::__Durably` |
//! | `Named<Fp<DECL>>` | the DECLs of the types that the scan resolved in an item |
//! | `Bound<Fp<DECL>>` | a state's class and binding, a configuration's name and binding |
//! | `Registry` | every route and every configuration |
//! | one wasm class for each state | what the entry module instantiates |

use std::collections::BTreeSet;
use std::fmt::Write;

use durably_model::Model;

use crate::app::{App, Item};

const HEAD: &str = "\
// Written by durably-build from this crate's sources.

#[doc(hidden)]
pub struct __Durably;
";

/// The file's text. Items that may not exist, or whose macro raises a fault, are known by number, which harms nobody, and
/// are not instantiated.
pub(crate) fn bindings(app: &App) -> String {
    let mut out = HEAD.to_owned();
    let decls = app.decls();
    let mut seen = BTreeSet::new();
    for item in app.items.iter().filter(|item| seen.insert(item.decl)) {
        let fields: Vec<String> = item.types.iter().map(|(_, ty)| literal(ty.decl(&decls))).collect();
        let _ = write!(
            out,
            "\n// {}\nimpl {NAMED}<{}> for __Durably {{\n    const FIELDS: &'static [u64] = &[{}];\n}}\n",
            item.path(),
            fp(item.decl),
            fields.join(", ")
        );
    }
    let mut seen = BTreeSet::new();
    let classes = app.classes();
    let settings = app.settings();
    let bound = classes.iter().map(|class| (class.item.decl, &class.name, &class.binding));
    let configured = settings.iter().map(|settings| (settings.item.decl, &settings.name, &settings.binding));
    for (decl, name, binding) in bound.chain(configured).filter(|(decl, ..)| seen.insert(*decl)) {
        let _ = write!(
            out,
            "\nimpl {BOUND}<{}> for __Durably {{\n    const CLASS: &'static str = {name:?};\n    const BINDING: &'static str = {binding:?};\n}}\n",
            fp(decl)
        );
    }
    out.push_str(&registry(app));
    let mut seen = BTreeSet::new();
    let usable = |item: &Item| !item.found.doubtful && !app.is_faulted(item);
    for class in classes.iter().filter(|class| usable(class.item) && seen.insert(class.name.as_str())) {
        out.push_str(&wasm_class(&class.name, class.item.decl));
    }
    out
}

const NAMED: &str = "::durably::__private::Named";
const BOUND: &str = "::durably::__private::Bound";

fn fp(decl: u64) -> String {
    format!("::durably::__private::Fp<{}_u64>", literal(decl))
}

/// In groups of four digits, as clippy wants them.
fn literal(decl: u64) -> String {
    format!("0x{:04x}_{:04x}_{:04x}_{:04x}", decl >> 48, decl >> 32 & 0xffff, decl >> 16 & 0xffff, decl & 0xffff)
}

fn registry(app: &App) -> String {
    let certain = || app.items.iter().filter(|item| !item.found.doubtful && !app.is_faulted(item));
    let mut routes = String::new();
    for item in certain().filter(|item| matches!(item.found.model, Model::Rpc(_) | Model::Route(_))) {
        let decl = fp(item.decl);
        let _ = writeln!(routes, "        all.extend(<__Durably as ::durably::__private::Routed<{decl}>>::routes());");
    }
    let mut configs = String::new();
    for item in certain().filter(|item| matches!(item.found.model, Model::Config(_))) {
        let decl = fp(item.decl);
        let _ = writeln!(configs, "            <__Durably as ::durably::__private::Configured<{decl}>>::entry(),");
    }
    let (mutable, vec_open) = (if routes.is_empty() { "" } else { "mut " }, if configs.is_empty() { "" } else { "\n" });
    let vec_close = if configs.is_empty() { "" } else { "        " };
    format!(
        "
impl ::durably::__private::Registry for __Durably {{
    fn routes() -> ::std::vec::Vec<::durably::__private::Route> {{
        let {mutable}all = ::std::vec::Vec::new();
{routes}        all
    }}
    fn configs() -> ::std::vec::Vec<::durably::__private::ConfigEntry> {{
        ::std::vec![{vec_open}{configs}{vec_close}]
    }}
}}
"
    )
}

fn wasm_class(name: &str, decl: u64) -> String {
    let decl = fp(decl);
    format!(
        "
#[cfg(target_arch = \"wasm32\")]
#[allow(unsafe_code, missing_docs, unused, unreachable_pub, non_camel_case_types, clippy::all, clippy::pedantic)]
const _: () = {{
    use ::durably::__private::wasm_bindgen::{{self, prelude::*}};

    #[wasm_bindgen(wasm_bindgen = ::durably::__private::wasm_bindgen)]
    pub struct {name}(::durably::__private::Object);

    #[wasm_bindgen(wasm_bindgen = ::durably::__private::wasm_bindgen)]
    impl {name} {{
        #[wasm_bindgen(constructor)]
        pub fn new(ctx: JsValue, env: JsValue) -> Self {{
            Self(<__Durably as ::durably::__private::Hosted<{decl}>>::host(ctx, env))
        }}
        pub fn call(&self, method: u32, arguments: &JsValue) -> JsValue {{
            self.0.call(method, arguments)
        }}
        pub fn bytes(&self, method: u32, arguments: &JsValue) -> JsValue {{
            self.0.bytes(method, arguments)
        }}
        pub fn envelope(&self, envelope: &JsValue) -> JsValue {{
            self.0.envelope(envelope)
        }}
    }}
}};
"
    )
}
