//! Keys that are the same after a crash: made of what the partner calls its customers and actions, never of random text.
//!
//! Other texts by which rows are found are here, too: hexadecimal, digests of long texts, and random names.

use crate::error::StoreError;
use sdkwright_runtime::journal::joined_key;
use sdkwright_runtime::signing::sha256;
use sdkwright_runtime::{IdempotencyKey, KeyError, RefreshKey};
use std::borrow::Cow;

pub(crate) use sdkwright_runtime::signing::hex;

/// Makes the keys of one customer.
///
/// `Keys::for_customer("cust-1").action("create", "wd-9001")` is `cust-1:create:wd-9001`, today and after a crash. Parts are escaped, so
/// that no two actions share a key; what would be longer than the API takes becomes a digest.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Keys {
    customer: String,
    longest: usize,
}

impl Keys {
    /// The keys of a customer, by the partner's own name for it. They have at most 255 characters.
    pub fn for_customer(customer: impl Into<String>) -> Self {
        Self {
            customer: customer.into(),
            longest: 255,
        }
    }

    /// For an API that takes shorter keys. At least 32 characters are needed to tell keys apart.
    #[must_use]
    pub fn max_length(mut self, characters: usize) -> Self {
        self.longest = characters.max(32);
        self
    }

    /// The key of an action that must happen once: its name, and the partner's id of the thing that it is done to.
    pub fn action(&self, action: &str, id: &str) -> Result<IdempotencyKey, KeyError> {
        IdempotencyKey::new(self.text(&[&self.customer, action, id])?)
    }

    /// The key of a call that only asks for a new answer: `sequence` counts how often it was asked for, so that a repeated
    /// question is repeated and a new one is new.
    pub fn refresh(&self, action: &str, id: &str, sequence: u64) -> Result<RefreshKey, KeyError> {
        RefreshKey::new(self.text(&[&self.customer, action, id, &sequence.to_string()])?)
    }

    fn text(&self, parts: &[&str]) -> Result<String, KeyError> {
        joined_key(parts, self.longest)
    }
}

/// 24 random hexadecimal digits.
pub(crate) fn random() -> Result<String, StoreError> {
    let mut bytes = [0; 12];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::Database(error.to_string()))?;
    Ok(hex(&bytes))
}

/// A text of somebody else's that a database is to find rows by: what is longer than an index takes, or has a character that a
/// database does not take, becomes a digest.
pub(crate) fn short(text: &str) -> Cow<'_, str> {
    if text.len() <= 255 && !text.contains('\0') {
        return text.into();
    }
    format!("sha256:{}", hex(&sha256(text))).into()
}

/// The text by which the row is found that created a resource of this id. A later call that names the resource does not find, and so
/// does not lock, this row.
pub(crate) fn created(id: &str) -> String {
    short(&format!("created:{id}")).into_owned()
}

/// The text that finds the row of the call with this request id. Servers change case and surrounding blanks of ids.
pub(crate) fn request(id: &str) -> String {
    short(&format!("request:{}", id.trim().to_ascii_lowercase())).into_owned()
}

/// Before the name of a flow in the key of its row. No idempotency key has a space.
const FLOW: &str = "flow ";

/// Returns the key of the row of a flow.
pub(crate) fn flow_row(name: &str) -> String {
    format!("{FLOW}{name}")
}

/// Returns the name of the flow of a row.
pub(crate) fn flow_of_row(key: &str) -> Option<&str> {
    key.strip_prefix(FLOW)
}

/// Returns the name of the flow whose action would have this key: `FLOW:STEP`, or `FLOW:STEP:2` of a second attempt.
pub(crate) fn flow_of_action(key: &str) -> Option<&str> {
    let (first, last) = key.rsplit_once(':')?;
    if last.bytes().all(|byte| byte.is_ascii_digit()) {
        return first.rsplit_once(':').map(|(name, _)| name);
    }
    Some(first)
}

/// The 32 bytes of hexadecimal text; nothing where it is none.
pub(crate) fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut out = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (byte, digits) in out.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        // `from_str_radix` also takes a sign.
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(key: Result<IdempotencyKey, KeyError>) -> String {
        key.unwrap().as_str().to_owned()
    }

    #[test]
    fn a_key_is_the_same_each_time_and_says_what_it_is() {
        let keys = Keys::for_customer("cust-1");
        assert_eq!(text(keys.action("create", "wd-9001")), "cust-1:create:wd-9001");
        let quote = keys.refresh("quote", "wd-9001", 2).unwrap();
        assert_eq!(quote.as_str(), "cust-1:quote:wd-9001:2");
    }

    #[test]
    fn no_two_actions_share_a_key() {
        let one = text(Keys::for_customer("a:b").action("c", "d"));
        let other = text(Keys::for_customer("a").action("b:c", "d"));
        assert_ne!(one, other);
        assert_eq!(one, "a%3ab:c:d");
        assert_ne!(text(Keys::for_customer("a%3ab").action("c", "d")), one);
        assert_eq!(text(Keys::for_customer("ä b").action("c", "d")), "%c3%a4%20b:c:d");
    }

    #[test]
    fn a_long_key_becomes_a_digest_that_still_tells_actions_apart() {
        let long = "x".repeat(300);
        let keys = Keys::for_customer("cust-1");
        let key = text(keys.action("create", &long));
        assert_eq!(key.len(), 64);
        assert_ne!(key, text(keys.action("submit", &long)));
        let short = keys.clone().max_length(40);
        assert_eq!(text(short.action("create", &long)).len(), 40);
        assert_eq!(text(keys.max_length(1).action("create", &long)).len(), 32);
    }

    #[test]
    fn a_part_without_text_is_refused() {
        assert_eq!(Keys::for_customer("").action("create", "wd"), Err(KeyError::Empty));
        assert_eq!(Keys::for_customer("c").action("create", ""), Err(KeyError::Empty));
    }

    #[test]
    fn only_hexadecimal_digits_are_read() {
        let text = hex(&[0xa0; 32]);
        assert_eq!(unhex(&text), Some([0xa0; 32]));
        for wrong in [&text[2..], &text.replacen("a0", "+0", 1), &text.replacen("a0", " 0", 1)] {
            assert_eq!(unhex(wrong), None, "{wrong}");
        }
    }
}
