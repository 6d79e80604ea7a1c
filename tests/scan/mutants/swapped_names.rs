//! What was found in two types is swapped.

fn main() {
    durably_build::generate();
    let path = format!("{}/durably/bindings.rs", std::env::var("OUT_DIR").unwrap());
    let text = std::fs::read_to_string(&path).unwrap();
    let decl = |name: &str| {
        let at = &text[text.find(&format!("// {name}\n")).unwrap()..];
        format!("Named<::durably::__private::Fp<{}_u64>>", &at[at.find("Fp<").unwrap() + 3..at.find("_u64").unwrap()])
    };
    let (one, two) = (decl("private::inner::Note"), decl("private::inner::Mark"));
    let swapped = text.replace(&one, "ONE").replace(&two, &one).replace("ONE", &two);
    assert_ne!(swapped, text);
    std::fs::write(&path, swapped).unwrap();
}
