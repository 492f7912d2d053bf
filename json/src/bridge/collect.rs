//! Collects JSON text from a serde deserializer.
//!
//! It records which numbers were binary floats: their digits differ from those of the original document.

use crate::lexis::is_number;
use crate::limits::Limits;
use crate::write::Writer;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// The only key of a map by which `serde_json`, with its feature `arbitrary_precision`, passes on the text of a number.
const EXACT: &str = "$serde_json::private::Number";

pub(super) struct Collected {
    pub(super) text: Vec<u8>,
    /// Offsets of the floats in `text`, ascending.
    pub(super) floats: Vec<u32>,
}

pub(super) fn collect<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Collected, D::Error> {
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
