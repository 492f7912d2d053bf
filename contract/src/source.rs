//! Bytes to [`Tree`]: the text with its locations, uninterpreted.
//!
//! YAML and JSON are distinguished by their content. A tree is made only of well-formed text within limits; scalars are
//! typed later. Only this module names the YAML reader; the JSON reader is our own. Never opens a file.

mod build;
mod edit;
mod json;
mod literal;
pub mod number;
mod print;
mod tree;
mod wide;
mod yaml;

use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Report};
use crate::text::is_directional;
use build::TreeBuilder;

pub use crate::text::{FileId, Span};
pub use build::FileLimits;
pub use edit::{Full, Graft};
pub use literal::{Day, Origin, Scalar};
pub use print::{
    SourcePart, part_of, to_json, to_sorted_json, to_sorted_json_in_parts, to_yaml, to_yaml_members, to_yaml_text,
};
pub use tree::{Member, Node, NodeId, NodeKind, Notation, Tree, escape, pointer};

/// Reads the first file of a run. `None`: there is no tree, and the report has the reason.
pub fn load(name: &str, bytes: &[u8], report: &mut Report) -> Option<Tree> {
    let mut tree = Tree::default();
    load_into(&mut tree, name, bytes, FileLimits::default(), report).map(|_| tree)
}

/// Reads a contract. One in Swagger 1 is refused before anything else that is wrong in it is reported.
pub fn load_contract(name: &str, bytes: &[u8], report: &mut Report) -> Option<Tree> {
    let text = String::from_utf8_lossy(bytes);
    let Some(swagger) = swagger_version(&text).filter(|swagger| swagger.version != "2.0") else {
        return load(name, bytes, report);
    };
    let file = report.sources.add(name, text.as_ref().into())?;
    let [start, end] = [swagger.at, swagger.at + swagger.version.len()].map(|at| u32::try_from(at).unwrap_or(u32::MAX));
    report.push(Diagnostic::swagger(swagger.version).at(Span::new(file, start, end)));
    None
}

/// Reads one more file into a tree and returns its root.
pub fn load_into(tree: &mut Tree, name: &str, bytes: &[u8], limits: FileLimits, report: &mut Report) -> Option<NodeId> {
    if bytes.len() > limits.bytes {
        let message = format!("`{name}` has more than {} bytes", limits.bytes);
        report.push(Diagnostic::new(Code::TooLarge, message));
        return None;
    }
    let fault = std::str::from_utf8(bytes).err().map(|fault| fault.valid_up_to());
    let text: Arc<str> = match std::str::from_utf8(&bytes[..fault.unwrap_or(bytes.len())]) {
        Ok(text) => text.into(),
        Err(_) => "".into(),
    };
    let Some(file) = report.sources.add(name, Arc::clone(&text)) else {
        report.push(Diagnostic::new(Code::TooLarge, "too many files"));
        return None;
    };
    if let Some(at) = fault {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        let byte = bytes.get(at as usize).copied().unwrap_or_default();
        let invalid = Diagnostic::new(
            Code::InvalidUtf8,
            format!("byte 0x{byte:02X} at offset {at} is not UTF-8"),
        )
        .at(Span::new(file, at, at))
        .help("save the file as UTF-8");
        report.push(invalid);
        return None;
    }
    report_hidden(&text, file, report);
    read_events(tree, file, &text, limits, report)
}

fn read_events(
    tree: &mut Tree,
    file: FileId,
    text: &Arc<str>,
    limits: FileLimits,
    report: &mut Report,
) -> Option<NodeId> {
    let start = if text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8()
    } else {
        0
    };
    if let Some(markup) = markup(&text[start..], file, start) {
        report.push(markup);
        return None;
    }
    let mut builder = TreeBuilder::new(tree, report, file, text, limits);
    let read = if is_json(&text[start..]) {
        json::read_json(text, start, &mut builder)
    } else {
        yaml::read_yaml(text, start, &mut builder)
    };
    read.ok().and_then(|()| builder.finish())
}

/// Reports a page that was saved in place of the contract: no contract begins with `<`.
fn markup(text: &str, file: FileId, start: usize) -> Option<Diagnostic> {
    let begin = text.trim_start();
    if !begin.starts_with('<') || begin.starts_with("<<") {
        return None;
    }
    let lower = begin
        .get(..begin.len().min(200))
        .unwrap_or_default()
        .to_ascii_lowercase();
    let what = if lower.contains("<html") || lower.contains("<!doctype html") {
        "an HTML page"
    } else {
        "HTML or XML"
    };
    let at = u32::try_from(start + text.len() - begin.len()).unwrap_or(u32::MAX);
    let diagnostic = Diagnostic::new(Code::Markup, format!("this is {what}, not a contract"));
    Some(diagnostic.at(Span::new(file, at, at + 1)).help(
        "the download may have returned a sign-in page or a viewer; download the contract itself, in YAML or JSON",
    ))
}

/// The version of a contract that is no OpenAPI, and its place.
struct SwaggerVersion<'t> {
    version: &'t str,
    at: usize,
}

/// Returns the version that a contract in Swagger states, also if the rest cannot be read.
fn swagger_version(text: &str) -> Option<SwaggerVersion<'_>> {
    let (at, value) = if is_json(text.trim_start_matches('\u{feff}')) {
        member_of_root(text, "swagger")?
    } else {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
        let mut lines = starts.map(|at| (at, text[at..].lines().next().unwrap_or_default()));
        lines.find_map(|(at, line)| {
            let (key, value) = line.trim_start_matches('\u{feff}').split_once(':')?;
            let key = key.trim_end().trim_matches(['"', '\'']);
            (key == "swagger").then_some((at + line.len() - value.len(), value))
        })?
    };
    let version = value.trim_start().trim_start_matches(['"', '\'']);
    let at = at + value.len() - version.len();
    let end = version
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(version.len());
    (end > 0).then(|| SwaggerVersion {
        version: &version[..end],
        at,
    })
}

/// Returns the place of a member of the outermost JSON object, and the text after its colon.
fn member_of_root<'t>(text: &'t str, name: &str) -> Option<(usize, &'t str)> {
    let (mut depth, mut from) = (0usize, 0);
    while let Some(step) = text[from..].find(['{', '[', '}', ']', '"']) {
        let at = from + step;
        from = at + 1;
        match text.as_bytes()[at] {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {
                let quoted = &text[from..];
                let mut is_escaped = false;
                let end = quoted.bytes().position(|byte| {
                    let ends = byte == b'"' && !is_escaped;
                    is_escaped = byte == b'\\' && !is_escaped;
                    ends
                })?;
                from += end + 1;
                let value = text[from..].trim_start().strip_prefix(':');
                if let Some(value) = value.filter(|_| depth == 1 && &quoted[..end] == name) {
                    return Some((text.len() - value.len(), value));
                }
            }
        }
    }
    None
}

/// Returns true for a text that starts like a JSON object or array; YAML's own `{a: 1}` has a key without quotes.
fn is_json(text: &str) -> bool {
    let text = text.trim_start();
    let inside = |text: &str| {
        let text = text.trim_start();
        text.starts_with(['"', '}', ']', '{', '[']) || text.starts_with("//") || text.starts_with("/*")
    };
    text.strip_prefix('{')
        .or_else(|| text.strip_prefix('['))
        .is_some_and(|rest| rest.is_empty() || inside(rest))
}

/// Number of bytes that are looked at together.
const BLOCK: usize = 64;

/// Reports control characters and bidirectional marks, which make a text look different from its content.
fn report_hidden(text: &str, file: FileId, report: &mut Report) {
    let suspicious = |byte: &u8| {
        matches!(*byte, 0xD8 | 0xE2) || (*byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')) || *byte == 0x7F
    };
    // Whole blocks are looked at without a branch for each byte.
    let blocks = text.as_bytes().chunks(BLOCK).enumerate();
    let blocks = blocks.filter(|(_, block)| block.iter().fold(false, |found, byte| found | suspicious(byte)));
    let bytes = blocks.flat_map(|(at, block)| (at * BLOCK..).zip(block));
    for (at, _) in bytes.filter(|(_, byte)| suspicious(byte)) {
        let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else {
            continue;
        };
        let hidden = c.is_ascii_control() || is_directional(c);
        if hidden {
            let start = u32::try_from(at).unwrap_or(u32::MAX);
            let end = start + u32::try_from(c.len_utf8()).unwrap_or(0);
            let message = format!(
                "the character U+{:04X} is invisible, so the text is not what it looks like",
                u32::from(c)
            );
            let diagnostic = Diagnostic::new(Code::HiddenCharacter, message)
                .at(Span::new(file, start, end))
                .help("remove it, or write it as an escape in double quotes");
            report.push(diagnostic);
        }
    }
}

#[cfg(test)]
mod tests;
