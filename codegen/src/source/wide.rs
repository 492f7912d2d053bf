//! Lookup in mappings with many members and lists with many items: a search of each would take the square of their number.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use super::tree::{Data, MemberEntry, NodeId, Tree};
use crate::limits;

/// Places of members by the hash of their key, of each wide mapping.
#[derive(Debug, Clone, Default)]
pub(super) struct WideMaps {
    hasher: RandomState,
    maps: HashMap<NodeId, HashMap<u64, u32>>,
}

/// What is known of a key in a mapping.
pub(super) enum Place {
    /// The mapping has no such member.
    Nowhere,
    /// The member is at this place, unless another key has its hash.
    At(usize),
    /// The mapping is not wide.
    Unknown,
}

impl WideMaps {
    pub(super) fn place(&self, map: NodeId, key: &str) -> Place {
        let Some(places) = self.maps.get(&map) else {
            return Place::Unknown;
        };
        let place = places.get(&self.hasher.hash_one(key));
        place.map_or(Place::Nowhere, |at| Place::At(*at as usize))
    }

    /// Forgets all places, because a mapping changes.
    pub(super) fn clear(&mut self) {
        self.maps.clear();
    }
}

impl Tree {
    /// Prepares the lookup of members in wide mappings. A later change of the tree ends it.
    pub fn index_wide_maps(&mut self) {
        let mut wide = WideMaps::default();
        for (id, slot) in (0u32..).map(NodeId).zip(&self.slots) {
            let Data::Map { first, len } = slot.data else { continue };
            if (len as usize) < limits::WIDE {
                continue;
            }
            let entries = &self.entries[first as usize..(first + len) as usize];
            let mut places = HashMap::with_capacity(entries.len());
            for (at, entry) in (0u32..).zip(entries) {
                places.entry(wide.hasher.hash_one(self.key(entry))).or_insert(at);
            }
            wide.maps.insert(id, places);
        }
        self.wide = wide;
    }
}

/// Returns the member with a value. Values that were read in order are found at once.
pub(super) fn with_value(entries: &[MemberEntry], value: NodeId) -> Option<&MemberEntry> {
    let found = entries.binary_search_by_key(&value, |entry| entry.value);
    match found {
        Ok(at) => entries.get(at),
        Err(_) => entries.iter().find(|entry| entry.value == value),
    }
}

/// Returns the position of an item. Items that were read in order are found at once.
pub(super) fn position(items: &[NodeId], item: NodeId) -> Option<usize> {
    let found = items.binary_search(&item).ok();
    found.or_else(|| items.iter().position(|other| *other == item))
}
