//! The owner of rows: stored rows come in and are verified; rows go out, signed.
//!
//! A row of a client that has a key is never believed without its MAC.

use sdkwright_runtime::journal::{Seal, Sender};

use crate::store::{Row, State};

/// Prefix of the MAC's input: the kind of text, its version, and the store.
const CONTEXT: &[u8] = b"a row of sdkwright-journal, version 1";

/// A client as far as rows are concerned.
#[derive(Debug, Clone)]
pub(crate) struct RowOwner {
    pub(crate) sender: Sender,
    pub(crate) seal: Seal,
    store: Option<String>,
}

impl RowOwner {
    pub(crate) fn new(sender: Sender, seal: Seal, store: Option<&str>) -> Self {
        let store = store.map(str::to_owned);
        Self { sender, seal, store }
    }

    /// Returns `true` if a client with one of these secrets wrote the row into this store; for a client without a key, if it is unsigned.
    pub(crate) fn verifies(&self, row: &Row) -> bool {
        if self.seal.name().is_none() {
            return row.sealed_by.is_empty() && row.seal.is_empty();
        }
        self.over(row, |parts| self.seal.verifies(&row.sealed_by, &row.seal, parts))
    }

    /// Signs a row with the current key, if there is one.
    pub(crate) fn sign(&self, row: &mut Row) {
        self.seal.name().unwrap_or_default().clone_into(&mut row.sealed_by);
        let is_flow = State::from_word(&row.state).is_some_and(State::is_flow);
        if let Some(sealed) = row.evidence.as_mut().filter(|_| is_flow) {
            // A secret that is replaced may be gone soon. Contents that no key of this owner opens stay as they are.
            if let Ok(renewed) = crate::sealed::renew(&self.seal, &row.key, sealed) {
                *sealed = renewed;
            }
        }
        let mac = self.over(row, |parts| self.seal.sign(parts));
        row.seal = mac.map(Vec::from).unwrap_or_default();
    }

    /// All that is signed of a row.
    fn over<T>(&self, row: &Row, sign: impl Fn(&[&[u8]]) -> T) -> T {
        let Row {
            sender: Sender { client_id, base_url },
            key,
            subject,
            state,
            recorded,
            leased_until,
            leased_by,
            head,
            request,
            evidence,
            sealed_by,
            seal: _,
            made,
        } = row;
        let numbers = [recorded, leased_until].map(|number| number.to_be_bytes());
        let mut parts: Vec<&[u8]> = vec![CONTEXT];
        // An absent value and an empty text are signed differently.
        let options = [
            self.store.as_deref().map(str::as_bytes),
            client_id.as_deref().map(str::as_bytes),
            subject.as_deref().map(str::as_bytes),
            request.as_deref(),
            evidence.as_deref(),
        ];
        for option in options {
            parts.push(if option.is_some() { b"1" } else { b"0" });
            parts.push(option.unwrap_or_default());
        }
        for text in [base_url, key, state, leased_by, head, sealed_by] {
            parts.push(text.as_bytes());
        }
        parts.extend(numbers.iter().map(<[u8; 8]>::as_slice));
        // Last, because only their number varies.
        parts.extend(made.iter().map(String::as_bytes));
        sign(&parts)
    }
}

#[cfg(test)]
mod tests;
