//! Positions of the words of our vocabulary, and the test whether a contract uses it.
//!
//! In: the tree of a contract before any keyword is interpreted. Out: every member with the name of one of our words. A
//! contract uses our vocabulary if its root has `x-sdk` or if there is an `x-signing` anywhere; an error elsewhere does
//! not change that. Members of examples and other literals are not words, and neither are names that the contract
//! defines (a member, a header).

use std::collections::BTreeMap;

use super::ledger::{self, ObjectKind, ValueKind};
use crate::diag::nearest;
use crate::source::{Member, Node, Tree};
use crate::text::Span;

/// Configures the signature of requests.
pub(super) const SIGNING: &str = "x-signing";
/// Describes the token endpoint of client credentials.
pub(super) const TOKEN: &str = "x-token";
/// Root word that marks a contract as using our vocabulary.
const SDK: &str = "x-sdk";
/// Names the scheme of a request: without it no signature would be made.
const SECURITY: &str = "security";
/// Literals: their members are not words.
const LITERALS: &[&str] = &["example", "examples", "default", "enum", "const", "value", "dataValue"];

/// Meaning of the keys of a mapping.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum KeyRole {
    Words,
    /// Names that the contract defines.
    Names,
    /// Names that the contract defines, and `x-` words as extensions of the mapping.
    NamesAndWords,
}

/// Returns the members below a node named like a word of our vocabulary, those inside of such a word included.
pub fn words(root: Node<'_>) -> Vec<Member<'_>> {
    called(root, ledger::is_ours)
}

/// Returns true for `security` and near misspellings.
fn is_security(word: &str) -> bool {
    word == SECURITY || nearest(word, [SECURITY]).is_some()
}

/// Returns the members below a node whose key is wanted.
fn called(root: Node<'_>, is_wanted: impl Fn(&str) -> bool) -> Vec<Member<'_>> {
    let names = names();
    let (mut found, mut open) = (Vec::new(), vec![(root, KeyRole::Words)]);
    while let Some((node, role)) = open.pop() {
        open.extend(node.items().map(|item| (item, role)));
        for member in node.members() {
            let is_word = role == KeyRole::Words || (role == KeyRole::NamesAndWords && member.key.starts_with("x-"));
            if !is_word {
                open.push((member.value, KeyRole::Words));
                continue;
            }
            if is_wanted(member.key) {
                found.push(member);
            }
            if !LITERALS.contains(&member.key) {
                let below = names.get(&(member.key, member.value.is_seq()));
                open.push((member.value, below.copied().unwrap_or(KeyRole::Words)));
            }
        }
    }
    found
}

/// Returns the keywords whose value holds names that the contract defines, each with whether the names are in the items of
/// a list.
fn names() -> BTreeMap<(&'static str, bool), KeyRole> {
    let mut names = BTreeMap::new();
    for (_, row) in ledger::all() {
        let (in_list, role) = match &row.value {
            ValueKind::Map(_) => (false, KeyRole::Names),
            ValueKind::List(ValueKind::Map(_)) => (true, KeyRole::Names),
            ValueKind::Keyed(..) => (false, KeyRole::NamesAndWords),
            _ => continue,
        };
        let known = names.entry((row.keyword, in_list)).or_insert(role);
        *known = role.max(*known);
    }
    names
}

/// Returns the places of our words and of the security requirements; `None` if the contract does not use our
/// vocabulary.
pub(super) fn of(tree: &Tree) -> Option<Vec<Span>> {
    let signs = |root| !called(root, |word| word == SIGNING).is_empty();
    if tree.root()?.get(SDK).is_none() && !tree.roots().any(signs) {
        return None;
    }
    let wanted = |word: &str| ledger::is_ours(word) || is_security(word);
    let found = tree.roots().flat_map(|root| called(root, wanted));
    Some(found.flat_map(places).collect())
}

/// Returns the places of extensions in other files. Before references, these are overlays.
pub(super) fn overlaid(root: Node<'_>) -> Vec<Span> {
    let file = root.span().file;
    let words = words(root).into_iter();
    words
        .filter(|word| word.key_span.file != file)
        .flat_map(places)
        .collect()
}

/// Returns the spans of a word's key and its whole value; values of aliases may stand elsewhere.
pub(super) fn places(member: Member<'_>) -> Vec<Span> {
    let (mut spans, mut open) = (vec![member.key_span], vec![member.value]);
    while let Some(node) = open.pop() {
        spans.push(node.span());
        open.extend(node.items());
        open.extend(node.members().map(|member| member.value));
    }
    spans
}

/// Returns the word of our vocabulary that a misplaced or unknown word probably means: the word itself or the nearest
/// one, unless a keyword that belongs there is nearer.
pub(super) fn meant(word: &str, place: Option<ObjectKind>) -> Option<&'static str> {
    let ours = ledger::ours();
    if let Some(same) = ours.iter().find(|one| **one == word) {
        return Some(same);
    }
    let own = place.filter(|_| !word.starts_with("x-"));
    let own = own.map_or(&[][..], ObjectKind::rows).iter().map(|row| row.keyword);
    nearest(word, ours.iter().copied().chain(own)).filter(|near| near.starts_with("x-"))
}
