//! Tokens as one text that does not depend on who read them: rustc for a macro, `syn::parse_file` for the build script.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;

/// Every token's text, separated by single spaces. Invisible groups print as their contents, line ends in literals as
/// `\n` (rustc reads `\r\n` as `\n`, `parse_file` does not).
pub(crate) fn canonical(tokens: impl ToTokens) -> String {
    let mut out = String::new();
    print(tokens.to_token_stream(), &mut out);
    out
}

fn print(tokens: TokenStream, out: &mut String) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                word(open, out);
                print(group.stream(), out);
                word(close, out);
            }
            TokenTree::Literal(literal) => word(&literal.to_string().replace("\r\n", "\n"), out),
            TokenTree::Ident(ident) => word(&ident.to_string(), out),
            TokenTree::Punct(punct) => word(punct.as_char().encode_utf8(&mut [0; 4]), out),
        }
    }
}

fn word(text: &str, out: &mut String) {
    if text.is_empty() {
        return;
    }
    if !out.is_empty() {
        out.push(' ');
    }
    out.push_str(text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proc_macro2::{Group, Literal, Punct, Spacing};

    fn of(text: &str) -> String {
        canonical(text.parse::<TokenStream>().unwrap_or_default())
    }

    #[test]
    fn does_not_depend_on_spaces() {
        assert_eq!(of("Vec<Vec<u8>>"), "Vec < Vec < u8 > >");
        assert_eq!(of("Vec < Vec < u8 > >"), of("Vec<Vec<u8>>"));
        assert_eq!(of("a :: b( 1,\n2 )"), of("a::b(1, 2)"));
        assert_ne!(of("[u8; 1]"), of("[u8; 2]"));
        assert_ne!(of("(a) b"), of("(a b)"));
    }

    #[test]
    fn reads_both_line_ends_alike() {
        assert_eq!(of("x(\r\n\"a\r\nb\")"), of("x(\n\"a\nb\")"));
        assert_ne!(of(r#""a\r\nb""#), of(r#""a\nb""#));
    }

    #[test]
    fn an_invisible_group_is_its_contents() {
        let inner: TokenStream =
            [TokenTree::Punct(Punct::new('-', Spacing::Alone)), TokenTree::Literal(Literal::u8_unsuffixed(5))]
                .into_iter()
                .collect();
        let grouped: TokenStream = [TokenTree::Group(Group::new(Delimiter::None, inner))].into_iter().collect();
        assert_eq!(canonical(grouped), of("-5"));
    }
}
