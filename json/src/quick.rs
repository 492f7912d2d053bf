//! A look at one text of a document, without reading what stands behind it.
//!
//! In: a document and a JSON Pointer. Out: yes, if this text plainly stands there; no also where only a whole reading can
//! tell, as with escapes. Nothing here allocates, and a broken document behind the place is not noticed.

use super::lexis::plain_run;

/// Whether the text at a JSON Pointer, of which no token is escaped or the place in an array, is this one.
pub fn is_text_at(bytes: &[u8], pointer: &str, text: &str) -> bool {
    let place = pointer.split('/').skip(1).try_fold(0, |at, token| {
        (!token.contains('~')).then(|| member(bytes, at, token)).flatten()
    });
    let own = place.and_then(|at| string(bytes, blank(bytes, at)));
    own.is_some_and(|(own, _)| own == text.as_bytes())
}

/// Where the value of a member begins, in the object at `at`.
fn member(bytes: &[u8], at: usize, name: &str) -> Option<usize> {
    let mut at = byte(bytes, at, b'{')?;
    loop {
        let (own, behind) = string(bytes, blank(bytes, at))?;
        at = byte(bytes, behind, b':')?;
        if own == name.as_bytes() {
            return Some(at);
        }
        at = byte(bytes, value(bytes, at)?, b',')?;
    }
}

/// The place behind blanks and this byte.
fn byte(bytes: &[u8], at: usize, wanted: u8) -> Option<usize> {
    let at = blank(bytes, at);
    (bytes.get(at) == Some(&wanted)).then_some(at + 1)
}

fn blank(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\t' | b'\n' | b'\r') = bytes.get(at) {
        at += 1;
    }
    at
}

/// A string without escapes, and the place behind it.
fn string(bytes: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let start = (bytes.get(at) == Some(&b'"')).then_some(at + 1)?;
    let end = plain_run(bytes, start);
    (bytes.get(end) == Some(&b'"')).then(|| (&bytes[start..end], end + 1))
}

/// The place behind a value.
fn value(bytes: &[u8], at: usize) -> Option<usize> {
    let (mut at, mut depth) = (blank(bytes, at), 0_usize);
    loop {
        match bytes.get(at)? {
            b'"' => at = string(bytes, at)?.1,
            b'{' | b'[' => (at, depth) = (at + 1, depth + 1),
            b'}' | b']' => (at, depth) = (at + 1, depth.checked_sub(1)?),
            b',' if depth == 0 => return Some(at),
            _ => at += 1,
        }
        if depth == 0
            && !matches!(
                bytes.get(at),
                Some(b'0'..=b'9' | b'a'..=b'z' | b'.' | b'+' | b'-' | b'E')
            )
        {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DOCUMENT: &str = r#" { "n" : -1.5e+3, "o":{"id":"inner","b":[{"id":"x"},[1,{}]]}, "id" : "one" , "broken""#;

    #[test]
    fn a_text_is_found_by_its_pointer_alone_and_nothing_behind_it_is_read() {
        for (pointer, text, wanted) in [
            ("/id", "one", true),
            ("/id", "inner", false),
            ("/o/id", "inner", true),
            ("/o/b/id", "x", false),
            ("/n", "-1.5e+3", false),
            ("/broken", "", false),
            ("", "", false),
            ("/none", "one", false),
        ] {
            assert_eq!(is_text_at(DOCUMENT.as_bytes(), pointer, text), wanted, "{pointer}");
        }
    }

    proptest! {
        #[test]
        fn what_is_found_is_what_a_whole_reading_finds(
            values in prop::collection::vec(
                prop_oneof![
                    Just("null".to_owned()), Just("[]".to_owned()), Just("{}".to_owned()), "-?[1-9][0-9]{0,3}(\\.[0-9])?",
                    r#""[a-c\\]{0,3}""#, r#"\{"id": ?"[ab]"\}"#, r#"\[ ?"[ab\\]", \{"a":\[\]\}\]"#,
                ],
                0..6,
            ),
            names in prop::collection::vec("[ab]|id|a\\\\u0062", 6),
            text in "[ab]{0,2}",
        ) {
            let members: Vec<String> = names.iter().zip(&values).map(|(name, value)| format!("\"{name}\" : {value}")).collect();
            let document = format!("{{{}}}", members.join(" , "));
            for pointer in ["/id", "/a", "/a/id", "/id/a"] {
                let is_there = crate::texts(document.as_bytes(), &crate::Limits::default(), 0, &[pointer]) == [Some(text.clone())];
                let is_document = crate::look(document.as_bytes(), &crate::Limits::default(), 0, |_| ()).is_some();
                // It may miss a text, and of a document that cannot be read it may find one.
                if is_document && is_text_at(document.as_bytes(), pointer, &text) {
                    prop_assert!(is_there, "{document} {pointer} {text}");
                }
                if is_document && !document.contains('\\') {
                    prop_assert_eq!(is_text_at(document.as_bytes(), pointer, &text), is_there, "{} {}", document, pointer);
                }
            }
        }
    }
}
