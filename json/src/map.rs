//! A map with string keys that keeps the order of insertion.
//!
//! Keys are unique. Two maps are equal if they hold the same entries, in any order, as JSON objects are.

use crate::codec::{Json, debug};
use crate::implement;
use crate::read::Value;
use crate::write::{OutputStyle, Writer};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Largest number of entries that are searched linearly.
const FEW: usize = 16;

/// A map from strings to values, in the order of insertion.
#[derive(Clone)]
pub struct Map<V> {
    entries: Vec<(String, V)>,
    /// The places of the entries, sorted by key; empty while there are few.
    sorted: Vec<u32>,
}

impl<V> Map<V> {
    /// Size of an entry in bytes.
    pub(super) const ENTRY: usize = size_of::<(String, V)>() + size_of::<u32>();

    /// Creates an empty map.
    pub const fn new() -> Self {
        Map {
            entries: Vec::new(),
            sorted: Vec::new(),
        }
    }

    /// Returns the number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns `true` if there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns the value of a key.
    pub fn get(&self, key: &str) -> Option<&V> {
        self.find(key).ok().map(|place| &self.entries[place].1)
    }

    /// Returns the value of a key for modification.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut V> {
        self.find(key).ok().map(|place| &mut self.entries[place].1)
    }

    /// Returns `true` if there is an entry with this key.
    pub fn contains_key(&self, key: &str) -> bool {
        self.find(key).is_ok()
    }

    /// Inserts a value. An earlier value of the key is returned, and its place is kept.
    pub fn insert(&mut self, key: impl Into<String>, value: V) -> Option<V> {
        let key = key.into();
        match self.find(&key) {
            Ok(place) => Some(std::mem::replace(&mut self.entries[place].1, value)),
            Err(rank) => {
                if !self.sorted.is_empty() {
                    self.sorted.insert(rank, self.next_place());
                }
                self.entries.push((key, value));
                self.sort_if_many();
                None
            }
        }
    }

    /// Removes an entry; the others keep their order.
    pub fn remove(&mut self, key: &str) -> Option<V> {
        let place = self.find(key).ok()?;
        let (_, value) = self.entries.remove(place);
        self.sorted.clear();
        self.sort_if_many();
        Some(value)
    }

    /// Returns the entries in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &V)> + Clone {
        self.entries.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// Returns the keys in order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.entries.iter().map(|(key, _)| key.as_str())
    }

    /// Returns the values in order.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &V> + Clone {
        self.entries.iter().map(|(_, value)| value)
    }

    /// Reserves room for `more` entries.
    pub(super) fn reserve(&mut self, more: usize) {
        self.entries.reserve_exact(more);
    }

    /// Adds an entry whose key is known to be new. [`Self::sort_if_many`] must follow before anything is looked up.
    pub(super) fn push_new(&mut self, key: String, value: V) {
        self.entries.push((key, value));
    }

    /// Sorts the places if there are many entries and they are not sorted yet.
    pub(super) fn sort_if_many(&mut self) {
        if self.entries.len() > FEW && self.sorted.is_empty() {
            self.sorted = (0..self.next_place()).collect();
            let entries = &self.entries;
            self.sorted
                .sort_unstable_by(|&a, &b| entries[a as usize].0.cmp(&entries[b as usize].0));
        }
    }

    // A map never reaches four billion entries of 24 bytes or more.
    #[allow(clippy::cast_possible_truncation)]
    fn next_place(&self) -> u32 {
        self.entries.len() as u32
    }

    /// Returns the place of a key, or the rank at which it would be inserted.
    fn find(&self, key: &str) -> Result<usize, usize> {
        if self.sorted.is_empty() {
            return self.entries.iter().position(|(known, _)| known == key).ok_or(0);
        }
        self.sorted
            .binary_search_by(|&place| self.entries[place as usize].0.as_str().cmp(key))
            .map(|rank| self.sorted[rank] as usize)
    }
}

impl<V> Default for Map<V> {
    fn default() -> Self {
        Map::new()
    }
}

impl<V: PartialEq> PartialEq for Map<V> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(key, value)| other.get(key) == Some(value))
    }
}

impl<V: Eq> Eq for Map<V> {}

/// The entries are put in the order of their keys, see [`Extend`].
impl<K: Into<String>, V> FromIterator<(K, V)> for Map<V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Map::new();
        map.extend(entries);
        map
    }
}

/// The new entries are sorted by their keys: a hash map iterates in another order in every process, and a request that is sent
/// again under its key must have the same bytes. `insert` and `from` an array keep the given order.
impl<K: Into<String>, V> Extend<(K, V)> for Map<V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        let mut entries: Vec<(String, V)> = entries.into_iter().map(|(key, value)| (key.into(), value)).collect();
        // Stable: of two values with the same key, the later one wins.
        entries.sort_by(|(one, _), (other, _)| one.cmp(other));
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl<K: Into<String>, V, const N: usize> From<[(K, V); N]> for Map<V> {
    fn from(entries: [(K, V); N]) -> Self {
        let mut map = Map::new();
        for (key, value) in entries {
            map.insert(key, value);
        }
        map
    }
}

impl<V> IntoIterator for Map<V> {
    type Item = (String, V);
    type IntoIter = std::vec::IntoIter<(String, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<V: Json> Json for Map<V> {
    #[inline]
    fn read(value: Value<'_>) -> Self {
        let mut map = Map::new();
        map.reserve(value.room(Self::ENTRY));
        value.has_entries(value.len());
        // The scanner refuses a key that occurs twice.
        for (key, value) in value.entries() {
            map.push_new(key.to_owned(), V::read(value));
        }
        map.sort_if_many();
        map
    }

    #[inline]
    fn write(&self, w: &mut Writer) {
        w.begin_map();
        for (key, value) in self.iter() {
            w.key(key);
            value.write(w);
        }
        w.end_map();
    }
}

impl<V: Json> fmt::Debug for Map<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(self, f)
    }
}

impl Value<'_> {
    /// Returns all members that were not read, in document order, as values of one type. Read last.
    #[inline]
    pub fn rest_as<T: Json>(self) -> Map<T> {
        let mut rest = Map::new();
        let left = self
            .object()
            .map_or(0, |node| self.tape.members[node.end as usize].left.get());
        if !self.affords(left as usize * Map::<T>::ENTRY) {
            return rest;
        }
        rest.reserve(left as usize);
        self.has_entries(left as usize);
        self.take_rest(&mut |name, value| rest.push_new(name.to_owned(), T::read(value)));
        rest.sort_if_many();
        rest
    }
}

impl Writer {
    /// Writes extra members of one type, and ends the object. A name that is among `known` would occur twice, and is an error.
    pub fn rest_as<T: Json>(&mut self, known: &[&str], members: &Map<T>) {
        for (name, value) in members.iter() {
            self.beside(known, name);
            value.write(self);
        }
        self.end();
    }

    /// Writes extra members of one type, whose values `Debug` hides.
    pub fn sensitive_rest_as<T: Json>(&mut self, known: &[&str], members: &Map<T>) {
        if self.style == OutputStyle::Json {
            return self.rest_as(known, members);
        }
        for name in members.keys() {
            self.member(name);
            self.redacted();
        }
        self.end();
    }
}

impl<V: Json> Serialize for Map<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        implement::serialize(self, serializer)
    }
}

impl<'de, V: Json> Deserialize<'de> for Map<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        implement::deserialize(deserializer)
    }
}
