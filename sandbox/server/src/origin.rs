//! In: what is wrong with nodes of a contract. Out: one error that says for each where it stands: file, line, column and the member.
//! Never: an error without its place.

use crate::error::Error;
use crate::place::{self, NodePart};
use serde_json::Value;
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
        let (line, column) = place::deeper_than(&self.text, DEPTH)?;
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
        let at = place::find(&self.text, &tokens, wrong.part);
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
