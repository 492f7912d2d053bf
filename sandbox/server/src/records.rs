//! In: resources as they are made. Out: the same in order, and the few that an id, an owner or a reference can mean. Never: a search through all
//! of them for one.

use crate::clock::Instant;
use crate::lifecycle::Course;
use crate::store::{self, Rows, Unwritten};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::BuildHasher as _;
use std::ops::{Deref, Index, IndexMut};

/// One resource.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entity {
    pub(crate) number: u64,
    pub(crate) schema: String,
    pub(crate) id: Option<String>,
    pub(crate) id_kind: Option<String>,
    /// Its owners: id kinds and ids.
    pub(crate) scope: BTreeMap<String, String>,
    pub(crate) value: Value,
    /// The operation that made it, and with which body.
    pub(crate) made_by: Option<String>,
    pub(crate) made_with: Option<Value>,
    /// `true` if its present state was read; only then does the owner make its next transition.
    pub(crate) seen: bool,
    /// The beginning of its present state; `None` if it has no state but that of another resource.
    pub(crate) since: Option<Instant>,
    /// Number of the resource that it tells of (`x-records`).
    pub(crate) of: Option<u64>,
    /// Number of the row among those that write such a one about that resource.
    pub(crate) part: Option<usize>,
    /// The way that a scenario of the contract leads it.
    pub(crate) course: Option<Course>,
}

impl Entity {
    /// Returns `true` for a resource of a kind that belongs to no other owners.
    pub(crate) fn is_owned(&self, kind: &str, owners: &BTreeMap<String, String>) -> bool {
        self.id_kind.as_deref() == Some(kind) && self.has_owners(owners)
    }

    /// Returns `true` unless an owner of it is another one than that of the same kind among these.
    pub(crate) fn has_owners(&self, owners: &BTreeMap<String, String>) -> bool {
        let mut owners = owners.iter();
        owners.all(|(kind, id)| self.scope.get(kind).is_none_or(|known| known == id))
    }
}

/// Resources in the order in which they were made. Id, owners and maker of one never change.
#[derive(Debug, Default)]
pub(crate) struct Records {
    all: Vec<Entity>,
    hasher: RandomState,
    /// Places by the hash of an id.
    by_id: HashMap<u64, Vec<usize>>,
    /// Places by the hash of kind and id of an owner.
    by_owner: HashMap<u64, Vec<usize>>,
    /// Places by the hash of a maker, a member and its text.
    by_text: HashMap<u64, Vec<usize>>,
    /// Numbers of changes by the hash of kind and id of what was changed, or of an owner of it.
    versions: HashMap<u64, u64>,
    /// Changes that a store does not have yet; `None` without one.
    changed: Option<ChangedRows>,
}

/// Changes since the last ones were taken.
#[derive(Debug, Default)]
struct ChangedRows {
    places: BTreeSet<usize>,
    /// Values for `referred`, each with the place of its resource.
    notes: Vec<(usize, Value)>,
    /// Number of notes that were taken.
    noted: usize,
}

impl Deref for Records {
    type Target = [Entity];

    fn deref(&self) -> &[Entity] {
        &self.all
    }
}

impl Index<usize> for Records {
    type Output = Entity;

    fn index(&self, at: usize) -> &Entity {
        &self.all[at]
    }
}

impl IndexMut<usize> for Records {
    fn index_mut(&mut self, at: usize) -> &mut Entity {
        if let Some(changed) = &mut self.changed {
            changed.places.insert(at);
        }
        self.count(at);
        &mut self.all[at]
    }
}

impl Records {
    pub(crate) fn push(&mut self, record: Entity) {
        let at = self.all.len();
        if let Some(id) = &record.id {
            let hash = self.hasher.hash_one(id);
            self.by_id.entry(hash).or_default().push(at);
        }
        for owner in &record.scope {
            let hash = self.hasher.hash_one(owner);
            self.by_owner.entry(hash).or_default().push(at);
        }
        if let Some(maker) = &record.made_by {
            self.refer(at, maker, &record.value);
        }
        if let Some(changed) = &mut self.changed {
            changed.places.insert(at);
        }
        self.all.push(record);
        self.count(at);
    }

    /// Counts a change of a resource, for itself and for each of its owners.
    fn count(&mut self, at: usize) {
        let record = &self.all[at];
        let own = record.id_kind.as_ref().zip(record.id.as_ref());
        for owner in record.scope.iter().chain(own) {
            *self.versions.entry(self.hasher.hash_one(owner)).or_default() += 1;
        }
    }

    /// The number of changes of a resource and of what belongs to it; `None` for one without an id.
    pub(crate) fn version(&self, at: usize) -> Option<u64> {
        let record = self.all.get(at)?;
        let own = (record.id_kind.as_ref()?, record.id.as_ref()?);
        let version = self.versions.get(&self.hasher.hash_one(own));
        Some(version.copied().unwrap_or_default())
    }

    /// Begins with the resources of a store.
    pub(crate) fn restored(rows: &mut Rows) -> Option<Self> {
        let mut records = Self::default();
        let all = rows.remove("resource").unwrap_or_default().into_values();
        let mut all: Vec<Entity> = all.map(store::from_content).collect::<Option<_>>()?;
        all.sort_by_key(|record| record.number);
        for record in all {
            records.push(record);
        }
        let notes = rows.remove("text").unwrap_or_default();
        for note in notes.values() {
            let number = note.get("resource")?.as_u64()?;
            let at = records.all.binary_search_by_key(&number, |record| record.number).ok()?;
            records.note(at, note.get("value")?);
        }
        records.changed = Some(ChangedRows {
            noted: notes.len(),
            ..ChangedRows::default()
        });
        Some(records)
    }

    /// The changes since this was asked for before; none without a store.
    pub(crate) fn changes(&mut self, rows: &mut Unwritten) {
        let Some(changed) = &mut self.changed else {
            return;
        };
        for at in std::mem::take(&mut changed.places) {
            let record = &self.all[at];
            rows.put("resource", &record.number, Some(record));
        }
        for (at, value) in std::mem::take(&mut changed.notes) {
            let note = json!({ "resource": self.all[at].number, "value": value });
            rows.put("text", &changed.noted, Some(note));
            changed.noted += 1;
        }
    }

    /// Keeps the texts of a value that a resource has now, for `referred`.
    pub(crate) fn note(&mut self, at: usize, value: &Value) {
        if let Some(maker) = self.all.get(at).and_then(|record| record.made_by.clone()) {
            self.refer(at, &maker, value);
            if let Some(changed) = &mut self.changed {
                changed.notes.push((at, value.clone()));
            }
        }
    }

    fn refer(&mut self, at: usize, maker: &str, value: &Value) {
        for (member, text) in value.as_object().into_iter().flatten() {
            if let Some(text) = text.as_str() {
                let hash = self.hasher.hash_one((maker, member.as_str(), text));
                let places = self.by_text.entry(hash).or_default();
                if places.last() != Some(&at) {
                    places.push(at);
                }
            }
        }
    }

    /// Takes a resource out of its kind, so that neither its id nor a list finds it.
    pub(crate) fn remove(&mut self, at: usize) {
        self.count(at);
        let record = &mut self[at];
        record.id_kind = None;
        record.schema = format!("deleted {}", record.schema);
    }

    /// The place of the resource with this number.
    pub(crate) fn place(&self, number: u64) -> Option<usize> {
        self.all.binary_search_by_key(&number, |record| record.number).ok()
    }

    /// The place of the first resource with this id of this kind.
    pub(crate) fn find(&self, kind: &str, id: &str) -> Option<usize> {
        let places = self.with_id(id);
        places
            .into_iter()
            .find(|&at| self.all[at].id_kind.as_deref() == Some(kind))
    }

    /// The place of the first resource with this id of this kind that belongs to no other owners.
    pub(crate) fn find_owned(&self, kind: &str, id: &str, owners: &BTreeMap<String, String>) -> Option<usize> {
        let mut places = self.with_id(id).into_iter();
        places.find(|&at| self.all[at].is_owned(kind, owners))
    }

    /// The places of the resources with this id.
    pub(crate) fn with_id(&self, id: &str) -> Vec<usize> {
        let places = self.by_id.get(&self.hasher.hash_one(id)).into_iter().flatten().copied();
        places.filter(|&at| self.all[at].id.as_deref() == Some(id)).collect()
    }

    /// The places of the resources that have all these owners; of all resources where none is named.
    pub(crate) fn owned(&self, scope: &BTreeMap<String, String>) -> Vec<usize> {
        let lists = scope
            .iter()
            .map(|owner| self.by_owner.get(&self.hasher.hash_one(owner)));
        let Some(shortest) = lists.min_by_key(|places| places.map_or(0, Vec::len)) else {
            return (0..self.all.len()).collect();
        };
        let belongs = |at: &&usize| {
            let own = &self.all[**at].scope;
            scope.iter().all(|(kind, id)| own.get(kind) == Some(id))
        };
        shortest.into_iter().flatten().filter(belongs).copied().collect()
    }

    /// The places of the resources of a maker that had this text in this member.
    pub(crate) fn referred(&self, maker: &str, member: &str, text: &str) -> &[usize] {
        let hash = self.hasher.hash_one((maker, member, text));
        self.by_text.get(&hash).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn record(number: u64, id: &str, owner: &str, reference: &str) -> Entity {
        Entity {
            number,
            schema: "Thing".to_owned(),
            id: Some(id.to_owned()),
            id_kind: Some("ThingId".to_owned()),
            scope: BTreeMap::from([("OwnerId".to_owned(), owner.to_owned())]),
            value: json!({ "reference": reference }),
            made_by: Some("makeThing".to_owned()),
            ..Entity::default()
        }
    }

    #[test]
    fn a_change_counts_for_the_resource_and_for_its_owners_and_for_nobody_else() {
        let mut records = Records::default();
        records.push(record(1, "x", "nobody", "r"));
        records[0].id_kind = Some("OwnerId".to_owned());
        records.push(record(2, "a", "x", "r"));
        records.push(record(3, "b", "y", "r"));
        let versions = |records: &Records| [0, 1, 2].map(|at| records.version(at));
        let before = versions(&records);
        records[1].seen = true;
        let after = versions(&records);
        assert!(after[0] > before[0] && after[1] > before[1] && after[2] == before[2]);
        records.push(record(4, "c", "x", "r"));
        assert!(versions(&records)[0] > after[0] && versions(&records)[1..] == after[1..]);
    }

    #[test]
    fn resources_are_found_by_id_owner_and_reference() {
        let mut records = Records::default();
        for (number, (id, owner, reference)) in (1..).zip([("a", "x", "r-1"), ("b", "y", "r-2"), ("c", "x", "r-1")]) {
            records.push(record(number, id, owner, reference));
        }
        assert_eq!(
            (records.find("ThingId", "b"), records.find("OtherId", "b")),
            (Some(1), None)
        );
        let of = |owner: &str| records.owned(&BTreeMap::from([("OwnerId".to_owned(), owner.to_owned())]));
        assert_eq!((of("x"), of("y"), of("z")), (vec![0, 2], vec![1], vec![]));
        assert_eq!(records.owned(&BTreeMap::new()), [0, 1, 2]);
        assert_eq!(records.referred("makeThing", "reference", "r-1"), [0, 2]);
        records.note(1, &json!({ "reference": "r-3" }));
        assert_eq!(records.referred("makeThing", "reference", "r-3"), [1]);
    }
}
