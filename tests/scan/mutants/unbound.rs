//! A state has no class and binding.

fn main() {
    durably_build::generate();
    let path = format!("{}/durably/bindings.rs", std::env::var("OUT_DIR").unwrap());
    let text = std::fs::read_to_string(&path).unwrap();
    let end = text.find("    const CLASS: &'static str = \"Chat\";").unwrap();
    let start = text[..end].rfind("\nimpl ").unwrap();
    let end = end + text[end..].find("\n}\n").unwrap() + 3;
    std::fs::write(&path, format!("{}{}", &text[..start], &text[end..])).unwrap();
}
