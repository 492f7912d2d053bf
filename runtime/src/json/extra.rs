//! Members that the contract does not know.
//!
//! They are kept with their order and number text and written after the known ones. A name of the type itself cannot be
//! among them, so that no member is ever written twice. `Debug` shows names alone.

use super::{Json, JsonValue, Map, Object, Value, Writer};
use std::fmt;

/// The unknown members of an object, in order. It takes one word as long as there are none.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Extra(Option<Box<Object>>);

/// A member cannot be added, because the type has one of that name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtraError {
    name: String,
}

impl ExtraError {
    /// The name that was refused.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for ExtraError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is a member of the type: set it there", self.name)
    }
}

impl std::error::Error for ExtraError {}

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

    /// Adds a member, or replaces one that was added before. `known` are the names of the type's own members, which are
    /// refused.
    pub fn insert(
        &mut self,
        known: &[&str],
        name: impl Into<String>,
        value: impl Into<JsonValue>,
    ) -> Result<(), ExtraError> {
        let name = name.into();
        if known.contains(&name.as_str()) {
            return Err(ExtraError { name });
        }
        self.0.get_or_insert_default().insert(name, value.into());
        Ok(())
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
