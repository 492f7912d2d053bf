//! Detects truncated contract files.
//!
//! YAML has no closing bracket: a truncated file is often well-formed, and the missing part may define the credentials.
//! In: the tree, the resolved references, and the diagnostics so far. Out: one diagnostic, or none. A complete contract
//! that merely has errors (a few dangling references) must not be reported as truncated.

use super::references::References;
use crate::diag::{Code, Diagnostic, Report};
use crate::source::{Node, Span};

/// Codes that a truncation inside a key or a value causes.
const AT_THE_CUT: &[Code] = &[
    Code::MissingField,
    Code::WrongKind,
    Code::WrongValue,
    Code::UnknownKeyword,
];

/// Reports a file that seems to be truncated.
pub(super) fn check(root: Node<'_>, references: &References<'_>, report: &mut Report) {
    let Some(file) = report.sources.file(root.span().file) else {
        return;
    };
    // Truncated JSON is not well-formed.
    if file.text.trim_start().starts_with('{') {
        return;
    }
    let chain = chain(root);
    let open = !file.text.ends_with('\n') || chain.last().is_some_and(|last| last.is_null());
    let end = u32::try_from(file.text.trim_end().len()).unwrap_or(u32::MAX);
    let why = if most_are_missing(references) {
        "most of its references have no target"
    } else if open && is_told(&chain, report) {
        "it ends without a line break or after a key without a value, inside an unfinished part"
    } else if open && ends_in_what_is_missing(&chain, references, report) {
        "it ends without a line break or after a key without a value, in a section with many missing parts"
    } else {
        return;
    };
    let cut = Diagnostic::new(Code::CutOff, format!("the file seems to be cut off: {why}"))
        .at(Span::new(root.span().file, end, end))
        .label("it ends here")
        .help(
            "download the file again; if it is complete, end it with a line break, or set `codes: { C0115: warning }`",
        );
    report.push(cut);
}

/// Returns the last member of the last member, and so on, from the root to the end of the file. Skips nodes that
/// overlays added, which stand in another file.
fn chain(root: Node<'_>) -> Vec<Node<'_>> {
    let mut chain = vec![root];
    let mut at = root;
    let is_here = |node: &Node<'_>| node.span().file == root.span().file;
    while let Some(last) = at
        .members()
        .map(|member| member.value)
        .filter(is_here)
        .last()
        .or_else(|| at.items().filter(is_here).last())
    {
        chain.push(last);
        at = last;
    }
    chain
}

/// Returns true if a diagnostic points at the nodes at the very end. (Diagnostics elsewhere do not count.)
fn is_told(chain: &[Node<'_>], report: &Report) -> bool {
    let places: Vec<Span> = chain
        .iter()
        .skip(1)
        .flat_map(|node| [node.span(), node.name_span()])
        .collect();
    let about_the_end =
        |diagnostic: &&Diagnostic| AT_THE_CUT.contains(&diagnostic.code) && places.contains(&diagnostic.primary.span);
    report.diagnostics().iter().any(about_the_end)
}

/// Returns true if at least three references, and more than half of all, name nothing.
fn most_are_missing(references: &References<'_>) -> bool {
    let missing = references.followed().filter(|(_, found)| !found).count();
    missing >= 3 && missing * 2 > references.followed().count()
}

/// Returns true if the file ends in a section of the components of which a fifth of the referenced names are missing,
/// or ends in or before the security schemes while one of them is missing.
fn ends_in_what_is_missing(chain: &[Node<'_>], references: &References<'_>, report: &Report) -> bool {
    let Some(root) = chain.first() else { return false };
    let section = chain.get(2).map(|node| node.pointer()).unwrap_or_default();
    let section = section.strip_prefix("/components/");
    let schemes = root.at("/components/securitySchemes");
    if report.count(Code::UnknownSecurity) > 0 && (section == Some("securitySchemes") || schemes.is_none()) {
        return true;
    }
    let Some(section) = section else { return false };
    let prefix = format!("#/components/{section}/");
    let within = || references.followed().filter(|(text, _)| text.starts_with(&prefix));
    let missing = within().filter(|(_, found)| !found).count();
    missing > 0 && missing * 5 >= within().count()
}
