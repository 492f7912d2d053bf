//! In: the words of `Sandbox-Answer`. Out: what the next answer is made to be. Never: a word that is silently ignored.

use crate::contract::Contract;
use std::time::Duration;

/// The unsigned header that asks for an answer.
pub(crate) const ANSWER: &str = "sandbox-answer";
/// The unsigned header that puts the resource of the call into a state.
pub(crate) const STATE: &str = "sandbox-state";

/// What is asked of the sandbox for one call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Forced {
    pub(crate) code: Option<String>,
    /// The code is answered as if it had been stored under the key.
    pub(crate) replayed: bool,
    /// An HTML page with this status, as from a proxy, in place of the operation.
    pub(crate) page: Option<u16>,
    /// Nothing is answered; `true`: nor carried out.
    pub(crate) drop: Option<bool>,
    pub(crate) truncate: bool,
    pub(crate) delay: Duration,
    pub(crate) extra: bool,
}

impl Forced {
    /// Reads words separated by commas.
    pub(crate) fn read(contract: &Contract, text: &str) -> Result<Self, String> {
        let mut forced = Self::default();
        for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            match word.split_once([':', '=']) {
                None if word == "drop" => forced.drop = Some(false),
                None if word == "truncate" => forced.truncate = true,
                None if word == "extra" => forced.extra = true,
                Some(("drop", "before")) => forced.drop = Some(true),
                Some(("delay", millis)) => {
                    let millis = millis
                        .parse()
                        .map_err(|_| format!("`{word}`: a delay is a number of milliseconds"))?;
                    forced.delay = Duration::from_millis(millis);
                }
                Some(("status", status)) => {
                    let status = status.parse().ok().filter(|status| (200..600).contains(status));
                    forced.page = Some(status.ok_or_else(|| format!("`{word}`: a status is 200 to 599"))?);
                }
                Some(("replayed", code)) => {
                    forced.code = Some(known(contract, code)?);
                    forced.replayed = true;
                }
                _ => forced.code = Some(known(contract, word)?),
            }
        }
        Ok(forced)
    }
}

fn known(contract: &Contract, code: &str) -> Result<String, String> {
    if contract.extensions.registry.contains_key(code) {
        return Ok(code.to_owned());
    }
    let codes: Vec<_> = contract.extensions.registry.keys().map(String::as_str).collect();
    Err(format!(
        "`{code}` is neither a code of the registry ({}) nor drop, drop:before, truncate, extra, delay:MS, status=N or replayed:CODE",
        codes.join(", ")
    ))
}
