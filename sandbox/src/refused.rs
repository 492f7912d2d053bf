//! In: what is switched off for clients, in words. Out: the code with which each operation is refused. Never: a word that is ignored.

use crate::contract::Contract;
use crate::error::Error;
use std::collections::BTreeMap;
use std::str::FromStr;

/// Operations that one client may not call, such as those of a product that it does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The id of the client.
    pub client: String,
    /// A tag of the contract, or the id of one operation.
    pub operations: String,
    /// The code with which they are refused.
    pub code: String,
}

impl FromStr for Refused {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.rsplit_once('=');
        let parts = parts.and_then(|(whose, code)| Some((whose.split_once(':')?, code)));
        let ((client, operations), code) = parts.ok_or("`--refuse` requires CLIENT:TAG=CODE")?;
        Ok(Self {
            client: client.to_owned(),
            operations: operations.to_owned(),
            code: code.to_owned(),
        })
    }
}

/// The operations that are refused to a client, with their codes; of several for one operation the last one holds.
pub(crate) fn of(contract: &Contract, all: &[Refused], client: &str) -> Result<BTreeMap<String, String>, Error> {
    let mut found = BTreeMap::new();
    for one in all.iter().filter(|one| one.client == client) {
        if !contract.extensions.registry.contains_key(&one.code) {
            let known: Vec<&str> = contract.extensions.registry.keys().map(String::as_str).collect();
            return Err(unknown("code", &one.code, &known));
        }
        let named = |tags: &[String], id: &str| tags.contains(&one.operations) || id == one.operations;
        let operations = contract.operations.iter();
        let named = operations.filter(|operation| named(&operation.tags, &operation.id));
        let mut is_known = false;
        for operation in named {
            is_known = true;
            found.insert(operation.id.clone(), one.code.clone());
        }
        if !is_known {
            let tags = contract.operations.iter().flat_map(|operation| &operation.tags);
            let mut tags: Vec<&str> = tags.map(String::as_str).collect();
            tags.sort_unstable();
            tags.dedup();
            return Err(unknown("tag or operation", &one.operations, &tags));
        }
    }
    Ok(found)
}

fn unknown(what: &str, word: &str, known: &[&str]) -> Error {
    Error::Unknown(format!(
        "the contract has no {what} `{word}`; it has {}",
        known.join(", ")
    ))
}
