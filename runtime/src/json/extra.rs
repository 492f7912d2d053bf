//! Members that the contract does not know.
//!
//! They are kept with their order and number text and written after the known ones; a member that would be written twice is an
//! error of the whole. `Debug` shows names alone.

use super::{Json, JsonValue, Map, Object, Value, Writer};
use std::fmt;

/// The unknown members of an object, in order. It takes one word as long as there are none.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Extra(Option<Box<Object>>);

impl Extra {
    /// No members.
    pub const fn new() -> Self {
        Extra(None)
    }

    /// The value of a member.
    pub fn get(&self, name: &str) -> Option<&JsonValue> {
        self.0.as_ref()?.get(name)
    }

    /// The members in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &JsonValue)> {
        self.0.iter().flat_map(|members| members.iter())
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |members| members.len())
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds a member, or replaces one that was added before. With the name of a member that the type writes itself the
    /// value cannot be written.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<JsonValue>) {
        self.0.get_or_insert_default().insert(name.into(), value.into());
    }

    /// Takes a member out.
    pub fn remove(&mut self, name: &str) -> Option<JsonValue> {
        let members = self.0.as_mut()?;
        let value = members.remove(name);
        if members.is_empty() {
            self.0 = None;
        }
        value
    }
}

impl From<Object> for Extra {
    fn from(mut members: Object) -> Self {
        members.sort_if_many();
        Extra((!members.is_empty()).then(|| Box::new(members)))
    }
}

/// On its own it reads as the whole object and writes as one.
impl Json for Extra {
    fn read(value: Value<'_>) -> Self {
        Extra::from(Map::read(value))
    }

    fn write(&self, w: &mut Writer) {
        w.begin("").rest(self);
    }

    fn absent(_: Value<'_>) -> Self {
        Extra::default()
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        super::debug(self, f)
    }
}
