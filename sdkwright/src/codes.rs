//! The setting `codes`: the level of single diagnostics. An error has the line and column of the word that is wrong.
//!
//! In: YAML. Out: codes and their levels.

use std::collections::BTreeMap;
use std::fmt;

use sdkwright_contract::diag::{Code, Level};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, Visitor};

/// Codes and their levels.
#[derive(Debug, Clone, Default)]
pub(crate) struct Codes(pub(crate) BTreeMap<Code, Level>);

impl<'de> Deserialize<'de> for Codes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Table)
    }
}

struct Table;

impl<'de> Visitor<'de> for Table {
    type Value = Codes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("codes and their levels, such as `C0205: warning`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<Codes, A::Error> {
        let mut codes = BTreeMap::new();
        while let Some(code) = table.next_key_seed(Number)? {
            codes.insert(code, table.next_value_seed(Word(code))?);
        }
        Ok(Codes(codes))
    }
}

/// The code on the left.
struct Number;

impl<'de> DeserializeSeed<'de> for Number {
    type Value = Code;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Code, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Number {
    type Value = Code;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a code such as `C0205`")
    }

    fn visit_str<E: Error>(self, number: &str) -> Result<Code, E> {
        let unknown = || {
            E::custom(format_args!(
                "`{number}` is not a diagnostic code; `sdkwright explain codes` lists them"
            ))
        };
        Code::from_number(number).ok_or_else(unknown)
    }
}

/// The level on the right, of this code.
struct Word(Code);

impl<'de> DeserializeSeed<'de> for Word {
    type Value = Level;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Level, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Word {
    type Value = Level;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a level: `error`, `warning`, `note` or `hidden`")
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<Level, E> {
        let unknown = || {
            E::custom(format_args!(
                "`{word}` is not a level; write `error`, `warning`, `note` or `hidden`"
            ))
        };
        let level = Level::from_word(word).ok_or_else(unknown)?;
        if level != Level::Error && self.0.is_final() {
            let title = self.0.title();
            return Err(E::custom(format_args!(
                "`{word}` is not possible: no code can be generated for this error ({title})"
            )));
        }
        Ok(level)
    }
}
