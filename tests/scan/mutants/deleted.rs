//! One type is not named.

fn main() {
    durably_build::generate();
    let path = format!("{}/durably/bindings.rs", std::env::var("OUT_DIR").unwrap());
    let text = std::fs::read_to_string(&path).unwrap();
    let start = text.find("// twins::left::Turn\n").unwrap();
    let end = start + text[start..].find("\n}\n").unwrap() + 3;
    std::fs::write(&path, format!("{}{}", &text[..start], &text[end..])).unwrap();
}
