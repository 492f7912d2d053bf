//! Text to tokens: prose, code of Markdown, and the elements and character references of HTML in prose.

use super::super::marks::{CodeSpans, closes, fence, ticks};
use crate::limits;

/// An element of HTML by its meaning in Markdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    /// `p`, which needs no end.
    Paragraph,
    /// Any other block.
    Block,
    /// Without a meaning in Markdown.
    Plain,
    Bold,
    Italic,
    Raised,
    Code,
    Pre,
    Link,
    Image,
    /// A name in the documentation of .NET: `<see cref="T:Shop.Order"/>`.
    Reference,
    Break,
    /// True: with numbers.
    List(bool),
    Item,
    Heading(u8),
    Table,
    Row,
    /// True: of a head.
    Cell(bool),
}

/// The start of an element.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opening<'t> {
    pub(super) tag: Element,
    pub(super) attributes: &'t str,
    /// Place among the tokens, which its end names.
    pub(super) id: usize,
    /// Its own text.
    raw: &'t str,
    is_closed: bool,
}

impl<'t> Opening<'t> {
    /// Returns the value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&'t str> {
        let lower = self.attributes.to_ascii_lowercase();
        let found = lower.match_indices(name).find(|(at, _)| {
            let is_word = lower[..*at].chars().last().is_none_or(char::is_whitespace);
            is_word && lower[at + name.len()..].trim_start().starts_with('=')
        });
        let rest = self.attributes[found?.0 + name.len()..]
            .trim_start()
            .strip_prefix('=')?
            .trim_start();
        match rest.chars().next().filter(|sign| matches!(sign, '"' | '\'')) {
            Some(sign) => rest[1..].split(sign).next(),
            None => rest.split_whitespace().next(),
        }
    }

    /// Returns the name that a [`Element::Reference`] has: of `T:Shop.Order` and `M:Shop.Order.Pay(System.Int32)` its last word.
    pub(super) fn referred(&self) -> Option<&'t str> {
        if let Some(member) = self.attribute("cref") {
            let name = member.split(['(', '{', '`']).next()?;
            return name.rsplit([':', '.']).next().filter(|name| !name.is_empty());
        }
        let named = ["langword", "name"].iter().find_map(|name| self.attribute(name));
        named.filter(|name| !name.is_empty())
    }
}

/// A piece of a text.
#[derive(Debug)]
pub(super) enum Lexeme<'t> {
    /// Prose.
    Text(&'t str),
    /// Code of Markdown.
    Code(&'t str),
    /// The start of an element.
    Open(Opening<'t>),
    /// The end of an element, and the place of its start.
    Close(Element, Option<usize>),
}

/// Splits a text. Elements that should be closed and are not are prose.
pub(super) fn tokens(text: &str) -> Vec<Lexeme<'_>> {
    let mut tokens = Vec::new();
    for (piece, is_code) in pieces(text) {
        if is_code {
            tokens.push(Lexeme::Code(piece));
        } else {
            split(piece, &mut tokens);
        }
    }
    pair(&mut tokens);
    tokens
}

/// Splits a text into prose and blocks of code, both of whole lines.
fn pieces(text: &str) -> Vec<(&str, bool)> {
    let (mut pieces, mut start, mut at, mut was_code) = (Vec::new(), 0, 0, false);
    let (mut open, mut is_pre, mut is_list, mut after_blank) = (None, false, false, true);
    for line in text.split_inclusive('\n') {
        let inner = line.trim_start();
        let lower = line.to_ascii_lowercase();
        let is_indented = after_blank && !is_list && line.starts_with("    ") && !inner.starts_with('<');
        let is_code = match open {
            Some((sign, length)) => {
                if closes(line, sign, length) {
                    open = None;
                }
                true
            }
            None if is_pre => false,
            None => {
                open = fence(inner.trim_end());
                open.is_some() || (is_indented && !inner.is_empty()) || (was_code && inner.is_empty() && after_blank)
            }
        };
        if !is_code {
            is_pre = (is_pre || lower.contains("<pre")) && !lower.contains("</pre");
            if !inner.is_empty() && (inner.len() == line.len() || inner.starts_with('<')) {
                is_list = inner.starts_with(['-', '*', '+', '<']) || inner.starts_with(|c: char| c.is_ascii_digit());
            }
        }
        after_blank = inner.is_empty() || (is_code && is_indented);
        if is_code != was_code && at > start {
            pieces.push((&text[start..at], was_code));
            start = at;
        }
        was_code = is_code;
        at += line.len();
    }
    pieces.push((&text[start..], was_code));
    pieces
}

/// Splits prose.
fn split<'t>(text: &'t str, tokens: &mut Vec<Lexeme<'t>>) {
    let (mut start, mut at, mut line_end) = (0, 0, 0);
    let spans = CodeSpans::new(text);
    let last_comment_end = text.rfind("-->").unwrap_or(0);
    while let Some(found) = text[at..].find(['`', '<', '\\']) {
        at += found;
        let rest = &text[at..];
        if at >= line_end {
            line_end = rest.find('\n').map_or(text.len(), |length| at + length);
        }
        let token = match rest.as_bytes()[0] {
            b'`' => {
                // A span of one line.
                let end = spans.end(text, at).filter(|end| *end <= line_end);
                end.map(|end| (Some(Lexeme::Code(&text[at..end])), end - at))
                    .or_else(|| Some((None, ticks(rest))))
            }
            b'<' if rest.starts_with("<!--") && at < last_comment_end => {
                rest.find("-->").map(|end| (Some(Lexeme::Text("")), end + 3))
            }
            b'<' => element(rest, text[..at].chars().last(), tokens.len() + usize::from(at > start)),
            _ => Some((
                None,
                1 + rest[1..]
                    .chars()
                    .next()
                    .filter(char::is_ascii)
                    .map_or(0, char::len_utf8),
            )),
        };
        match token {
            Some((Some(token), length)) => {
                if at > start {
                    tokens.push(Lexeme::Text(&text[start..at]));
                }
                tokens.push(token);
                at += length;
                start = at;
            }
            Some((None, length)) => at += length,
            None => at += 1,
        }
    }
    if start < text.len() {
        tokens.push(Lexeme::Text(&text[start..]));
    }
}

/// Reads the start or end of an element that HTML has.
fn element(rest: &str, before: Option<char>, id: usize) -> Option<(Option<Lexeme<'_>>, usize)> {
    let is_end = rest[1..].starts_with('/');
    let name_at = 1 + usize::from(is_end);
    let name = &rest[name_at..];
    let name = &name[..name.bytes().take_while(u8::is_ascii_alphanumeric).count()];
    let tag = tag(&name.to_ascii_lowercase())?;
    let attributes_at = name_at + name.len();
    let length = attributes_at + end_of_tag(&rest[attributes_at..])?;
    let attributes = &rest[attributes_at..length - 1];
    if !attributes.is_empty() && !attributes.starts_with([' ', '\n', '/']) {
        return None;
    }
    if is_end {
        return Some((Some(Lexeme::Close(tag, None)), length));
    }
    let is_plausible = attributes.trim_matches(['/', ' ', '\n']).is_empty() || attributes.contains('=');
    let is_placeholder = tag == Element::Paragraph && before.is_some_and(|before| "/=_-".contains(before));
    let open = Opening {
        tag,
        attributes,
        id,
        raw: &rest[..length],
        is_closed: false,
    };
    (is_plausible && !is_placeholder).then_some((Some(Lexeme::Open(open)), length))
}

/// Returns the length of a tag behind its name: up to a `>` that is in no quotes, and not beyond the next `<`, so that many tags
/// without an end are read once.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut before = ' ';
    for (at, c) in text.char_indices().take(limits::TAG_CHARACTERS) {
        match (quote, c) {
            (None, '>') => return Some(at + 1),
            (_, '<') => return None,
            (None, '"' | '\'') if before == '=' => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            _ => {}
        }
        before = c;
    }
    None
}

fn tag(name: &str) -> Option<Element> {
    Some(match name {
        "p" => Element::Paragraph,
        "div" | "section" | "article" | "center" | "blockquote" | "details" | "summary" | "dl" | "dd" | "para"
        | "remarks" => Element::Block,
        "span" | "u" | "font" | "small" | "big" | "nobr" | "sub" | "s" | "mark" | "thead" | "tbody" => Element::Plain,
        "b" | "strong" => Element::Bold,
        "i" | "em" => Element::Italic,
        "sup" => Element::Raised,
        "code" | "tt" | "kbd" | "samp" | "var" | "c" => Element::Code,
        "pre" => Element::Pre,
        "a" => Element::Link,
        "img" => Element::Image,
        "see" | "seealso" | "paramref" | "typeparamref" => Element::Reference,
        "br" | "hr" => Element::Break,
        "ul" => Element::List(false),
        "ol" => Element::List(true),
        "li" | "dt" => Element::Item,
        "table" => Element::Table,
        "tr" => Element::Row,
        "td" => Element::Cell(false),
        "th" => Element::Cell(true),
        _ => match name.as_bytes() {
            [b'h', level @ b'1'..=b'6'] => Element::Heading(level - b'0'),
            _ => return None,
        },
    })
}

/// Finds the end of each element; makes prose of starts that have none and need one.
fn pair(tokens: &mut [Lexeme<'_>]) {
    // Open elements by tag; few tags exist.
    let mut open: Vec<(Element, Vec<usize>)> = Vec::new();
    let mut closed = vec![false; tokens.len()];
    for (at, token) in tokens.iter_mut().enumerate() {
        let (tag, is_end) = match token {
            Lexeme::Open(open) => (open.tag, false),
            Lexeme::Close(tag, _) => (*tag, true),
            Lexeme::Text(_) | Lexeme::Code(_) => continue,
        };
        let place = open.iter().position(|(known, _)| *known == tag).unwrap_or_else(|| {
            open.push((tag, Vec::new()));
            open.len() - 1
        });
        let starts = &mut open[place].1;
        if !is_end {
            starts.push(at);
        } else if let Some(start) = starts.pop() {
            closed[start] = true;
            *token = Lexeme::Close(tag, Some(start));
        }
    }
    let is_list = |token: &Lexeme<'_>| matches!(token, Lexeme::Open(open) if matches!(open.tag, Element::List(_)));
    let has_list = tokens
        .iter()
        .zip(&closed)
        .any(|(token, closed)| *closed && is_list(token));
    for (token, closed) in tokens.iter_mut().zip(closed) {
        let Lexeme::Open(open) = token else { continue };
        open.is_closed = closed;
        let is_element = match open.tag {
            Element::Paragraph | Element::Break => true,
            Element::Image => open.attribute("src").is_some(),
            Element::Reference => open.referred().is_some(),
            Element::Item => closed || has_list,
            _ => closed,
        };
        if !is_element {
            *token = Lexeme::Text(open.raw);
        }
    }
}

/// Names of character references, and their characters.
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
