//! Names that are derived from other names.
//!
//! | name | from | example |
//! |---|---|---|
//! | class | the state's identifier | `Conversation` |
//! | binding | the class in `SCREAMING_SNAKE_CASE` | `CONVERSATION` |
//! | KV binding | the configuration in `SCREAMING_SNAKE_CASE` | `APP_CONFIG` |
//! | KV key | the configuration in `snake_case` | `app_config` |
//! | KV key of the last good copy | the KV key | `app_config.last_good` |
//! | variant, error code | the identifier in `snake_case` | `too_long` |
//! | table, column, JSON key, JS method | the identifier, `r#` removed | `turns` |

/// `TooLong` → `too_long`, `HTTPDoor` → `http_door`.
pub fn snake_case(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (i, c) in chars.iter().enumerate() {
        let starts_word = c.is_uppercase()
            && i > 0
            && chars[i - 1] != '_'
            && (!chars[i - 1].is_uppercase() || chars.get(i + 1).is_some_and(|next| next.is_lowercase()));
        if starts_word {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// The binding of a class or of a configuration: `AppConfig` → `APP_CONFIG`.
pub fn binding(name: &str) -> String {
    snake_case(name).to_uppercase()
}

/// The KV key of a configuration: `AppConfig` → `app_config`.
pub fn config_key(name: &str) -> String {
    snake_case(name)
}

/// The KV key of a configuration's last good copy.
pub fn last_good_key(config_key: &str) -> String {
    format!("{config_key}.last_good")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_name() {
        let cases = [("TooLong", "too_long"), ("HTTPDoor", "http_door"), ("A", "a"), ("already_so", "already_so")];
        for (name, expected) in cases {
            assert_eq!(snake_case(name), expected);
        }
        assert_eq!(binding("AppConfig"), "APP_CONFIG");
        assert_eq!(last_good_key(&config_key("AppConfig")), "app_config.last_good");
    }
}
