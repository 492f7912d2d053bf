//! Fast path to one text of a document, which reads no further than that text.
//!
//! A document and a JSON Pointer come in; the text goes out if it stands there without escapes, otherwise `None`, and only a
//! full read can decide. It must not allocate. A fault of the document after the text is not noticed.

use crate::lexis::plain_run;

/// Returns the text at a JSON Pointer without escapes and array indices, as it stands in the document; `None` if there is no
/// text, or one with escapes. The document after it is not read, so that a broken document may give a text, too.
pub fn plain_text<'d>(bytes: &'d [u8], pointer: &str) -> Option<&'d [u8]> {
    let tokens = pointer
        .strip_prefix('/')
        .filter(|tokens| !tokens.as_bytes().contains(&b'~'))?;
    let mut tokens = tokens.as_bytes().split(|&byte| byte == b'/');
    let place = tokens.try_fold(0, |at, token| member(bytes, at, token))?;
    string(bytes, blank(bytes, place)).map(|(own, _)| own)
}

/// Returns the start of a member's value in the object at `at`.
fn member(bytes: &[u8], at: usize, name: &[u8]) -> Option<usize> {
    let mut at = byte(bytes, at, b'{')?;
    loop {
        let (own, behind) = string(bytes, blank(bytes, at))?;
        at = byte(bytes, behind, b':')?;
        if own == name {
            return Some(at);
        }
        at = byte(bytes, value(bytes, at)?, b',')?;
    }
}

/// Returns the index after optional white space and this byte.
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

/// Returns a string without escapes, and the index after it.
fn string(bytes: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let start = (bytes.get(at) == Some(&b'"')).then_some(at + 1)?;
    let end = plain_run(bytes, start);
    (bytes.get(end) == Some(&b'"')).then(|| (&bytes[start..end], end + 1))
}

/// Returns the index after a value.
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
        for (pointer, wanted) in [
            ("/id", Some("one")),
            ("/o/id", Some("inner")),
            ("/o/b/id", None),
            ("/n", None),
            ("/broken", None),
            ("", None),
            ("/none", None),
        ] {
            assert_eq!(
                plain_text(DOCUMENT.as_bytes(), pointer),
                wanted.map(str::as_bytes),
                "{pointer}"
            );
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
        ) {
            let members: Vec<String> = names.iter().zip(&values).map(|(name, value)| format!("\"{name}\" : {value}")).collect();
            let document = format!("{{{}}}", members.join(" , "));
            for pointer in ["/id", "/a", "/a/id", "/id/a"] {
                let limits = crate::Limits::default();
                let is_document = crate::inspect(document.as_bytes(), &limits, 0, |_| ()).is_some();
                let whole = crate::text(document.as_bytes(), &limits, 0, pointer);
                let plain = plain_text(document.as_bytes(), pointer).map(|text| String::from_utf8(text.to_vec()).unwrap());
                // The fast search may miss a text, and may find one in a document that a full read refuses.
                if is_document && plain.is_some() {
                    prop_assert_eq!(&plain, &whole, "{} {}", document, pointer);
                }
                if is_document && !document.contains('\\') {
                    prop_assert_eq!(plain, whole, "{} {}", document, pointer);
                }
            }
        }
    }
}
