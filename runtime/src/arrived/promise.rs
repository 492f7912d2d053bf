//! The promise of an action: the contract's description of its responses of success comes in, and what a single response
//! proves goes out. Pure.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::media::essence;
use super::success::{CallKind, Seen, Success, Text, Unproven, is_success, shows_success, undeclared};
use crate::json::{self, Value};
use crate::signing::Sha256;

/// The contract's description of the responses of success of one action.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Promise {
    /// Statuses, media types and guaranteed members.
    pub successes: Vec<Success>,
    /// Ids in the response: name and JSON Pointer.
    pub ids: Vec<(Text, Text)>,
    /// Name of the id of the resource that the action creates.
    pub creates: Option<Text>,
    /// Statuses of a response that names a resource which existed before.
    pub existing: Vec<u16>,
    /// JSON Pointer of the state in the response, and the states from which the action starts: a response with one of them
    /// proves nothing.
    pub state: Option<(Text, Vec<Text>)>,
}

/// The serialized form is a list of the members.
impl Serialize for Promise {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.successes, &self.ids, &self.creates, &self.existing, &self.state).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Promise {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (successes, ids, creates, existing, state) = Deserialize::deserialize(deserializer)?;
        Ok(Self {
            successes,
            ids,
            creates,
            existing,
            state,
        })
    }
}

impl Promise {
    /// Returns `true` if the contract describes the response as success.
    pub(crate) fn is_met(&self, seen: &Seen<'_>) -> bool {
        is_success(&self.successes, seen)
    }

    /// Returns the reason why a response with a status of success does not prove that the action happened; `None` if it does.
    pub(crate) fn unproven(&self, seen: &Seen<'_>, call: CallKind) -> Option<Unproven> {
        let is_started = || {
            self.state_of(seen)
                .is_some_and(|state| self.starts().any(|start| *start == state))
        };
        undeclared(&self.successes, seen, call).or_else(|| is_started().then_some(Unproven::State))
    }

    /// Returns a digest of what a response that the contract does not declare shows: status, media type, ids and state. Two
    /// such answers to one request that agree in it prove each other. `None` if it does not show all that a success
    /// guarantees, or shows a state from which the action starts.
    pub(crate) fn digest(&self, seen: &Seen<'_>) -> Option<[u8; 32]> {
        let state = self.state_of(seen);
        if !shows_success(&self.successes, seen) || self.starts().any(|start| Some(&**start) == state.as_deref()) {
            return None;
        }
        let ids = self.read_ids(seen)?;
        let ids = ids.iter().flat_map(|(name, id)| [name.as_bytes(), id.as_bytes()]);
        let shown = [seen.status.as_str(), essence(seen.content_type)].map(str::as_bytes);
        Some(digest(
            shown.into_iter().chain(ids).chain(state.as_deref().map(str::as_bytes)),
        ))
    }

    /// Reads the ids of a response. Returns `None` if an id is present and cannot be read.
    pub(crate) fn read_ids(&self, seen: &Seen<'_>) -> Option<Vec<(String, String)>> {
        let read = |root: Value<'_>| {
            let mut found = Vec::new();
            for (name, pointer) in &self.ids {
                if let Some(value) = root.at(pointer).filter(|value| !value.is_null()) {
                    found.push((name.clone().into_owned(), value.as_str()?.to_owned()));
                }
            }
            Some(found)
        };
        // A body that is not JSON has no ids.
        json::inspect(seen.body.unwrap_or_default(), &seen.limits, 0, read).unwrap_or_else(|| Some(Vec::new()))
    }

    /// Returns the id of the resource that a response says was created.
    pub fn created<'i>(&self, status: u16, ids: &'i [(String, String)]) -> Option<&'i str> {
        let name = self.creates.as_deref().filter(|_| !self.existing.contains(&status))?;
        ids.iter().find(|(known, _)| known == name).map(|(_, id)| id.as_str())
    }

    /// Returns the JSON Pointer of the id of the created resource.
    pub(crate) fn created_at(&self) -> Option<&str> {
        let name = self.creates.as_ref()?;
        let mut ids = self.ids.iter();
        ids.find(|(known, _)| known == name).map(|(_, at)| &**at)
    }

    fn starts(&self) -> impl Iterator<Item = &Text> {
        self.state.iter().flat_map(|(_, starts)| starts)
    }

    fn state_of(&self, seen: &Seen<'_>) -> Option<String> {
        let (pointer, _) = self.state.as_ref()?;
        json::text(seen.body?, &seen.limits, 0, pointer)
    }
}

/// Computes one SHA-256 over texts. The length of each precedes it, so that no two lists of texts give the same bytes.
pub(crate) fn digest<'p>(parts: impl Iterator<Item = &'p [u8]>) -> [u8; 32] {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    digest.finish()
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;
    use crate::description;
    use crate::json::Limits;

    const SUBMITTED: &[description::Success] =
        &[description::Success::json(202, 202, "application/json", &["/thingId"])];

    fn promise() -> Promise {
        Promise {
            successes: Success::of(SUBMITTED),
            ids: vec![("ThingId".into(), "/thingId".into())],
            state: Some(("/status".into(), vec!["DRAFT".into()])),
            ..Promise::default()
        }
    }

    fn seen(status: u16, content_type: &'static str, body: &'static str) -> Seen<'static> {
        Seen {
            status: StatusCode::from_u16(status).unwrap(),
            content_type,
            body: Some(body.as_bytes()),
            limits: Limits::OWN,
        }
    }

    const SENT: &str = r#"{"thingId":"t-1","status":"SUBMITTED"}"#;
    const DRAFT: &str = r#"{"thingId":"t-1","status":"DRAFT"}"#;

    #[test]
    fn only_a_declared_answer_in_another_state_than_the_first_proves_an_action() {
        for (status, media, body, wanted) in [
            (202, "application/json", SENT, None),
            (202, "application/json", r#"{"thingId":"t-1"}"#, None),
            // It happened, and the body is asked for again.
            (202, "application/json", "{", None),
            (201, "application/json", SENT, Some(Unproven::Status)),
            (200, "application/json", DRAFT, Some(Unproven::Status)),
            (202, "text/html", SENT, Some(Unproven::MediaType)),
            (202, "application/problem+json", SENT, Some(Unproven::MediaType)),
            (202, "application/json", DRAFT, Some(Unproven::State)),
        ] {
            let told = promise().unproven(&seen(status, media, body), CallKind::Keyed);
            assert_eq!(told, wanted, "{status} {media} {body}");
        }
    }

    #[test]
    fn two_answers_agree_in_status_media_type_ids_and_state() {
        let digest = |status, media, body| promise().digest(&seen(status, media, body));
        let first = digest(200, "application/json", SENT);
        assert!(first.is_some());
        let more = r#"{"status": "SUBMITTED", "at": 7, "thingId": "t-1"}"#;
        assert_eq!(digest(200, "application/json", more), first);
        for (status, media, body) in [
            (201, "application/json", SENT),
            (200, "text/plain", SENT),
            (200, "application/json", r#"{"thingId":"t-2","status":"SUBMITTED"}"#),
            (200, "application/json", r#"{"thingId":"t-1","status":"DONE"}"#),
        ] {
            let other = digest(status, media, body);
            assert!(other.is_some() && other != first, "{status} {media} {body}");
        }
        for (media, body) in [
            ("application/json", DRAFT),
            ("application/json", r#"{"status":"SUBMITTED"}"#),
            ("application/problem+json", SENT),
            ("text/html", "<html></html>"),
        ] {
            assert_eq!(digest(200, media, body), None, "{media} {body}");
        }
    }
}
