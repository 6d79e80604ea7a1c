//! Paths and queries, parsed by hand: `Request::url()` would bring 80 KB of tables for domain names.

use std::collections::BTreeMap;

use crate::error::Error;

/// The path and the query of a URL.
pub(crate) fn split(url: &str) -> (&str, &str) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.find('/').map_or("/", |slash| &rest[slash..]);
    let path = path.split('#').next().unwrap_or(path);
    path.split_once('?').unwrap_or((path, ""))
}

/// The segments of a path, decoded. `None` if an escape is malformed.
pub(crate) fn segments(path: &str) -> Option<Vec<String>> {
    path.strip_prefix('/')?.split('/').map(|segment| unescape(segment, false)).collect()
}

/// The parameters of a query. One given twice is refused: nobody could say which was meant.
pub(crate) fn query(query: &str) -> Result<BTreeMap<String, String>, Error> {
    let mut parameters = BTreeMap::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let malformed = || Error::BadRequest(format!("the query has a malformed escape in `{pair}`"));
        let name = unescape(name, true).ok_or_else(malformed)?;
        let value = unescape(value, true).ok_or_else(malformed)?;
        if parameters.insert(name.clone(), value).is_some() {
            return Err(Error::BadRequest(format!("the query has `{name}` twice")));
        }
    }
    Ok(parameters)
}

/// Percent-decoding; in a query `+` is a space. `None` if an escape is malformed or the bytes are no UTF-8.
fn unescape(text: &str, plus: bool) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' if plus => b' ',
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                let digits = std::str::from_utf8(&digits).ok().filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
                u8::from_str_radix(digits, 16).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits() {
        assert_eq!(split("http://h:1/a/b?c=d#e"), ("/a/b", "c=d"));
        assert_eq!(split("http://h"), ("/", ""));
    }

    #[test]
    fn decodes() {
        assert_eq!(segments("/a%20b/%C3%A4"), Some(vec!["a b".into(), "ä".into()]));
        assert_eq!(segments("/%ff"), None, "no UTF-8");
        assert_eq!(segments("/%+1"), None, "no escape");
        assert_eq!(query("a=1+2&b").unwrap_or_default().get("a").map(String::as_str), Some("1 2"));
        assert!(query("a=1&a=2").is_err());
    }
}
