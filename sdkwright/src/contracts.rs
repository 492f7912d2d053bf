//! `contracts.yaml`: the contracts and the folders of their crates.

use std::fmt;
use std::path::Path;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize as _, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::checked::Checked;
use crate::settings::{Level, Settings};

/// Content of the file.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Contracts {
    #[serde(deserialize_with = "all")]
    contracts: Vec<Contract>,
}

/// One contract.
#[derive(Debug)]
pub(crate) struct Contract {
    /// Its file, relative to the folder of the list.
    pub(crate) file: String,
    /// The folder of its crate, relative to the repository.
    pub(crate) out: String,
    /// Its settings.
    pub(crate) settings: Settings,
}

/// Parses the file's text.
pub(crate) fn read(text: &str) -> anyhow::Result<Vec<Contract>> {
    let listed: Contracts = serde_yaml::from_str(text)?;
    Ok(listed.contracts)
}

fn all<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Contract>, D::Error> {
    deserializer.deserialize_seq(List)
}

struct List;

impl<'de> Visitor<'de> for List {
    type Value = Vec<Contract>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of contracts")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<Contract>, A::Error> {
        let mut contracts = Vec::new();
        while let Some(contract) = list.next_element_seed(Entry(&contracts))? {
            contracts.push(contract);
        }
        Ok(contracts)
    }
}

/// An entry, after these: checked as a whole where it is read, so that an error has its line and column.
struct Entry<'c>(&'c [Contract]);

impl<'de> DeserializeSeed<'de> for Entry<'_> {
    type Value = Contract;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Contract, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Entry<'_> {
    type Value = Contract;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the settings of a contract")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Contract, A::Error> {
        let settings = Settings::deserialize(MapAccessDeserializer::new(members))?;
        let needed = |word: &str, value: &Option<String>| {
            let missing = || {
                A::Error::custom(format_args!(
                    "`{word}` is missing; a contract requires `file`, `out`, `package` and `version`"
                ))
            };
            value.clone().ok_or_else(missing)
        };
        let (file, out) = (needed("file", &settings.file)?, needed("out", &settings.out)?);
        needed("package", &settings.package)?;
        needed("version", &settings.version.as_ref().map(Checked::text))?;
        // Two contracts with one folder would remove each other's files.
        let path = Path::new(&out);
        let mut before = self.0.iter().map(|other| Path::new(&other.out));
        if let Some(other) = before.find(|other| path.starts_with(other) || other.starts_with(path)) {
            let other = other.display();
            return Err(A::Error::custom(format_args!(
                "`out: {out}` overlaps with `out: {other}`; each contract requires a separate folder"
            )));
        }
        Ok(Contract { file, out, settings })
    }
}

/// Default level of contracts in the list.
pub(crate) const LEVEL: Level = Level::Strict;
