//! Text to TOML: the only conversion.

use std::fmt::Write as _;

use sdkwright_contract::text::is_hidden;

/// Returns a basic string with its quotes.
pub(super) fn string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if is_hidden(c) => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn nothing_ends_the_string() {
        assert_eq!(
            super::string("a\"\n[x]\\ \u{7f}\u{202e}ä"),
            "\"a\\\"\\u000A[x]\\\\ \\u007F\\u202Eä\""
        );
    }
}
