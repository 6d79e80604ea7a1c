//! The texts of errors: `"text has {len} characters"`.

use crate::MessagePart;

/// Splits a message at its placeholders, or says what is wrong with it.
pub(crate) fn parse(text: &str) -> Result<Vec<MessagePart>, String> {
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(place) = rest.find(['{', '}']) {
        plain.push_str(&rest[..place]);
        let brace = &rest[place..=place];
        rest = &rest[place + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            plain.push_str(brace);
            rest = after;
            continue;
        }
        if brace == "}" {
            return Err("a `}` without its `{`: write `}}` for the character".to_owned());
        }
        let Some(end) = rest.find('}') else {
            return Err("a `{` without its `}`: write `{{` for the character".to_owned());
        };
        if !plain.is_empty() {
            parts.push(MessagePart::Text(std::mem::take(&mut plain)));
        }
        parts.push(MessagePart::Field(placeholder(&rest[..end])?));
        rest = &rest[end + 1..];
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        parts.push(MessagePart::Text(plain));
    }
    Ok(parts)
}

fn placeholder(inner: &str) -> Result<String, String> {
    if inner.is_empty() {
        return Err("`{}` does not say which field: write `{name}`, or `{0}` for a field without a name".to_owned());
    }
    if inner.contains(':') {
        return Err(format!(
            "`{{{inner}}}` has a format: a message is made in every client's language from the plain value; \
             write `{{{}}}`",
            inner.split(':').next().unwrap_or_default().trim()
        ));
    }
    let name = inner.strip_prefix("r#").unwrap_or(inner);
    let number = name.chars().all(|c| c.is_ascii_digit());
    let ident =
        name.chars().all(|c| c.is_alphanumeric() || c == '_') && !name.starts_with(|c: char| c.is_ascii_digit());
    if number || ident {
        return Ok(name.to_owned());
    }
    Err(format!("`{{{inner}}}` is no field's name: a message takes fields, not expressions"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> MessagePart {
        MessagePart::Text(text.to_owned())
    }
    fn field(name: &str) -> MessagePart {
        MessagePart::Field(name.to_owned())
    }

    #[test]
    fn splits_at_placeholders() {
        assert_eq!(parse("{a} of {0}!"), Ok(vec![field("a"), text(" of "), field("0"), text("!")]));
        assert_eq!(parse("{type} {r#match}"), Ok(vec![field("type"), text(" "), field("match")]));
        assert_eq!(parse("a {{b}} c"), Ok(vec![text("a {b} c")]));
        assert_eq!(parse("{{{a}}}"), Ok(vec![text("{"), field("a"), text("}")]));
        assert_eq!(parse("größer als {max} Ω"), Ok(vec![text("größer als "), field("max"), text(" Ω")]));
    }

    #[test]
    fn says_what_is_wrong() {
        for (message, part) in [
            ("{}", "which field"),
            ("{len:?}", "write `{len}`"),
            ("{a.b}", "not expressions"),
            ("{a", "without its `}`"),
            ("a}", "without its `{`"),
            ("{ a}", "no field's name"),
        ] {
            let complaint = parse(message).err().unwrap_or_default();
            assert!(complaint.contains(part), "{message}: {complaint}");
        }
    }
}
