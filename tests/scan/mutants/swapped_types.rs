//! Two types of one name are taken for each other where another uses them.

fn main() {
    durably_build::generate();
    let path = format!("{}/durably/bindings.rs", std::env::var("OUT_DIR").unwrap());
    let text = std::fs::read_to_string(&path).unwrap();
    let decl = |name: &str| {
        let at = &text[text.find(&format!("// {name}\n")).unwrap()..];
        let number = &at[at.find("Fp<").unwrap() + 3..at.find("_u64").unwrap()];
        number.to_owned()
    };
    let (left, right) = (decl("twins::left::Turn"), decl("twins::right::Turn"));
    let start = text.find("// twins::Pair\n").unwrap();
    let end = start + text[start..].find("\n}\n").unwrap();
    let pair = text[start..end].replace(&left, "LEFT").replace(&right, &left).replace("LEFT", &right);
    assert_ne!(pair, text[start..end]);
    std::fs::write(&path, format!("{}{pair}{}", &text[..start], &text[end..])).unwrap();
}
