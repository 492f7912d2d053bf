//! A member that distinguishes absent from null, on reading and on writing.

use crate::codec::Json;
use crate::read::Value;
use crate::write::Writer;

/// The value of a member that may be left out and may be null, where the two mean different things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Maybe<T> {
    /// The member is not there.
    #[default]
    Absent,
    /// The member is there, and null.
    Null,
    /// The member has a value.
    Value(T),
}

impl<T> Maybe<T> {
    /// Returns the value, if there is one.
    pub fn value(self) -> Option<T> {
        match self {
            Maybe::Value(value) => Some(value),
            Maybe::Absent | Maybe::Null => None,
        }
    }

    /// Returns a reference to the value, if there is one.
    pub fn as_ref(&self) -> Maybe<&T> {
        match self {
            Maybe::Value(value) => Maybe::Value(value),
            Maybe::Null => Maybe::Null,
            Maybe::Absent => Maybe::Absent,
        }
    }

    /// Returns `true` if the member is there and null.
    pub fn is_null(&self) -> bool {
        matches!(self, Maybe::Null)
    }
}

impl<T> From<T> for Maybe<T> {
    fn from(value: T) -> Self {
        Maybe::Value(value)
    }
}

impl<T: Json> Json for Maybe<T> {
    #[inline]
    fn read(value: Value<'_>) -> Self {
        if value.is_null() {
            Maybe::Null
        } else {
            Maybe::Value(T::read(value))
        }
    }

    #[inline]
    fn write(&self, w: &mut Writer) {
        match self {
            Maybe::Value(value) => value.write(w),
            Maybe::Absent | Maybe::Null => w.null(),
        }
    }

    #[inline]
    fn absent(_: Value<'_>) -> Self {
        Maybe::Absent
    }

    #[inline]
    fn is_absent(&self) -> bool {
        matches!(self, Maybe::Absent)
    }
}
