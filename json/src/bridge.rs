//! The bridge to serde: one line per type each way.
//!
//! Serde's data goes through JSON text, so that one codec decides everything. Data that serde cannot carry exactly is an error
//! and never rounded: numbers that no serde type holds, and floats where a decimal's own text is needed. A plain number that was a
//! float has the shortest text of it.

mod collect;
mod emit;

use crate::codec::{Json, to_vec};
use crate::limits::Limits;
use crate::scan::scan;
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserializer, Serializer};

/// Implements `Serialize` for a type that writes itself.
pub fn serialize<T: Json, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let bytes = to_vec(value).map_err(S::Error::custom)?;
    let tape = scan(&bytes, &Limits::NONE).map_err(S::Error::custom)?;
    serde::Serialize::serialize(&emit::Emit(tape.root()), serializer)
}

/// Implements `Deserialize` for a type that reads itself. The format must be self-describing, as JSON is.
pub fn deserialize<'de, T: Json, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let collected = collect::collect(deserializer)?;
    let mut tape = scan(&collected.text, &Limits::default()).map_err(D::Error::custom)?;
    tape.floats = collected.floats;
    tape.finish(T::read(tape.root())).map_err(D::Error::custom)
}

/// `Serialize` and `Deserialize` for a type of this crate, through its [`Json`].
macro_rules! serde_bridge {
    ([$($parameter:ident: $bound:path)?] $type:ty) => {
        impl$(<$parameter: $bound>)? serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::bridge::serialize(self, serializer)
            }
        }

        impl<'de $(, $parameter: $bound)?> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::bridge::deserialize(deserializer)
            }
        }
    };
}
pub(crate) use serde_bridge;
