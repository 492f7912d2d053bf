//! Lookup in mappings with many members: a search of each would take the square of their number.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};

/// Places of members by the hash of their key, of each wide mapping. A mapping is named by the number of its node.
#[derive(Debug, Clone, Default)]
pub(super) struct WideMaps {
    hasher: BuildHasherDefault<DefaultHasher>,
    maps: HashMap<u32, HashMap<u64, u32>>,
}

/// State of a key in a mapping.
pub(super) enum KeyPosition {
    /// The mapping has no such member.
    Nowhere,
    /// The member is at this place, unless another key has its hash.
    At(usize),
    /// The mapping is not wide.
    Unknown,
}

impl WideMaps {
    /// Adds a mapping with its keys in order.
    pub(super) fn add<'k>(&mut self, map: u32, keys: impl Iterator<Item = &'k str>) {
        let mut places = HashMap::new();
        for (at, key) in (0u32..).zip(keys) {
            places.entry(self.hasher.hash_one(key)).or_insert(at);
        }
        self.maps.insert(map, places);
    }

    pub(super) fn place(&self, map: u32, key: &str) -> KeyPosition {
        let Some(places) = self.maps.get(&map) else {
            return KeyPosition::Unknown;
        };
        let place = places.get(&self.hasher.hash_one(key));
        place.map_or(KeyPosition::Nowhere, |at| KeyPosition::At(*at as usize))
    }

    /// Forgets all places, because a mapping changes.
    pub(super) fn clear(&mut self) {
        self.maps.clear();
    }
}
