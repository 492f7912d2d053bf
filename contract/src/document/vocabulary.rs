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
use crate::text::{FileId, Span};

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

/// Returns the places of extensions and of the security requirements; `None` if the contract has no mark of using them. If
/// only an overlay has it, extensions of the contract itself may be those of another vendor.
pub(super) fn extension_use(tree: &Tree, overlays: &[FileId]) -> Option<ExtensionUse> {
    let sdk = tree.root()?.members().find(|member| member.key == SDK);
    let signs = tree.roots().flat_map(|root| called(root, |word| word == SIGNING));
    let marks: Vec<Member<'_>> = sdk.into_iter().chain(signs).collect();
    if marks.is_empty() {
        return None;
    }
    let is_own = |word: &Member<'_>| !overlays.contains(&word.key_span.file);
    let by_contract = marks.iter().any(is_own);
    let wanted = |word: &str| ledger::is_ours(word) || is_security(word);
    let found = tree.roots().flat_map(|root| called(root, wanted));
    let found = found.filter(|word| by_contract || !is_own(word) || is_security(word.key));
    Some(ExtensionUse {
        places: found.flat_map(places).collect(),
        by_contract,
    })
}

/// Use of the extensions.
pub(super) struct ExtensionUse {
    pub(super) places: Vec<Span>,
    /// The contract itself uses it, and not an overlay alone.
    pub(super) by_contract: bool,
}

/// Returns the places of extensions, and of members of extensions, that are in overlays.
pub(super) fn overlaid(root: Node<'_>, overlays: &[FileId]) -> Vec<Span> {
    let places = words(root).into_iter().flat_map(places);
    places.filter(|place| overlays.contains(&place.file)).collect()
}

/// Returns the spans of a word's key and its whole value; values of aliases, and what an overlay adds, may stand elsewhere.
pub(super) fn places(member: Member<'_>) -> Vec<Span> {
    let (mut spans, mut open) = (vec![member.key_span], vec![member.value]);
    while let Some(node) = open.pop() {
        spans.push(node.span());
        open.extend(node.items());
        for member in node.members() {
            spans.push(member.key_span);
            open.push(member.value);
        }
    }
    spans
}

/// Returns true for an extension that other tools write in the same form: it does not show that a contract uses the others.
pub(super) fn is_shared(word: &str) -> bool {
    word.starts_with("x-enum") || matches!(word, "x-sunset" | "x-documented" | "x-problems")
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
