//! Macros that implement for a type, in one line, what follows from its [`Json`], and the bridge to serde that they call.
//!
//! The name of a type comes in; implementations that only call a function of this crate come out. Generated code has hundreds of
//! each, so nothing may be decided in them.
//!
//! Serde's data goes through JSON text, so that one codec decides everything. Data that serde cannot carry exactly is an error
//! and never rounded: numbers that no serde type holds, and floats where a decimal's own text is needed. A plain number that was a
//! float has the shortest text of it. Floats of a deserializer are remembered: their digits differ from those of the document.

pub use crate::codec::{Json, debug};
pub use crate::read::Value;
pub use crate::write::Writer;
pub use serde::{Deserialize, Deserializer, Serialize, Serializer};

use std::fmt;

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::Error as _;

use crate::codec::to_vec;
use crate::digits;
use crate::lexis::is_number;
use crate::memory::Limits;
use crate::scan::scan;
use crate::tape::TapeToken;

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

/// Implements `Serialize` for a type that writes itself.
pub fn serialize<T: Json, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let bytes = to_vec(value).map_err(S::Error::custom)?;
    let tape = scan(&bytes, &Limits::NONE).map_err(S::Error::custom)?;
    Serialize::serialize(&Emit(tape.root()), serializer)
}

/// Implements `Deserialize` for a type that reads itself. The format must be self-describing, as JSON is.
pub fn deserialize<'de, T: Json, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let collected = collect(deserializer)?;
    let mut tape = scan(&collected.text, &Limits::default()).map_err(D::Error::custom)?;
    tape.floats = collected.floats;
    tape.finish(T::read(tape.root())).map_err(D::Error::custom)
}

/// The only key of a map by which `serde_json`, with its feature `arbitrary_precision`, passes on the text of a number.
const EXACT: &str = "$serde_json::private::Number";

struct Collected {
    text: Vec<u8>,
    /// Offsets of the floats in `text`, ascending.
    floats: Vec<u32>,
}

fn collect<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Collected, D::Error> {
    let mut floats = Vec::new();
    let mut writer = Writer::new();
    Collect {
        writer: &mut writer,
        floats: &mut floats,
        depth: Limits::default().depth,
    }
    .deserialize(deserializer)?;
    let text = writer.finish().map_err(D::Error::custom)?;
    Ok(Collected { text, floats })
}

struct Collect<'w> {
    writer: &'w mut Writer,
    floats: &'w mut Vec<u32>,
    depth: usize,
}

impl Collect<'_> {
    fn inner<E: Error>(&mut self) -> Result<Collect<'_>, E> {
        let depth = self.depth.checked_sub(1).ok_or_else(|| E::custom("too many levels"))?;
        Ok(Collect {
            writer: self.writer,
            floats: self.floats,
            depth,
        })
    }
}

impl<'de> DeserializeSeed<'de> for Collect<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Collect<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON can represent")
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.writer.bool(value);
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.writer.signed(value.into());
        Ok(())
    }

    fn visit_i128<E>(self, value: i128) -> Result<(), E> {
        self.writer.signed(value);
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.writer.unsigned(value.into());
        Ok(())
    }

    fn visit_u128<E>(self, value: u128) -> Result<(), E> {
        self.writer.unsigned(value);
        Ok(())
    }

    fn visit_f32<E: Error>(self, value: f32) -> Result<(), E> {
        // Formats the f32 itself: converted to f64 it would gain digits.
        self.visit_f64(value.to_string().parse().map_err(E::custom)?)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.floats
            .push(u32::try_from(self.writer.out.len()).map_err(E::custom)?);
        self.writer.float(value);
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.writer.string(text);
        Ok(())
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.writer.null();
        Ok(())
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        self.writer.begin_array();
        loop {
            let before = self.writer.out.len();
            self.writer.element();
            let inner = self.inner()?;
            if list.next_element_seed(inner)?.is_none() {
                self.writer.out.truncate(before);
                break;
            }
        }
        self.writer.end_array();
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut next = map.next_key::<String>()?;
        if next.as_deref() == Some(EXACT) {
            let text: String = map.next_value()?;
            if is_number(&text) {
                self.writer.number_text(&text);
                return Ok(());
            }
            return Err(A::Error::custom("expected the text of a number"));
        }
        self.writer.begin_map();
        while let Some(name) = next {
            self.writer.key(&name);
            let inner = self.inner()?;
            map.next_value_seed(inner)?;
            next = map.next_key()?;
        }
        self.writer.end_map();
        Ok(())
    }
}

struct Emit<'t>(Value<'t>);

impl Serialize for Emit<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = self.0;
        match value.token() {
            None | Some(TapeToken::Null) => serializer.serialize_unit(),
            Some(TapeToken::False) => serializer.serialize_bool(false),
            Some(TapeToken::True) => serializer.serialize_bool(true),
            Some(TapeToken::String) => serializer.serialize_str(value.as_str().unwrap_or_default()),
            Some(TapeToken::Array) => serializer.collect_seq(value.items().map(Emit)),
            Some(TapeToken::Object) => serializer.collect_map(value.entries().map(|(name, value)| (name, Emit(value)))),
            Some(TapeToken::Integer | TapeToken::Number) => number(value.number_text().unwrap_or_default(), serializer),
        }
    }
}

fn number<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    if let Ok(integer) = text.parse::<i64>() {
        return serializer.serialize_i64(integer);
    }
    if let Ok(integer) = text.parse::<u64>() {
        return serializer.serialize_u64(integer);
    }
    if let Ok(integer) = text.parse::<i128>() {
        return serializer.serialize_i128(integer);
    }
    match text.parse::<f64>() {
        Ok(float) if float.is_finite() && is_held(float, text) => serializer.serialize_f64(float),
        _ => Err(S::Error::custom("a number that no serde type represents exactly")),
    }
}

/// Number of digits that every decimal keeps as a float.
const SAFE: usize = f64::DIGITS as usize;

/// Returns `true` if the shortest text of the float has the same digits as `text`, so that nothing was rounded away.
///
/// Of two equally short texts that are equally near, some writers choose the lower and others the higher.
fn is_held(float: f64, text: &str) -> bool {
    let shortest = format!("{float:e}");
    let count = shortest
        .bytes()
        .take_while(|&byte| byte != b'e')
        .filter(u8::is_ascii_digit)
        .count();
    digits::equal(&shortest, text) && (count <= SAFE || !is_between_two(float, count))
}

/// Returns `true` for a float exactly in the middle between two texts of `count` digits.
fn is_between_two(float: f64, count: usize) -> bool {
    let more = format!("{float:.precision$e}", precision = count + 40);
    let digits = more.bytes().take_while(|&byte| byte != b'e').filter(u8::is_ascii_digit);
    let mut behind = digits.skip(count);
    behind.next() == Some(b'5') && behind.all(|byte| byte == b'0')
}
