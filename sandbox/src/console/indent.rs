//! In: a JSON text. Out: the same text with its members below each other. Never: another number, string or order.

use serde_json::Value;

/// The text with lines and two spaces for each level; `None` for what is no JSON.
pub(super) fn indented(json: &str) -> Option<String> {
    serde_json::from_str::<Value>(json).ok()?;
    let mut out = String::with_capacity(json.len() * 2);
    let (mut level, mut in_text, mut is_escaped) = (0_usize, false, false);
    let mut letters = json.chars().peekable();
    while let Some(letter) = letters.next() {
        if in_text {
            in_text = letter != '"' || is_escaped;
            is_escaped = letter == '\\' && !is_escaped;
            out.push(letter);
            continue;
        }
        match letter {
            ' ' | '\t' | '\n' | '\r' => {}
            '{' | '[' => {
                out.push(letter);
                while letters.next_if(char::is_ascii_whitespace).is_some() {}
                if let Some(end) = letters.next_if(|next| *next == '}' || *next == ']') {
                    out.push(end);
                } else {
                    level += 1;
                    line(&mut out, level);
                }
            }
            '}' | ']' => {
                level = level.saturating_sub(1);
                line(&mut out, level);
                out.push(letter);
            }
            ',' => {
                out.push(',');
                line(&mut out, level);
            }
            ':' => out.push_str(": "),
            _ => {
                in_text = letter == '"';
                out.push(letter);
            }
        }
    }
    Some(out)
}

fn line(out: &mut String, level: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", level));
}

#[cfg(test)]
mod tests {
    use super::indented;

    #[test]
    fn numbers_order_and_texts_stay_as_they_are() {
        let json = r#"{"b":1.10,"a":[ ],"c":{ "x":[1.0,"a,\"{:"],"a":null}}"#;
        let lines = "{\n  \"b\": 1.10,\n  \"a\": [],\n  \"c\": {\n    \"x\": [\n      1.0,\n      \"a,\\\"{:\"\n    ],\n    \"a\": null\n  }\n}";
        assert_eq!(indented(json).as_deref(), Some(lines));
        assert_eq!(indented("{} {}"), None);
        assert_eq!(indented("text"), None);
    }
}
