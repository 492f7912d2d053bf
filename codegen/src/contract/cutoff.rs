//! Whether the end of the file is the end of the contract.
//!
//! YAML has no closing bracket: a file that was cut off is often well-formed, and what is missing may be the credentials.
//! In: the tree, the references that were followed, and what has been said. Out: one diagnostic, or none. What is merely
//! wrong in a whole contract (a reference to nothing here and there) must not be taken for a cut.

use super::references::References;
use crate::diag::{Code, Diagnostic, Report};
use crate::source::{Node, Span};

/// What is said where a cut goes through a word or a value.
const AT_THE_CUT: &[Code] = &[
    Code::MissingField,
    Code::WrongKind,
    Code::WrongValue,
    Code::UnknownKeyword,
];

/// Reports a file that seems to be cut off.
pub(super) fn check(root: Node<'_>, references: &References<'_>, report: &mut Report) {
    let Some(file) = report.sources.file(root.span().file) else {
        return;
    };
    // JSON that is cut off is not well-formed.
    if file.text.trim_start().starts_with('{') {
        return;
    }
    let chain = chain(root);
    let open = !file.text.ends_with('\n') || chain.last().is_some_and(|last| last.is_null());
    let end = u32::try_from(file.text.trim_end().len()).unwrap_or(u32::MAX);
    let why = if most_are_missing(references) {
        "most of its references name nothing"
    } else if open && is_told(&chain, report) {
        "it ends without a line break or behind a key without a value, in the middle of something"
    } else if open && ends_in_what_is_missing(&chain, references, report) {
        "it ends without a line break or behind a key without a value, in a section in which much is missing"
    } else {
        return;
    };
    let cut = Diagnostic::new(Code::CutOff, format!("the file seems to be cut off: {why}"))
        .at(Span::new(root.span().file, end, end))
        .label("it ends here")
        .help("fetch the file again; if it is whole, end it with a line break, or set `codes: { C0115: warning }`");
    report.push(cut);
}

/// The last member of the last member, and so on, from the root to the end of the file. What an overlay brought stands
/// in another file.
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

/// Was something said of what stands at the very end? (Of the contract as a whole much may be said.)
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

/// Three and more, and more than half of all.
fn most_are_missing(references: &References<'_>) -> bool {
    let missing = references.followed().filter(|(_, found)| !found).count();
    missing >= 3 && missing * 2 > references.followed().count()
}

/// Does the file end in a section of the components in which a fifth of what is referred to is missing, or in (or before)
/// the credentials while one of them is missing?
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
