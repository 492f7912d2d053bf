//! Members that the creation of a resource sent, and that later responses about it repeat: values come in, digests go out.
//!
//! A digest replaces the value, because it stays in a journal longer than the request.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::success::Text;
use super::{Echo, compared, comparison, digest, reduced, value_at};
use crate::description::Comparison;
use crate::json::{self, Limits};

/// A member that the creation of a resource sent, and that its response repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentMember {
    at: Text,
    comparison: Comparison,
    digest: u64,
}

impl SentMember {
    /// Creates it from a value that a response repeated.
    pub(crate) fn new(echo: &Echo) -> Self {
        Self {
            at: echo.at.clone(),
            comparison: echo.comparison,
            digest: first(&echo.at, &echo.value),
        }
    }

    /// The JSON Pointer of the member in the response.
    pub fn at(&self) -> &str {
        &self.at
    }

    /// Returns `true` if a response has another value. An absent value proves nothing.
    pub(crate) fn is_other_in(&self, body: &[u8], limits: &Limits) -> bool {
        let is = |value: &str| first(&self.at, &reduced(value, self.comparison)) == self.digest;
        // Fast path, as for other members that a response repeats.
        let plain = json::plain_text(body, &self.at).and_then(|text| std::str::from_utf8(text).ok());
        !plain.is_some_and(is) && value_at(body, limits, &self.at, self.comparison).is_some_and(|value| !is(&value))
    }
}

/// A resource that another action created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// Its id.
    pub id: String,
    /// Members of the response that stay as its creation sent them: JSON Pointers.
    pub members: Vec<&'static str>,
}

impl Resource {
    /// Returns those of the members that the creation sent which a response about the resource repeats.
    pub fn members_of(&self, creation: &[SentMember]) -> Vec<SentMember> {
        let stays = |member: &&SentMember| self.members.contains(&member.at());
        creation.iter().filter(stays).cloned().collect()
    }
}

/// The knowledge of a claim about responses.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// Members that the creation of the resource sent: from a journal those that the response must repeat, and from the client those
    /// that the response to a creation repeated.
    pub members: Vec<SentMember>,
    /// Request ids of the last response that the client did not send. The response belongs to another intent if one of them is its
    /// id ([`Intent::request_id`](crate::journal::Intent::request_id)).
    pub strange_ids: Vec<String>,
}

/// Returns the first 8 bytes of a digest of pointer and value.
fn first(at: &str, value: &str) -> u64 {
    let digest = digest([at.as_bytes(), value.as_bytes()].into_iter());
    digest[..8].iter().fold(0, |all, byte| (all << 8) | u64::from(*byte))
}

/// The serialized form: pointer, comparison, and the digest in hexadecimal.
impl Serialize for SentMember {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&*self.at, compared(self.comparison), format!("{:016x}", self.digest)).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for SentMember {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (at, compared, digest): (String, Option<i16>, String) = Deserialize::deserialize(deserializer)?;
        Ok(Self {
            at: at.into(),
            comparison: comparison(compared),
            digest: u64::from_str_radix(&digest, 16).map_err(serde::de::Error::custom)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_response_is_compared_with_what_the_creation_sent() {
        let amount = SentMember::new(&Echo::new("/amount", "250.00", Comparison::Decimal));
        let reference = SentMember::new(&Echo::new("/reference", "Order-7", Comparison::Folded));
        for (member, body, wanted) in [
            (&amount, r#"{"amount":"250"}"#, false),
            (&amount, r#"{"amount":2.500e2}"#, false),
            (&amount, r#"{"amount":"250.01"}"#, true),
            (&amount, r#"{"amount":25}"#, true),
            (&amount, r#"{"amount":null}"#, false),
            (&amount, "{", false),
            (&reference, r#"{"reference":"ORDER-7"}"#, false),
            (&reference, r#"{"reference":"\u004frder-7"}"#, false),
            (&reference, r#"{"reference":"order-8"}"#, true),
            (&reference, r#"{"amount":"7"}"#, false),
        ] {
            assert_eq!(member.is_other_in(body.as_bytes(), &Limits::OWN), wanted, "{body}");
            let written = serde_json::to_string(member).unwrap();
            assert!(!written.contains("rder") && !written.contains("250"), "{written}");
            assert_eq!(serde_json::from_str::<SentMember>(&written).unwrap(), *member);
        }
    }
}
