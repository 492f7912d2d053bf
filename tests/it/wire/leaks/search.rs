//! The search: any text goes in, and where a sentinel stands in it comes out, as it is or as base64, hexadecimal, percent
//! encoding or a list of numbers. One search for real leaks and for planted ones.

/// Marks of every sentinel. The second one is for members that take digits alone.
pub(super) const MARKS: [&str; 2] = ["sentinel9f2", "73514682907351"];

/// The places of sentinels in a text, each with a little of what stands before it.
pub(super) fn find(text: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(text);
    let lower = text.to_ascii_lowercase();
    let mut dense = text.clone().into_owned();
    dense.retain(|character| !character.is_ascii_whitespace());
    let mut found = Vec::new();
    for mark in MARKS {
        look("as it is", &lower, mark, &mut found);
        for mark in [mark.to_owned(), mark.to_uppercase()] {
            let bytes = mark.as_bytes();
            look(
                "in hexadecimal",
                &lower,
                &joined(bytes, "", |byte| format!("{byte:02x}")),
                &mut found,
            );
            look(
                "percent-encoded",
                &lower,
                &joined(bytes, "", |byte| format!("%{byte:02x}")),
                &mut found,
            );
            look(
                "as numbers",
                &dense,
                &joined(bytes, ",", ToString::to_string),
                &mut found,
            );
            for form in base64(bytes) {
                look("in base64", &text, &form, &mut found);
            }
        }
    }
    found
}

fn look(how: &str, text: &str, form: &str, found: &mut Vec<String>) {
    const MOST: usize = 5;
    for (at, _) in text.match_indices(form).take(MOST) {
        let before: Vec<char> = text[..at].chars().rev().take(120).collect();
        let place = format!("{how}: …{}{form}…", before.into_iter().rev().collect::<String>());
        if !found.contains(&place) {
            found.push(place);
        }
    }
}

fn joined(bytes: &[u8], between: &str, form: impl Fn(&u8) -> String) -> String {
    bytes.iter().map(form).collect::<Vec<_>>().join(between)
}

/// Returns the base64 digits of these bytes at each offset in a longer text: those that neighbours cannot change.
fn base64(bytes: &[u8]) -> Vec<String> {
    use base64::Engine as _;
    let mut forms = Vec::new();
    for before in 0..3 {
        let padded = [&b"\0\0"[..before], bytes].concat();
        let first = (before * 8).div_ceil(6);
        let last = padded.len() * 8 / 6;
        for engine in [&base64::prelude::BASE64_STANDARD, &base64::prelude::BASE64_URL_SAFE] {
            let digits = engine.encode(&padded);
            forms.push(digits[first..last].to_owned());
        }
    }
    forms.sort();
    forms.dedup();
    forms
}
