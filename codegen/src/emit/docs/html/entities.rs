//! Character references of HTML: named ones that texts contain, and all numbers.

/// Names and characters.
#[rustfmt::skip]
const NAMED: &[(&str, char)] = &[
    ("amp", '&'), ("apos", '\''), ("bull", '•'), ("copy", '©'), ("euro", '€'), ("gt", '>'), ("ge", '≥'), ("hellip", '…'),
    ("larr", '←'), ("ldquo", '“'), ("le", '≤'), ("lsquo", '‘'), ("lt", '<'), ("mdash", '—'), ("middot", '·'), ("nbsp", ' '),
    ("ndash", '–'), ("ne", '≠'), ("quot", '"'), ("rarr", '→'), ("rdquo", '”'), ("reg", '®'), ("rsquo", '’'), ("times", '×'),
    ("trade", '™'),
];

/// Returns the character of the reference at the start of a text, and the length of the reference.
pub(super) fn entity(text: &str) -> Option<(char, usize)> {
    let rest = text.strip_prefix('&')?;
    let end = rest.bytes().take(10).position(|byte| byte == b';')?;
    let name = &rest[..end];
    let character = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
        None => NAMED.iter().find(|(known, _)| *known == name)?.1,
    };
    Some((character, end + 2))
}

/// Decodes all references of a text. `is_code`: without marks that keep characters from being Markdown.
pub(super) fn decoded(text: &str, is_code: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (character, length) = entity(rest).unwrap_or(('&', 1));
        rest = &rest[length..];
        let begins_another =
            character == '&' && length > 1 && rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '#');
        let is_mark = length > 1 && character.is_ascii_punctuation() && !"&<>\"'".contains(character);
        if !is_code && (begins_another || is_mark) {
            out.push('\\');
        }
        out.push(character);
    }
    out.push_str(rest);
    out
}
