//! Characters that cannot be seen, or that turn the direction of writing: with them a text looks different from its content.

use std::borrow::Cow;

/// Returns true for control characters (tab and line feed included), the marks of bidirectional text, line and paragraph
/// separators, and the byte order mark.
pub fn is_hidden(c: char) -> bool {
    c.is_control() || is_directional(c) || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// Returns true for the marks of bidirectional text (Unicode, UAX #9).
pub fn is_directional(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns a text with U+FFFD for each hidden character but line feeds and tabs.
pub fn visible(text: &str) -> Cow<'_, str> {
    replaced(text, |c| is_hidden(c) && !matches!(c, '\n' | '\t'))
}

/// Returns a text in one line: with U+FFFD for each hidden character.
pub fn visible_line(text: &str) -> Cow<'_, str> {
    replaced(text, is_hidden)
}

fn replaced(text: &str, is_hidden: impl Fn(char) -> bool) -> Cow<'_, str> {
    // Most texts are ASCII without control characters, which is seen without a branch for each byte.
    let plain = |byte: u8| (b' '..0x7F).contains(&byte);
    if text.bytes().fold(true, |all, byte| all & plain(byte)) || !text.contains(&is_hidden) {
        return Cow::Borrowed(text);
    }
    let shown = text.chars().map(|c| if is_hidden(c) { '\u{fffd}' } else { c });
    Cow::Owned(shown.collect())
}

#[cfg(test)]
mod tests {
    use super::{visible, visible_line};

    #[test]
    fn a_hidden_character_is_replaced_and_a_letter_is_not() {
        for hidden in
            "\u{0}\u{1b}\r\u{7f}\u{85}\u{61c}\u{200e}\u{200f}\u{2028}\u{2029}\u{202a}\u{202e}\u{2066}\u{2069}\u{feff}"
                .chars()
        {
            assert_eq!(
                visible(&format!("a{hidden}b")),
                "a\u{fffd}b",
                "U+{:04X}",
                u32::from(hidden)
            );
        }
        for kept in ["a\n\tb", "ä字\u{200d}\u{2010}\u{2065}\u{206a}"] {
            assert_eq!(visible(kept), kept);
        }
        assert_eq!(visible_line("a\nb"), "a\u{fffd}b");
    }
}
