//! Responses as they arrived, and the judge of them: the contract's promise of a success comes in, and whether a response keeps
//! it goes out. Pure. A body must never print.

mod success;

pub use success::Success;

pub(crate) use success::{
    CallKind, ResponseView, Unproven, begins_as_page, declared, essence, is_foreign, is_foreign_to, is_page,
};

use std::borrow::Cow;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, StatusCode};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::description::{self, Api, Comparison};
use crate::json::{self, Json, Limits, Value, Writer};
use crate::signing::Sha256;
use success::{Text, is_success, shows_success, undeclared};

/// A response as it arrived.
#[derive(Clone)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Limits for decoding the body.
    pub(crate) limits: Limits,
}

impl Reply {
    pub(crate) fn content_type(&self) -> &str {
        self.headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Returns `true` if the body claims to be JSON and cannot be parsed.
    pub(crate) fn is_broken_json(&self) -> bool {
        let claims = self.content_type().to_ascii_lowercase().contains("json");
        let looks = || self.body.trim_ascii_start().starts_with(b"{");
        !self.body.is_empty() && (claims || looks()) && json::from_slice_within::<()>(&self.body, &self.limits).is_err()
    }

    /// Returns the properties by which a response is compared with the contract's responses of success. `body` is `None` if
    /// it was not read to its end.
    pub(crate) fn seen<'r>(&'r self, body: Option<&'r [u8]>) -> ResponseView<'r> {
        ResponseView {
            status: self.status,
            content_type: self.content_type(),
            body,
            limits: self.limits,
        }
    }

    /// Returns `true` if the body has a content coding, such as gzip.
    pub(crate) fn is_coded(&self) -> bool {
        let coding = self.header(CONTENT_ENCODING.as_str()).map(str::trim);
        coding.is_some_and(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case("identity"))
    }

    /// Returns `true` if the server marked this as its stored response to an earlier request under the key.
    pub(crate) fn is_replayed(&self, api: &Api) -> bool {
        let mark = api.idempotency.and_then(|keys| keys.replayed);
        mark.is_some_and(|(name, value)| {
            self.header(name)
                .is_some_and(|text| text.trim().eq_ignore_ascii_case(value))
        })
    }

    /// Returns the text of a header. Compares names one by one: among few, that is faster than parsing this one.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let is_same = |(known, _): &(&HeaderName, _)| known.as_str().eq_ignore_ascii_case(name);
        self.headers.iter().find(is_same)?.1.to_str().ok()
    }
}

/// A value that the response repeats. A response with another value belongs to another call. It never prints.
#[derive(Clone, PartialEq, Eq)]
pub struct Echo {
    at: Text,
    /// The value that was sent, reduced to what is compared.
    value: String,
    comparison: Comparison,
}

impl Echo {
    /// Creates the echo of a value, at a JSON Pointer of the response.
    pub(crate) fn new(at: &'static str, value: &str, comparison: Comparison) -> Self {
        Self {
            at: at.into(),
            value: reduced(value, comparison).into_owned(),
            comparison,
        }
    }

    /// The JSON Pointer of the member.
    pub(crate) fn at(&self) -> &str {
        &self.at
    }

    /// Returns the value of the member in a JSON document.
    pub(crate) fn value_in(&self, body: &[u8], limits: &Limits) -> Option<String> {
        value_at(body, limits, &self.at, self.comparison)
    }

    /// Returns `true` if the bytes of a JSON text repeat the value as it was sent.
    pub(crate) fn is_plainly(&self, text: Option<&[u8]>) -> bool {
        text == Some(self.value.as_bytes())
    }

    /// Returns `true` if a value of the response repeats it.
    pub(crate) fn is(&self, value: &str) -> bool {
        reduced(value, self.comparison) == self.value
    }
}

/// Returns a text without blanks, in lower case.
fn folded(value: &str) -> Cow<'_, str> {
    let is_kept = |byte: u8| byte.is_ascii_graphic() && !byte.is_ascii_uppercase();
    // Fast path: most ids are UUIDs in lower case.
    if value.bytes().all(is_kept) {
        return value.into();
    }
    let kept = value.chars().filter(|letter| !letter.is_whitespace());
    kept.flat_map(char::to_lowercase).collect::<String>().into()
}

/// Returns the text at a JSON Pointer; for a comparison of numbers, also a number.
pub(crate) fn value_at(body: &[u8], limits: &Limits, at: &str, comparison: Comparison) -> Option<String> {
    match comparison {
        Comparison::Decimal => json::scalar(body, limits, 0, at),
        _ => json::text(body, limits, 0, at),
    }
}

/// Returns the part of a value that is compared.
fn reduced(value: &str, comparison: Comparison) -> Cow<'_, str> {
    match comparison {
        Comparison::Exact => value.into(),
        Comparison::Folded => folded(value),
        Comparison::Decimal => crate::value::normal_number(value.trim()).map_or_else(|| value.into(), Cow::from),
        Comparison::Last(count) => {
            let folded = folded(value);
            let start = folded.char_indices().rev().nth(usize::from(count.max(1)) - 1);
            folded[start.map_or(0, |(at, _)| at)..].to_owned().into()
        }
    }
}

/// Returns the number of compared characters, in its serialized form: `null` for all, 0 for all without regard to case and
/// blanks, -1 for a number.
fn compared(comparison: Comparison) -> Option<i16> {
    match comparison {
        Comparison::Exact => None,
        Comparison::Folded => Some(0),
        Comparison::Last(count) => Some(count.into()),
        Comparison::Decimal => Some(-1),
    }
}

fn comparison(compared: Option<i16>) -> Comparison {
    match compared {
        None => Comparison::Exact,
        Some(-1) => Comparison::Decimal,
        Some(count) => u8::try_from(count)
            .ok()
            .filter(|count| *count > 0)
            .map_or(Comparison::Folded, Comparison::Last),
    }
}

/// The serialized form: pointer, value, and the number of compared characters.
impl Json for Echo {
    fn read(value: Value<'_>) -> Self {
        let (at, value, compared): (String, String, Option<i16>) = value.decode();
        Self {
            at: at.into(),
            value,
            comparison: comparison(compared),
        }
    }

    fn write(&self, w: &mut Writer) {
        w.value(&(self.at.to_string(), self.value.clone(), compared(self.comparison)));
    }
}

impl std::fmt::Debug for Echo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Echo({})", self.at)
    }
}

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
    /// The state in the response.
    pub state: Option<StateRule>,
}

/// The state of a resource in a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateRule {
    /// Its JSON Pointer.
    pub at: Text,
    /// States that prove the action; empty if each known one does.
    pub proof: Vec<Text>,
    /// All states that the contract knows.
    pub known: Vec<Text>,
}

impl StateRule {
    /// Converts the contract's rule.
    pub(crate) fn new(rule: &description::StateRule) -> Self {
        let owned = |states: &[&'static str]| states.iter().map(|&state| state.into()).collect();
        Self {
            at: rule.at.into(),
            proof: owned(rule.proof),
            known: owned(rule.known),
        }
    }

    /// Returns the reason why a state does not prove the action. Another spelling of a state that proves nothing proves
    /// nothing, either.
    fn unproven(&self, state: Option<&str>) -> Option<Unproven> {
        let Some(state) = state else {
            return (!self.proof.is_empty()).then_some(Unproven::State);
        };
        let is_known = self.known.iter().any(|known| known == state);
        if self.proof.iter().any(|proof| proof == state) || (self.proof.is_empty() && is_known) {
            return None;
        }
        let alike = self.known.iter().find(|known| known.eq_ignore_ascii_case(state.trim()));
        let is_other = alike.is_some_and(|known| !self.proof.is_empty() && !self.proof.contains(known));
        Some(if is_other {
            Unproven::State
        } else {
            Unproven::UnknownState
        })
    }
}

impl Json for StateRule {
    fn read(value: Value<'_>) -> Self {
        let (at, proof, known): (String, Vec<String>, Vec<String>) = value.decode();
        let texts = |states: Vec<String>| states.into_iter().map(Text::from).collect();
        Self {
            at: at.into(),
            proof: texts(proof),
            known: texts(known),
        }
    }

    fn write(&self, w: &mut Writer) {
        let texts = |states: &[Text]| -> Vec<String> { states.iter().map(Text::to_string).collect() };
        w.value(&(self.at.to_string(), texts(&self.proof), texts(&self.known)));
    }
}

/// The serialized form of a promise: a list of the members.
type StoredPromise = (
    Vec<Success>,
    Vec<(String, String)>,
    Option<String>,
    Vec<u16>,
    Option<StateRule>,
);

impl Json for Promise {
    fn read(value: Value<'_>) -> Self {
        let (successes, ids, creates, existing, state): StoredPromise = value.decode();
        Self {
            successes,
            ids: ids.into_iter().map(|(name, at)| (name.into(), at.into())).collect(),
            creates: creates.map(Text::from),
            existing,
            state,
        }
    }

    fn write(&self, w: &mut Writer) {
        let ids = self.ids.iter().map(|(name, at)| (name.to_string(), at.to_string()));
        let creates = self.creates.as_ref().map(Text::to_string);
        let (successes, existing, state) = (self.successes.clone(), self.existing.clone(), self.state.clone());
        let written: StoredPromise = (successes, ids.collect(), creates, existing, state);
        w.value(&written);
    }
}

impl Promise {
    /// Returns `true` if the contract describes the response as success.
    pub(crate) fn is_met(&self, seen: &ResponseView<'_>) -> bool {
        is_success(&self.successes, seen)
    }

    /// Returns the reason why a response with a status of success does not prove that the action happened.
    ///
    /// `None` if it does, and for a declared one without the end of its body.
    pub(crate) fn unproven(&self, seen: &ResponseView<'_>, call: CallKind) -> Option<Unproven> {
        undeclared(&self.successes, seen, call).or_else(|| {
            let body = seen.body?;
            if call == CallKind::Keyed && !is_success(&self.successes, seen) {
                return Some(Unproven::Incomplete);
            }
            self.unproven_state(body, &seen.limits)
        })
    }

    /// Returns a digest of what a response that the contract does not declare shows: status, media type, ids and state. Two
    /// such responses to one request that agree in it prove each other. `None` if it is not whole, of another media type, or
    /// in a state that does not prove the action.
    pub(crate) fn digest(&self, seen: &ResponseView<'_>) -> Option<[u8; 32]> {
        let doubt = self.unproven_state(seen.body?, &seen.limits);
        if !shows_success(&self.successes, seen) || doubt.is_some_and(|doubt| doubt != Unproven::UnknownState) {
            return None;
        }
        let state = self
            .state
            .as_ref()
            .and_then(|rule| json::text(seen.body?, &seen.limits, 0, &rule.at));
        let ids = self.read_ids(seen)?;
        let ids = ids.iter().flat_map(|(name, id)| [name.as_bytes(), id.as_bytes()]);
        let shown = [seen.status.as_str(), essence(seen.content_type)].map(str::as_bytes);
        Some(digest(
            shown.into_iter().chain(ids).chain(state.as_deref().map(str::as_bytes)),
        ))
    }

    fn unproven_state(&self, body: &[u8], limits: &Limits) -> Option<Unproven> {
        let rule = self.state.as_ref()?;
        let read = |root: Value<'_>| match root.at(&rule.at).filter(|value| !value.is_null()) {
            None => rule.unproven(None),
            Some(value) => value
                .as_str()
                .map_or(Some(Unproven::Incomplete), |state| rule.unproven(Some(state))),
        };
        // A body that is not JSON has no state.
        json::inspect(body, limits, 0, read).unwrap_or_else(|| rule.unproven(None))
    }

    /// Reads the ids of a response. Returns `None` if an id is present and cannot be read.
    pub(crate) fn read_ids(&self, seen: &ResponseView<'_>) -> Option<Vec<(String, String)>> {
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

/// A member that the creation of a resource sent, and that its response repeated. Later responses about the resource are compared with
/// it.
///
/// A digest replaces the value, because it stays in a journal longer than the request.
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
    use http::StatusCode;

    use super::*;
    use crate::json::Limits;
    use crate::member::{Member, MemberKind};

    #[test]
    fn a_value_is_repeated_exactly_folded_or_by_its_last_characters() {
        use Comparison::{Decimal, Exact, Folded, Last};
        const IBAN: &str = "DE02 1203 0000 0000 2020 51";
        for (comparison, sent, came, wanted) in [
            (Exact, "EUR", "EUR", true),
            (Exact, "EUR", "eur", false),
            (Folded, "Order 7 ", " ORDER7", true),
            (Folded, "Stra\u{df}e", "stra\u{df}e", true),
            (Folded, "order-7", "order-8", false),
            (Last(4), IBAN, "DE**************2051", true),
            (Last(4), IBAN, "DE02120300000000202052", false),
            (Last(4), IBAN, "51", false),
            (Decimal, "250.00", "250", true),
            (Decimal, "250", " 2.5e2 ", true),
            (Decimal, "0.10", "00.1", true),
            (Decimal, "250.00", "-250.00", false),
            (Decimal, "250.00", "250.01", false),
            (Decimal, "n/a", "n/a", true),
            (Decimal, "12345678901234567890.1", "12345678901234567890.2", false),
            (Last(4), "51", "51", true),
            (Last(4), "\u{e9}\u{e9}", "\u{c9}\u{e9}", true),
        ] {
            let echo = Echo::new("/at", sent, comparison);
            assert_eq!(echo.is(came), wanted, "{comparison:?} {sent} {came}");
            let written = json::to_vec(&echo).unwrap();
            assert_eq!(json::from_slice::<Echo>(&written).unwrap(), echo);
            assert!(!format!("{echo:?}").contains(sent));
        }
    }

    const SUBMITTED: &[description::Success] = &[description::Success::json(
        202,
        202,
        "application/json",
        &[
            Member::new("/thingId", MemberKind::Id),
            Member::new("/status", MemberKind::Text),
            Member::new("/amount", MemberKind::Decimal),
        ],
    )];

    fn promise() -> Promise {
        Promise {
            successes: Success::from_description(SUBMITTED),
            ids: vec![("ThingId".into(), "/thingId".into())],
            state: Some(StateRule::new(&description::StateRule {
                at: "/status",
                proof: &["SUBMITTED", "DONE"],
                known: &["DRAFT", "EXPIRED", "SUBMITTED", "DONE"],
            })),
            ..Promise::default()
        }
    }

    fn seen<'b>(status: u16, content_type: &'b str, body: &'b str) -> ResponseView<'b> {
        ResponseView {
            status: StatusCode::from_u16(status).unwrap(),
            content_type,
            body: Some(body.as_bytes()),
            limits: Limits::OWN,
        }
    }

    fn of_state(state: &str) -> String {
        format!(r#"{{"thingId":"t-1","amount":"1.0","status":{state}}}"#)
    }

    const SENT: &str = r#"{"thingId":"t-1","amount":"1.0","status":"SUBMITTED"}"#;
    const DRAFT: &str = r#"{"thingId":"t-1","amount":"1.0","status":"DRAFT"}"#;

    #[test]
    fn only_a_declared_whole_response_in_a_state_of_the_action_proves_it() {
        for (status, media, body, wanted) in [
            (202, "application/json", SENT, None),
            (201, "application/json", SENT, Some(Unproven::Status)),
            (200, "application/json", DRAFT, Some(Unproven::Status)),
            (202, "text/html", SENT, Some(Unproven::MediaType)),
            (202, "application/problem+json", SENT, Some(Unproven::MediaType)),
            (202, "application/json", "{", Some(Unproven::Incomplete)),
            (202, "application/json", "", Some(Unproven::Incomplete)),
            (
                202,
                "application/json",
                r#"{"thingId":"t-1"}"#,
                Some(Unproven::Incomplete),
            ),
            (
                202,
                "application/json",
                r#"{"thingId":"t-1","amount":true,"status":"SUBMITTED"}"#,
                Some(Unproven::Incomplete),
            ),
        ] {
            let told = promise().unproven(&seen(status, media, body), CallKind::Keyed);
            assert_eq!(told, wanted, "{status} {media} {body}");
        }
    }

    #[test]
    fn a_state_proves_an_action_if_the_resource_reaches_it_only_that_way() {
        use Unproven::{Incomplete, State, UnknownState};
        for (state, moved, created) in [
            (r#""DONE""#, None, None),
            (r#""DRAFT""#, Some(State), None),
            (r#""EXPIRED""#, Some(State), None),
            (r#""draft""#, Some(State), Some(UnknownState)),
            (r#""DRAFT ""#, Some(State), Some(UnknownState)),
            (r#""done""#, Some(UnknownState), Some(UnknownState)),
            (r#""ON_HOLD""#, Some(UnknownState), Some(UnknownState)),
            ("null", Some(Incomplete), Some(Incomplete)),
            ("7", Some(Incomplete), Some(Incomplete)),
            (r#"["DRAFT"]"#, Some(Incomplete), Some(Incomplete)),
        ] {
            let body = of_state(state);
            let unproven = |promise: Promise| promise.unproven(&seen(202, "application/json", &body), CallKind::Keyed);
            assert_eq!(unproven(promise()), moved, "{state}");
            let mut creation = promise();
            creation.state.as_mut().unwrap().proof.clear();
            assert_eq!(unproven(creation), created, "{state}");
        }
        let mut without = promise();
        without.successes = Success::from_description(&[description::Success::json(202, 202, "application/json", &[])]);
        let absent = seen(202, "application/json", "{}");
        assert_eq!(without.unproven(&absent, CallKind::Keyed), Some(State));
        without.state.as_mut().unwrap().proof.clear();
        assert_eq!(without.unproven(&absent, CallKind::Keyed), None);
    }

    #[test]
    fn two_responses_agree_in_status_media_type_ids_and_state() {
        let digest = |status, media, body: &str| promise().digest(&seen(status, media, body));
        let first = digest(200, "application/json", SENT);
        assert!(first.is_some());
        let more = r#"{"status": "SUBMITTED", "at": 7, "thingId": "t-1", "amount": 2}"#;
        assert_eq!(digest(200, "application/json", more), first);
        for (status, body) in [
            (201, SENT.to_owned()),
            (200, SENT.replace("t-1", "t-2")),
            (200, of_state(r#""DONE""#)),
            (200, of_state(r#""ON_HOLD""#)),
        ] {
            let other = digest(status, "application/json", &body);
            assert!(other.is_some() && other != first, "{status} {body}");
        }
        for (media, body) in [
            ("application/json", DRAFT),
            ("application/json", r#"{"status":"SUBMITTED"}"#),
            ("application/json", r#"{"thingId":"t-1","amount":"1.0"}"#),
            ("application/problem+json", SENT),
            ("text/plain", SENT),
            ("text/html", SENT),
            ("", SENT),
        ] {
            assert_eq!(digest(200, media, body), None, "{media} {body}");
        }
    }

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
