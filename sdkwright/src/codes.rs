//! The setting `codes`: the level of single diagnostics. An error has the line and column of the word that is wrong.
//!
//! In: YAML. Out: codes and their levels.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Context as _, ensure};
use sdkwright_contract::diag::{Code, Level};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use crate::checked::TextReader;

/// Codes and their levels.
#[derive(Debug, Clone, Default)]
pub(crate) struct Codes(pub(crate) BTreeMap<Code, Level>);

impl<'de> Deserialize<'de> for Codes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(CodeTable)
    }
}

struct CodeTable;

impl<'de> Visitor<'de> for CodeTable {
    type Value = Codes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("codes and their levels, such as `C0205: warning`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<Codes, A::Error> {
        let mut codes = BTreeMap::new();
        while let Some(code) = table.next_key_seed(TextReader::new("a code such as `C0205`", code))? {
            let read = |word: &str| level(code, word);
            codes.insert(code, table.next_value_seed(TextReader::new(LEVELS, read))?);
        }
        Ok(Codes(codes))
    }
}

const LEVELS: &str = "a level: `error`, `warning`, `note` or `hidden`";

fn code(number: &str) -> anyhow::Result<Code> {
    Code::from_number(number)
        .with_context(|| format!("`{number}` is not a diagnostic code; `sdkwright explain codes` lists them"))
}

/// Reads the level of a code.
fn level(code: Code, word: &str) -> anyhow::Result<Level> {
    let level = Level::from_word(word)
        .with_context(|| format!("`{word}` is not a level; write `error`, `warning`, `note` or `hidden`"))?;
    ensure!(
        level == Level::Error || !code.is_final(),
        "`{word}` is not possible: no code can be generated for this error ({})",
        code.title()
    );
    Ok(level)
}
