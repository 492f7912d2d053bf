//! The keyword ledger: every keyword, the objects and OpenAPI versions that allow it, and its treatment.
//!
//! One table. `Read` affects the output; `Noted` is legal and deliberately without effect; `Refused` would produce
//! wrong code. A keyword without a row is reported. Each row names the case in `tests/cases` that covers it. Also finds the words of
//! extensions in a contract, and whether it uses them.

mod extensions;
mod openapi;
mod row;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use crate::diag::nearest;
use crate::source::{Member, Node, Tree};
use crate::text::{FileId, Span};
use row::read;

pub use row::{KeyForm, Keyword, ObjectKind, Required, Rule, ValueKind};

/// Keywords that any object allows.
pub const EVERYWHERE: &[Keyword] = &[read(
    "x-documented",
    ValueKind::Either(
        &ValueKind::Bool,
        &ValueKind::Either(&ValueKind::Words(&["name"]), &ValueKind::List(&ValueKind::Text)),
    ),
    "documented",
)];

impl ObjectKind {
    /// Returns true for an object of an `x-` extension of the generator, which allows no keywords of others.
    pub fn is_ours(self) -> bool {
        self >= Self::SdkRoot && self <= Self::Cause
    }

    /// Returns the keywords of a kind of object, without [`EVERYWHERE`].
    pub fn rows(self) -> &'static [Keyword] {
        // `Paths`, `Responses` and `Callback` have names that the contract defines, then [`EVERYWHERE`].
        let all = [openapi::rows(self), extensions::rows(self)];
        all.into_iter().find(|rows| !rows.is_empty()).unwrap_or_default()
    }

    /// Returns the row of a keyword.
    pub fn row(self, keyword: &str) -> Option<&'static Keyword> {
        self.rows().iter().chain(EVERYWHERE).find(|row| row.keyword == keyword)
    }
}

/// Returns all rows of the table.
pub fn all() -> impl Iterator<Item = (Option<ObjectKind>, &'static Keyword)> {
    let placed = ObjectKind::ALL
        .iter()
        .flat_map(|place| place.rows().iter().map(|row| (Some(*place), row)));
    placed.chain(EVERYWHERE.iter().map(|row| (None, row)))
}

/// Returns the keywords that OpenAPI 3.2 added and that the generator refuses, or reads without effect, each once.
pub fn unread_of_32() -> Vec<&'static str> {
    let mut words: Vec<&str> = Vec::new();
    for (_, row) in all().filter(|(_, row)| row.newer && row.rule != Rule::Read) {
        if !words.contains(&row.keyword) {
            words.push(row.keyword);
        }
    }
    words
}

/// Returns the keywords of the extensions (`docs/generate/extensions`), each once.
pub fn ours() -> &'static [&'static str] {
    static OURS: OnceLock<Vec<&'static str>> = OnceLock::new();
    OURS.get_or_init(|| {
        let words = all().map(|(_, row)| row.keyword).filter(|word| word.starts_with("x-"));
        words.collect::<BTreeSet<_>>().into_iter().collect()
    })
}

/// Returns true for a keyword of the extensions, in any object.
pub fn is_ours(keyword: &str) -> bool {
    keyword.starts_with("x-") && ours().binary_search(&keyword).is_ok()
}

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

/// Returns the members below a node named like a word of our vocabulary, those inside of such a word included. Members of
/// examples and other literals are not words, and neither are names that the contract defines (a member, a header).
pub fn words(root: Node<'_>) -> Vec<Member<'_>> {
    called(root, is_ours)
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
    for (_, row) in all() {
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

/// Returns the places of extensions and of the security requirements; `None` if the contract has no mark of using them: no `x-sdk` in
/// its root, and no `x-signing` anywhere. If only an overlay has it, extensions of the contract itself may be those of another vendor.
pub(super) fn extension_use(tree: &Tree, overlays: &[FileId]) -> Option<ExtensionUse> {
    let sdk = tree.root()?.members().find(|member| member.key == SDK);
    let signs = tree.roots().flat_map(|root| called(root, |word| word == SIGNING));
    let marks: Vec<Member<'_>> = sdk.into_iter().chain(signs).collect();
    if marks.is_empty() {
        return None;
    }
    let is_own = |word: &Member<'_>| !overlays.contains(&word.key_span.file);
    let by_contract = marks.iter().any(is_own);
    let wanted = |word: &str| is_ours(word) || is_security(word);
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
    let ours = ours();
    if let Some(same) = ours.iter().find(|one| **one == word) {
        return Some(same);
    }
    let own = place.filter(|_| !word.starts_with("x-"));
    let own = own.map_or(&[][..], ObjectKind::rows).iter().map(|row| row.keyword);
    nearest(word, ours.iter().copied().chain(own)).filter(|near| near.starts_with("x-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stands_once_in_a_place() {
        for place in ObjectKind::ALL {
            let words: Vec<&str> = place.rows().iter().chain(EVERYWHERE).map(|row| row.keyword).collect();
            assert_eq!(words.len(), words.iter().collect::<BTreeSet<_>>().len(), "{place:?}");
        }
    }

    #[test]
    fn every_place_is_in_the_table() {
        assert_eq!(
            ObjectKind::ALL.len(),
            ObjectKind::ALL.iter().collect::<BTreeSet<_>>().len()
        );
        assert_eq!(ObjectKind::ALL.len(), ObjectKind::Reference as usize + 1);
        assert!(
            ObjectKind::ALL
                .iter()
                .enumerate()
                .all(|(at, place)| *place as usize == at),
            "`walk` counts on the order"
        );
    }

    #[test]
    fn an_object_of_ours_has_words_of_the_vocabulary_alone() {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&ValueKind> = all()
            .filter(|(_, row)| row.keyword.starts_with("x-"))
            .map(|(_, row)| &row.value)
            .collect();
        while let Some(value) = open.pop() {
            match value {
                ValueKind::Object(place) if reached.insert(*place) => {
                    open.extend(place.rows().iter().map(|row| &row.value));
                }
                ValueKind::List(item) | ValueKind::Map(item) => open.push(item),
                ValueKind::Either(one, other) => open.extend([*one, *other]),
                _ => {}
            }
        }
        let ours: BTreeSet<ObjectKind> = ObjectKind::ALL
            .iter()
            .copied()
            .filter(|place| place.is_ours())
            .collect();
        assert_eq!(reached, ours);
    }
}
