//! Macros that implement for a type, in one line, what follows from its [`Json`].
//!
//! The name of a type comes in; implementations that only call a function of this crate come out. Generated code has hundreds of
//! each, so nothing may be decided here.

pub use crate::bridge::{deserialize, serialize};
pub use crate::codec::{Json, debug};
pub use crate::read::Value;
pub use crate::write::Writer;
pub use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Implements `Debug` and both directions of serde.
#[doc(hidden)]
#[macro_export]
macro_rules! model {
    ($type:ident) => {
        $crate::debug!($type);
        $crate::serde!($type);
    };
}

/// Implements `Debug`.
#[doc(hidden)]
#[macro_export]
macro_rules! debug {
    ($type:ident) => {
        impl ::std::fmt::Debug for $type {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::implement::debug(self, f)
            }
        }
    };
}

/// Implements both directions of serde.
#[doc(hidden)]
#[macro_export]
macro_rules! serde {
    ($type:ident) => {
        $crate::serialize!($type);

        impl<'de> $crate::implement::Deserialize<'de> for $type {
            fn deserialize<D: $crate::implement::Deserializer<'de>>(d: D) -> ::std::result::Result<Self, D::Error> {
                $crate::implement::deserialize(d)
            }
        }
    };
}

/// Implements `Serialize` alone.
#[doc(hidden)]
#[macro_export]
macro_rules! serialize {
    ($type:ident) => {
        impl $crate::implement::Serialize for $type {
            fn serialize<S: $crate::implement::Serializer>(&self, s: S) -> ::std::result::Result<S::Ok, S::Error> {
                $crate::implement::serialize(self, s)
            }
        }
    };
}

/// Implements reading and writing of an object, given the names of its members: all are read by `get` and written by `put`, or by
/// the method next to each name, and `extra` holds the others.
#[doc(hidden)]
#[macro_export]
macro_rules! object {
    ($type:ident { $($field:ident: $name:literal,)* }) => {
        impl $crate::implement::Json for $type {
            #[inline]
            fn read(v: $crate::implement::Value<'_>) -> Self {
                Self { $($field: v.get($name),)* extra: v.rest() }
            }

            #[inline]
            fn write(&self, w: &mut $crate::implement::Writer) {
                w.begin(::std::stringify!($type))$(.put($name, &self.$field))*.rest(&self.extra);
            }
        }
    };
    ($type:ident { $($field:ident: $name:literal $put:ident,)* }) => {
        impl $crate::implement::Json for $type {
            #[inline]
            fn read(v: $crate::implement::Value<'_>) -> Self {
                Self { $($field: v.get($name),)* extra: v.rest() }
            }

            #[inline]
            fn write(&self, w: &mut $crate::implement::Writer) {
                w.begin(::std::stringify!($type))$(.$put($name, &self.$field))*.rest(&self.extra);
            }
        }
    };
}

/// Implements reading and writing in a box.
#[doc(hidden)]
#[macro_export]
macro_rules! boxed {
    ($type:ident) => {
        impl $crate::implement::Json for ::std::boxed::Box<$type> {
            #[inline]
            fn read(v: $crate::implement::Value<'_>) -> Self {
                v.boxed()
            }

            #[inline]
            fn write(&self, w: &mut $crate::implement::Writer) {
                w.value(&**self);
            }
        }
    };
}
