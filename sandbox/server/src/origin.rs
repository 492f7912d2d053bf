//! In: what is wrong with nodes of a contract. Out: one error that says for each where it stands: file, line, column and the
//! member. Never: an error without its place; what the text does not have has the place of what is around it.

use crate::error::Error;
use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, Span};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// Limit of lists and maps inside each other.
const DEPTH: usize = 128;

/// The text of a contract, and where it came from.
#[derive(Debug, Default)]
pub(crate) struct Source {
    text: String,
    file: Option<String>,
}

/// Something wrong with a node, or with a member of it.
#[derive(Debug, Clone)]
pub(crate) struct Defect<'a> {
    node: &'a Value,
    members: Vec<String>,
    part: NodePart,
    why: String,
}

impl<'a> Defect<'a> {
    pub(crate) fn new(node: &'a Value, why: impl Into<String>) -> Self {
        Self {
            node,
            members: Vec::new(),
            part: NodePart::Value,
            why: why.into(),
        }
    }

    /// The same about a member of the node.
    pub(crate) fn at(mut self, member: &str) -> Self {
        self.members.push(member.to_owned());
        self
    }

    /// The same about the name of the member.
    pub(crate) fn name(mut self) -> Self {
        self.part = NodePart::Name;
        self
    }

    /// The same about the character of a text that follows so many others.
    pub(crate) fn behind(mut self, characters: Option<usize>) -> Self {
        self.part = characters.map_or(self.part, NodePart::Character);
        self
    }
}

impl Source {
    pub(crate) fn new(text: &str, file: Option<&Path>) -> Self {
        let here = std::env::current_dir().unwrap_or_default();
        let file = file.map(|file| file.strip_prefix(here).unwrap_or(file));
        Self {
            text: text.to_owned(),
            file: file.map(|file| file.display().to_string()),
        }
    }

    /// An error of the reader of YAML.
    pub(crate) fn unreadable(&self, source: &serde_yaml::Error) -> Error {
        let text = source.to_string();
        let place = source.location().map(|at| {
            let said = format!(" at line {} column {}", at.line(), at.column());
            (self.place(at.line(), at.column()), text.replace(&said, ""))
        });
        Error::Contract(place.map_or(text, |(place, text)| format!("{place}: {text}")))
    }

    /// The error of lists and maps inside each other beyond the limit; the reader of YAML would take long to find it.
    pub(crate) fn too_deep(&self) -> Option<Error> {
        let (line, column) = deeper_than(&self.text, DEPTH)?;
        let why = format!("lists and maps are nested more than {DEPTH} levels deep");
        Some(Error::Contract(format!("{}: {why}", self.place(line, column))))
    }

    /// All that is wrong, in the order of the text.
    pub(crate) fn error(&self, root: &Value, wrong: &[Defect<'_>]) -> Error {
        let mut lines: Vec<_> = wrong.iter().map(|one| self.line(root, one)).collect();
        lines.sort();
        lines.dedup();
        let texts: Vec<String> = lines.into_iter().map(|(_, text)| text).collect();
        Error::Contract(match texts.as_slice() {
            [only] => only.clone(),
            many => format!("{} errors:\n  {}", many.len(), many.join("\n  ")),
        })
    }

    fn line(&self, root: &Value, wrong: &Defect<'_>) -> ((usize, usize), String) {
        let mut tokens = path_to(root, wrong.node, &|one, other| std::ptr::eq(one, other))
            .or_else(|| path_to(root, wrong.node, &|one, other| one == other))
            .unwrap_or_default();
        tokens.extend(wrong.members.iter().cloned());
        let at = find_place(&self.text, &tokens, wrong.part);
        let mut text = String::new();
        if let Some((line, column)) = at {
            let _ = write!(text, "{}: ", self.place(line, column));
        }
        let word = word(&tokens);
        if !word.is_empty() {
            let _ = write!(text, "{word}: ");
        }
        (at.unwrap_or_default(), text + &wrong.why)
    }

    fn place(&self, line: usize, column: usize) -> String {
        match &self.file {
            Some(file) => format!("{file}:{line}:{column}"),
            None => format!("line {line}, column {column}"),
        }
    }
}

/// The path to a node of a tree.
fn path_to(tree: &Value, node: &Value, is_it: &impl Fn(&Value, &Value) -> bool) -> Option<Vec<String>> {
    if is_it(tree, node) {
        return Some(Vec::new());
    }
    let below = |token: String, child: &Value| {
        let mut path = path_to(child, node, is_it)?;
        path.insert(0, token);
        Some(path)
    };
    match tree {
        Value::Object(members) => members.iter().find_map(|(name, child)| below(name.clone(), child)),
        Value::Array(items) => {
            let mut numbered = items.iter().enumerate();
            numbered.find_map(|(number, child)| below(number.to_string(), child))
        }
        _ => None,
    }
}

/// The end of a path from its word of ours on, as in `x-rules[2].rule`.
fn word(tokens: &[String]) -> String {
    let from = tokens.iter().rposition(|token| token.starts_with("x-"));
    let mut text = String::new();
    for token in from.map_or(&[][..], |from| &tokens[from..]) {
        let is_plain = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '-';
        let _ = match token.parse::<usize>() {
            Ok(number) => write!(text, "[{number}]"),
            Err(_) if !token.chars().all(is_plain) => write!(text, "[{token:?}]"),
            Err(_) if text.is_empty() => write!(text, "{token}"),
            Err(_) => write!(text, ".{token}"),
        };
    }
    text
}

/// The part of a member that is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NodePart {
    Name,
    Value,
    /// The character of a text that follows so many others, spaces not counted.
    Character(usize),
}

/// The path to a node: names of members and numbers of items.
type PathTokens = Vec<String>;

/// A mapping or a sequence that is open.
struct OpenCollection {
    is_mapping: bool,
    /// The name of the member that comes next.
    name: Option<String>,
    items: usize,
}

/// The place of a node.
#[derive(Clone, Copy)]
struct NodeSpan {
    name: Option<Span>,
    value: Span,
    style: Option<ScalarStyle>,
}

/// Line and column, from 1, of the node at a pointer, or of the nearest one around it.
fn find_place(text: &str, tokens: &[String], part: NodePart) -> Option<(usize, usize)> {
    let (mut nodes, mut aliases) = (BTreeMap::new(), BTreeMap::new());
    walk(text, &mut nodes, &mut aliases);
    let mut at = tokens.to_vec();
    // An alias stands for what is written elsewhere, which can have aliases of its own.
    for _ in 0..8 {
        let alias = (0..at.len()).find_map(|length| Some((length, aliases.get(&at[..length])?)));
        let Some((length, target)) = alias else { break };
        at = [PathTokens::as_slice(target), &at[length..]].concat();
    }
    let depth = (0..=at.len()).rev().find(|&length| nodes.contains_key(&at[..length]))?;
    let found: &NodeSpan = nodes.get(&at[..depth])?;
    match (part, found.style) {
        (NodePart::Name, _) if depth == at.len() => found.name.or(Some(found.value)).map(start),
        (NodePart::Character(number), Some(style)) if depth == at.len() => {
            let characters: Vec<char> = text.chars().collect();
            Some(position(
                &characters,
                character(&characters, found.value, style, number),
            ))
        }
        _ => Some(start(found.value)),
    }
}

/// Line and column, from 1, of the first list or map that is inside of so many others.
fn deeper_than(text: &str, most: usize) -> Option<(usize, usize)> {
    if !may_be_deeper_than(text, most) {
        return None;
    }
    let mut depth = 0_usize;
    for event in Parser::new_from_str(text) {
        match event {
            Ok((Event::SequenceStart(..) | Event::MappingStart(..), span)) => {
                depth += 1;
                if depth > most {
                    return Some(start(span));
                }
            }
            Ok((Event::SequenceEnd | Event::MappingEnd, _)) => depth = depth.saturating_sub(1),
            Ok(_) => {}
            Err(error) if *error.kind() == ErrorKind::RecursionLimitExceeded => {
                let at = error.marker();
                return Some((at.line(), at.col() + 1));
            }
            Err(_) => return None,
        }
    }
    None
}

/// Returns `false` for a text whose brackets and indentation show that nothing in it is so deep; most texts need no parser for that.
fn may_be_deeper_than(text: &str, most: usize) -> bool {
    let (mut depth, mut quote, mut last) = (0_usize, None, b'\n');
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match (quote, byte) {
            (Some(b'"'), b'\\') => drop(bytes.next()),
            (Some(open), _) if open == byte => quote = None,
            (None, b'"' | b'\'') if b"[{,:\n".contains(&last) => quote = Some(byte),
            (None, b'[' | b'{') => depth += 1,
            (None, b']' | b'}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if byte != b' ' {
            last = byte;
        }
        if depth > most {
            return true;
        }
    }
    let is_mark = |byte: &u8| matches!(byte, b' ' | b'-' | b'?');
    text.lines().any(|line| line.bytes().take_while(is_mark).count() > most)
}

fn start(span: Span) -> (usize, usize) {
    (span.start.line(), span.start.col() + 1)
}

/// Notes the place of every node, and where each alias leads.
fn walk(text: &str, nodes: &mut BTreeMap<PathTokens, NodeSpan>, aliases: &mut BTreeMap<PathTokens, PathTokens>) {
    let (mut levels, mut anchors) = (Vec::<OpenCollection>::new(), BTreeMap::<usize, PathTokens>::new());
    let mut path = PathTokens::new();
    let mut name_at = None;
    for event in Parser::new_from_str(text) {
        let Ok((event, span)) = event else { return };
        if matches!(event, Event::SequenceEnd | Event::MappingEnd) {
            levels.pop();
            path.pop();
            continue;
        }
        let (anchor, style) = match &event {
            Event::Scalar(_, style, anchor, _) => (*anchor, Some(*style)),
            Event::SequenceStart(_, anchor, _) | Event::MappingStart(_, anchor, _) => (*anchor, None),
            Event::Alias(_) => (0, None),
            _ => continue,
        };
        if let Some(level) = levels.last_mut() {
            if level.is_mapping && level.name.is_none() {
                let Event::Scalar(name, ..) = event else { return };
                level.name = Some(name.into_owned());
                name_at = Some(span);
                continue;
            }
            let token = level.name.take().unwrap_or_else(|| level.items.to_string());
            level.items += 1;
            path.push(token);
        }
        let name = name_at.take();
        nodes.insert(
            path.clone(),
            NodeSpan {
                name,
                value: span,
                style,
            },
        );
        if anchor > 0 {
            anchors.insert(anchor, path.clone());
        }
        match event {
            Event::SequenceStart(..) | Event::MappingStart(..) => levels.push(OpenCollection {
                is_mapping: matches!(event, Event::MappingStart(..)),
                name: None,
                items: 0,
            }),
            Event::Alias(anchor) => {
                let target = anchors.get(&anchor).cloned();
                aliases.extend(target.map(|target| (path.clone(), target)));
                path.pop();
            }
            _ => {
                path.pop();
            }
        }
    }
}

/// The place in the file of a character of a text. Quotes, indents and line breaks differ between both, so that the other
/// characters are counted.
fn character(file: &[char], span: Span, style: ScalarStyle, number: usize) -> usize {
    let mut at = span.start.index();
    let end = span.end.index().min(file.len());
    let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
    let is_quoted = matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
    if is_block && file.get(at).is_some_and(|first| matches!(first, '|' | '>')) {
        at = (at..end).find(|&at| file[at] == '\n').unwrap_or(at);
    }
    at += usize::from(is_quoted);
    let mut left = number;
    while at < end {
        let escape = match style {
            ScalarStyle::SingleQuoted if file[at] == '\'' => 2,
            ScalarStyle::DoubleQuoted if file[at] == '\\' => 2,
            _ => 1,
        };
        let is_space = file[at].is_whitespace() || (escape == 2 && matches!(file.get(at + 1), Some('n' | 't')));
        if !is_space {
            if left == 0 {
                return at;
            }
            left -= 1;
        }
        at += escape;
    }
    span.start.index()
}

fn position(file: &[char], at: usize) -> (usize, usize) {
    let before = &file[..at.min(file.len())];
    let line = before.iter().filter(|&&letter| letter == '\n').count() + 1;
    let column = before.iter().rev().take_while(|&&letter| letter != '\n').count() + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "first: &one\n  - rule: a == b\n    when: \"c \\\"x\\\" d\"\nsecond: *one\nthird: >-\n  a ==\n    b\nfourth: { it''s: 'a''b c' }\n";

    fn at(pointer: &str, part: NodePart) -> Option<(usize, usize)> {
        find_place(TEXT, &crate::json::tokens(pointer), part)
    }

    #[test]
    fn a_node_has_the_place_of_its_text() {
        assert_eq!(at("/first/0/rule", NodePart::Name), Some((2, 5)));
        assert_eq!(at("/first/0/rule", NodePart::Value), Some((2, 11)));
        assert_eq!(at("/first/0/rule", NodePart::Character(3)), Some((2, 16)));
        assert_eq!(at("/first/0/when", NodePart::Character(4)), Some((3, 20)));
        assert_eq!(at("/third", NodePart::Character(3)), Some((7, 5)));
        assert_eq!(at("/fourth/it''s", NodePart::Character(2)), Some((8, 22)));
    }

    #[test]
    fn what_is_not_there_has_the_place_of_what_is_around_it() {
        assert_eq!(at("/first/0/message", NodePart::Value), Some((2, 5)));
        assert_eq!(at("/nowhere", NodePart::Name), Some((1, 1)));
    }

    #[test]
    fn an_alias_has_the_place_of_what_it_stands_for() {
        assert_eq!(at("/second/0/rule", NodePart::Character(1)), Some((2, 13)));
    }

    #[test]
    fn a_text_of_deep_brackets_is_refused_in_linear_time() {
        let (many, start) = (200_000, std::time::Instant::now());
        for (open, close) in [("[", "]"), ("{a: ", "}"), ("[\"]\", ", "]"), ("- ", "")] {
            let text = format!("x:\n {}1{}", open.repeat(many), close.repeat(many));
            assert_eq!(deeper_than(&text, 128).map(|at| at.0), Some(2), "{open}");
        }
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
        let text = format!("x: {}1{}\ny: '{}'", "[".repeat(100), "]".repeat(100), "[".repeat(1000));
        assert_eq!(deeper_than(&text, 128), None);
    }

    #[test]
    fn a_text_that_cannot_be_read_has_no_place() {
        assert_eq!(find_place("'", &[], NodePart::Value), None);
    }
}
