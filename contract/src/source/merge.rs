//! Merge keys of YAML 1.1: the value of `<<` adds members.
//!
//! In: the complete members of one mapping. Out: the same without `<<`, with the members of its mapping (or list of
//! mappings). Members beside `<<` win; of several mappings the first wins.

use super::tree::{Data, MemberEntry, NodeId, Tree};
use crate::diag::{Code, Diagnostic};
use crate::text::Span;
use std::collections::HashSet;

/// Adds the members of the merge key at `span` to the mapping `into`, whose entries begin at `from`.
pub(super) fn members(
    tree: &mut Tree,
    entries: &mut Vec<MemberEntry>,
    from: usize,
    into: NodeId,
    span: Span,
) -> Result<(), Box<Diagnostic>> {
    let Some(at) = entries.iter().skip(from).position(|entry| entry.key_span == span) else {
        return Ok(());
    };
    let merge = entries.remove(from + at);
    let mut seen: HashSet<String> = entries
        .iter()
        .skip(from)
        .map(|entry| tree.key(entry).to_owned())
        .collect();
    let mut brought = Vec::new();
    for source in sources(tree, merge.value).ok_or_else(|| not_a_mapping(span))? {
        let Data::Map { first, len } = tree.slots[source.0 as usize].data else {
            return Err(not_a_mapping(span));
        };
        // Nothing else refers to the value of the key.
        tree.slots[source.0 as usize].data = Data::Map { first: 0, len: 0 };
        let members = tree.entries.get(first as usize..(first + len) as usize);
        for entry in members.unwrap_or_default().to_vec() {
            if seen.insert(tree.key(&entry).to_owned()) {
                tree.slots[entry.value.0 as usize].parent = into;
                brought.push(entry);
            }
        }
    }
    entries.splice(from + at..from + at, brought);
    Ok(())
}

/// Returns the mappings of a merge key.
fn sources(tree: &Tree, value: NodeId) -> Option<Vec<NodeId>> {
    match tree.slots[value.0 as usize].data {
        Data::Map { .. } => Some(vec![value]),
        Data::Seq { first, len } => tree
            .items
            .get(first as usize..(first + len) as usize)
            .map(<[NodeId]>::to_vec),
        Data::Scalar(..) => None,
    }
}

fn not_a_mapping(span: Span) -> Box<Diagnostic> {
    let message = "`<<` takes a mapping, or a list of mappings";
    Box::new(
        Diagnostic::new(Code::Syntax, message)
            .at(span)
            .help("refer to a mapping, such as `<<: *defaults`"),
    )
}
