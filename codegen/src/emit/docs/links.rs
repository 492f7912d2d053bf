//! Links in a contract's text, and the line of prose that they are in.
//!
//! A line's Markdown comes in; a line in which nothing else is a link, an element or a quotation goes out. A link is kept, leads to an
//! item, or shows its target as code. A link to an operation leads to its method in rustdoc, and to its section on a page.

use sdkwright_contract::ir;

use super::marks::{CodeSpans, ticks};
use crate::naming::{GroupName, Names};

/// Returns the path of the item to which the target of a link in a contract's text leads; `None` for another target.
pub(crate) type Targets<'t> = dyn Fn(&str) -> Option<String> + 't;

fn is_url(text: &str) -> bool {
    let scheme = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    scheme.is_some_and(|rest| !rest.is_empty() && rest.chars().all(is_url_char))
}

fn is_url_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~:/?#@!$&*+,;=%{}".contains(c)
}

/// Returns true for a mail link.
fn is_mail(target: &str) -> bool {
    let address = target.strip_prefix("mailto:");
    address.is_some_and(|address| address.contains('@') && address.chars().all(is_url_char))
}

/// Returns true for the path or fragment of a page beside the one that the text was written for.
fn is_relative(target: &str) -> bool {
    target.starts_with(['/', '#', '.']) && target.chars().all(is_url_char)
}

/// A part of a line in its safe form, and the length that it replaces.
struct SafePart {
    pub(super) safe: String,
    pub(super) length: usize,
}

/// Parses `[text](target)` with plain text, code or an image as its text. Reads no further than the next mark of a link.
fn link(rest: &str, targets: &Targets<'_>) -> Option<SafePart> {
    let pair = PlainLink::parse(rest)?;
    let shown = match pair.text {
        LinkText::Plain(text) => text,
        LinkText::Image(_, _) if !is_url(pair.target) => return None,
        LinkText::Image(text, source) => {
            let safe = format!("[{}]({}) ([image]({source}))", named(text), pair.target);
            let length = pair.length;
            return Some(SafePart { safe, length });
        }
    };
    let safe = pair.safe(shown, targets)?;
    (!shown.is_empty()).then_some(SafePart {
        safe,
        length: pair.length,
    })
}

/// Parses `![text](target)`, which becomes a link: documentation loads nothing from elsewhere.
fn image(rest: &str) -> Option<SafePart> {
    let inner = rest.strip_prefix('!')?;
    let pair = PlainLink::parse(inner)?;
    let LinkText::Plain(text) = pair.text else {
        // The mark before a link that has an image as its text would make an image of the link.
        let link = link(inner, &|_| None)?;
        return Some(SafePart {
            safe: format!("\\!{}", link.safe),
            length: link.length + 1,
        });
    };
    let safe = pair.safe(named(text), &|_| None)?;
    let length = pair.length + 1;
    Some(SafePart { safe, length })
}

/// Returns the text of an image, which may have none.
fn named(text: &str) -> &str {
    if text.trim().is_empty() { "image" } else { text }
}

/// The text of a link.
enum LinkText<'t> {
    Plain(&'t str),
    /// An image: its text and its address.
    Image(&'t str, &'t str),
}

/// A link without judgement of its target.
struct PlainLink<'t> {
    text: LinkText<'t>,
    target: &'t str,
    length: usize,
}

impl<'t> PlainLink<'t> {
    fn parse(rest: &'t str) -> Option<Self> {
        let inner = rest.strip_prefix('[')?;
        let (text, after) = if let Some(image) = inner.strip_prefix("![") {
            let (text, after) = image.split_at(plain(image)?);
            let source = target(after)?;
            let after = after[source.len() + 3..].strip_prefix(']')?;
            (is_url(source).then_some(LinkText::Image(text, source))?, after)
        } else {
            let (text, after) = inner.split_at(plain(inner)?);
            (LinkText::Plain(text), after.strip_prefix(']')?)
        };
        let target = parenthesized(after)?;
        let length = rest.len() - after.len() + target.len() + 2;
        Some(Self { text, target, length })
    }

    /// Returns the link with this text if its target is a web or mail address, or one of `targets`; a target beside the contract
    /// is shown as code.
    fn safe(&self, text: &str, targets: &Targets<'_>) -> Option<String> {
        // The text of a link must not show another address than its own.
        if is_url(text) && text != self.target {
            return None;
        }
        if is_url(self.target) || is_mail(self.target) {
            if text == self.target {
                return Some(format!("<{text}>"));
            }
            return Some(format!("[{text}]({})", self.target));
        }
        if let Some(item) = targets(self.target) {
            return Some(format!("[{text}]({item})"));
        }
        is_relative(self.target).then(|| format!("{text} (`{}`)", self.target))
    }
}

/// Returns the length of the text of a link, which ends before `](`.
fn plain(text: &str) -> Option<usize> {
    let end = text.find(['[', ']', '<', '\\'])?;
    let plain = &text[..end];
    let is_text = is_url(plain) || !plain.contains("://");
    (text[end..].starts_with("](") && is_text && is_closed(plain)).then_some(end)
}

/// Returns what is in the parentheses after the text of a link.
fn target(after: &str) -> Option<&str> {
    parenthesized(after.strip_prefix(']')?)
}

fn parenthesized(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('(')?;
    let end = inner.find(|c| !is_url_char(c))?;
    inner[end..].starts_with(')').then(|| &inner[..end])
}

/// Returns true if every code span of a text ends in it.
fn is_closed(text: &str) -> bool {
    let spans = CodeSpans::new(text);
    let mut at = 0;
    while let Some(found) = text[at..].find('`') {
        let Some(end) = spans.end(text, at + found) else {
            return false;
        };
        at = end;
    }
    true
}

/// Returns the URL in angle brackets at the start of a text.
fn autolink(rest: &str) -> Option<&str> {
    let inner = rest.strip_prefix('<')?;
    let end = inner.find(|c| !is_url_char(c))?;
    (inner[end..].starts_with('>') && is_url(&inner[..end])).then(|| &inner[..end])
}

/// Returns the URL at the start of a text, without marks of the sentence around it.
fn bare_url(rest: &str, before: Option<char>) -> Option<&str> {
    if before.is_some_and(char::is_alphanumeric) || !(rest.starts_with("http://") || rest.starts_with("https://")) {
        return None;
    }
    let end = rest.find(|c| !is_url_char(c)).unwrap_or(rest.len());
    let url = rest[..end].trim_end_matches(['.', ',', ':', ';', '!', '?', '*', '_']);
    let url = if url.contains('{') {
        url
    } else {
        url.trim_end_matches('}')
    };
    is_url(url).then_some(url)
}

/// Escapes one line of prose: code spans and web links stay, images become links; everything else that Markdown or rustdoc
/// reads as a link, an image, an element or a quotation is escaped. Takes time in proportion to the length.
pub(super) fn escaped(text: &str, targets: &Targets<'_>) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let spans = CodeSpans::new(text);
    let mut at = 0;
    if text.starts_with('>') {
        out.push('\\');
    }
    loop {
        let bytes = &text.as_bytes()[at..];
        let may_matter = |(at, byte): (usize, u8)| match byte {
            b'`' | b'[' | b']' | b'<' | b'\\' => true,
            b'!' => bytes[at + 1..].starts_with(b"["),
            b'h' => bytes[at..].starts_with(b"http"),
            _ => false,
        };
        let plain = bytes.iter().copied().enumerate().position(may_matter);
        let plain = plain.unwrap_or(bytes.len());
        out.push_str(&text[at..at + plain]);
        at += plain;
        let rest = &text[at..];
        let Some(next) = rest.chars().next() else { break };
        let url = |url: &str, length: usize| SafePart {
            safe: format!("<{url}>"),
            length,
        };
        let taken = match next {
            '`' => {
                let (safe, length) = match spans.end(text, at) {
                    Some(end) => (text[at..end].to_owned(), end - at),
                    None => ("\\`".repeat(ticks(rest)), ticks(rest)),
                };
                Some(SafePart { safe, length })
            }
            '[' => link(rest, targets),
            '!' => image(rest),
            '<' => autolink(rest).map(|address| url(address, address.len() + 2)),
            'h' => bare_url(rest, out.chars().last()).map(|address| url(address, address.len())),
            '\\' => {
                let escape = rest[1..].chars().next().filter(char::is_ascii_punctuation);
                escape.map(|c| SafePart {
                    safe: format!("\\{c}"),
                    length: 2,
                })
            }
            _ => None,
        };
        if let Some(part) = taken {
            out.push_str(&part.safe);
            at += part.length;
            continue;
        }
        if matches!(next, '`' | '[' | ']' | '<' | '\\') {
            out.push('\\');
        }
        out.push(next);
        at += next.len_utf8();
    }
    out
}

/// Path of every method.
const METHODS: &str = "](crate::operations::";

/// Fragments by which viewers of contracts lead to an operation.
const FRAGMENTS: [&str; 4] = ["#operation/", "#operations/", "#/operations/", "#"];

/// Returns the path of the method to which a link leads.
pub(crate) fn method_item(api: &ir::Api, names: &Names, target: &str) -> Option<String> {
    let id = FRAGMENTS
        .iter()
        .find_map(|start| target.strip_prefix(start))
        .unwrap_or(target);
    let mut operations = api.operations();
    let (id, _) = operations.find(|(_, operation)| operation.id_given && operation.id == id)?;
    first_method(names, id)
}

/// Returns the path of the first method of an operation.
pub(crate) fn first_method(names: &Names, id: ir::OperationId) -> Option<String> {
    let GroupName { module, pascal, .. } = names.group_of(id)?;
    Some(format!(
        "crate::operations::{module}::{pascal}::{}",
        names.operation(id).method(0)
    ))
}

/// Returns documentation for a page: each link to a method leads to its section. `file`: the page of a group by its index.
pub(crate) fn on_page(names: &Names, file: &dyn Fn(usize) -> String, lines: &[String]) -> String {
    let text = lines.join("\n");
    let (mut out, mut rest) = (String::with_capacity(text.len()), text.as_str());
    while let Some((before, (item, after))) = rest
        .split_once(METHODS)
        .and_then(|(before, after)| Some((before, after.split_once(')')?)))
    {
        let section = names.groups().iter().enumerate().find_map(|(index, group)| {
            let method = item.strip_prefix(&format!("{}::{}::", group.module, group.pascal))?;
            Some(format!(
                "{}#{}{}",
                file(index),
                group.snake,
                method.trim_start_matches("r#")
            ))
        });
        out.extend([before, "](", &section.unwrap_or_default(), ")"]);
        rest = after;
    }
    out.push_str(rest);
    out.replace("](crate::assumptions", "](../ASSUMPTIONS.md")
}
