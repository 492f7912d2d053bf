//! Where the words of our vocabulary stand in a text, and whether a contract uses it.
//!
//! In: the tree of a contract as it was written, before any keyword of it is understood. Out: every member that is called
//! like a word of ours. A contract uses our vocabulary if its root has `x-sdk` or if there is an `x-signing` anywhere: a
//! slip elsewhere, even in the words around it, does not change that. What an example or another literal shows is no word,
//! and neither is a name of the contract's own (a member, a header).

use super::ledger::{self, Place, Value};
use crate::diag::nearest;
use crate::source::{Member, Node, Tree};
use crate::text::Span;

/// The word that says how requests are signed.
pub(super) const SIGNING: &str = "x-signing";
/// The word of the root without which a contract is somebody else's.
const SDK: &str = "x-sdk";
/// What says which scheme a request needs: without it a signature would not be made.
const SECURITY: &str = "security";
/// Literals: nothing in them is a word.
const LITERALS: &[&str] = &["example", "examples", "default", "enum", "const", "value", "dataValue"];

/// What the keys of a mapping are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    Words,
    /// Names of the contract's own.
    Names,
    /// The same, where `x-` words are extensions of the mapping.
    NamesAndWords,
}

/// The members below a node that are called like a word of our vocabulary, those inside of such a word included.
pub fn words(root: Node<'_>) -> Vec<Member<'_>> {
    called(root, ledger::is_ours)
}

/// Is it the word that says which scheme a request needs, or near to it?
fn is_security(word: &str) -> bool {
    word == SECURITY || nearest(word, [SECURITY]).is_some()
}

/// The members below a node whose word is wanted.
fn called(root: Node<'_>, is_wanted: impl Fn(&str) -> bool) -> Vec<Member<'_>> {
    let names = names();
    let (mut found, mut open) = (Vec::new(), vec![(root, Role::Words)]);
    while let Some((node, role)) = open.pop() {
        open.extend(node.items().map(|item| (item, role)));
        for member in node.members() {
            let is_word = role == Role::Words || (role == Role::NamesAndWords && member.key.starts_with("x-"));
            if !is_word {
                open.push((member.value, Role::Words));
                continue;
            }
            if is_wanted(member.key) {
                found.push(member);
            }
            if !LITERALS.contains(&member.key) {
                let same = |name: &&Names| name.word == member.key && name.in_list == member.value.is_seq();
                let below = names.iter().filter(same).map(|name| name.role).max();
                open.push((member.value, below.unwrap_or(Role::Words)));
            }
        }
    }
    found
}

/// A word behind which names of the contract's own stand.
struct Names {
    word: &'static str,
    /// They stand in the items of a list.
    in_list: bool,
    role: Role,
}

fn names() -> Vec<Names> {
    let names = |word, value: &Value| {
        let (in_list, role) = match value {
            Value::Map(_) => (false, Role::Names),
            Value::List(Value::Map(_)) => (true, Role::Names),
            Value::Keyed(..) => (false, Role::NamesAndWords),
            _ => return None,
        };
        Some(Names { word, in_list, role })
    };
    ledger::all()
        .filter_map(|(_, row)| names(row.keyword, &row.value))
        .collect()
}

/// The places of the words of ours, and of what says which requests are signed, if the contract uses our vocabulary.
pub(super) fn of(tree: &Tree) -> Option<Vec<Span>> {
    let root = tree.root()?;
    let wanted = |word: &str| ledger::is_ours(word) || is_security(word);
    let found: Vec<Member<'_>> = tree.roots().flat_map(|root| called(root, wanted)).collect();
    let used = root.get(SDK).is_some() || found.iter().any(|member| member.key == SIGNING);
    used.then(|| found.into_iter().flat_map(places).collect())
}

/// The key of a word and everything behind it: what an alias names may stand elsewhere.
pub(super) fn places(member: Member<'_>) -> Vec<Span> {
    let (mut spans, mut open) = (vec![member.key_span], vec![member.value]);
    while let Some(node) = open.pop() {
        spans.push(node.span());
        open.extend(node.items());
        open.extend(node.members().map(|member| member.value));
    }
    spans
}

/// The word of ours that was meant by one that has no place where it stands: the word itself or the nearest one, unless a
/// word that belongs there is nearer.
pub(super) fn meant(word: &str, place: Option<Place>) -> Option<&'static str> {
    let ours = ledger::ours();
    if let Some(same) = ours.iter().find(|one| **one == word) {
        return Some(same);
    }
    let own = place.filter(|_| !word.starts_with("x-"));
    let own = own.map_or(&[][..], Place::rows).iter().map(|row| row.keyword);
    nearest(word, ours.iter().copied().chain(own)).filter(|near| near.starts_with("x-"))
}
