//! The interface of generated code. Not for direct use: it may change whenever code is regenerated.
//!
//! Generated code provides constants (descriptions of an API and its operations) and passes arguments. All decisions, waits and
//! sends are behind this module.

pub use crate::answer::{Answer, Binary, Received, Text, undeclared_answer};
pub use crate::client::{CallFuture, Core, pending, send};
pub use crate::description::{Api, Bound, Comparison, Description, Environment, StateRule, Subject, Success};
pub use crate::draft::Approval;
pub use crate::idempotency::{Idempotency, KeyAnswer, KeyIntent, KeyRules, KeyState, Retention};
pub use crate::json::*;
pub use crate::key_source::{KeyInput, KeyOperation, OperationSource};
pub use crate::member::{Member, MemberKind};
pub use crate::multipart::{Multipart, Upload};
pub use crate::operation::Operation;
pub use crate::paging::{NextPage, Paged, Paging, Progress};
pub use crate::parameter::{Param, Style, ToParam};
pub use crate::payload_hash::Input;
pub use crate::poll::{AllItems, Lookup, Pollable, PollableLookup, State};
pub use crate::problem::{
    ProblemBody, ProblemCode, ProblemPlaces, ProblemRow, RetryClass, RetryHeader, RetryRules, RetryWait, RowOutcome,
    WaitUnit, row,
};
pub use crate::request::Request;
pub use crate::rules::{Location, Rules};
pub use crate::scheme::{Alternatives, Scheme, SchemeKind, SchemeUse};
pub use crate::secret::{SecretEncoding, SecretForm};
pub use crate::security::{ClientAuthentication, TokenEndpoint};
pub use crate::server::Variable;
pub use crate::signing::{
    Algorithm, Claim, Filter, Freshness, HttpForm, HttpParameter, HttpProfile, Jws, JwsPayload, KeyPairRules,
    MacEncoding, NonceFormat, NonceRules, OAuth1Form, Piece, PlacedValue, SignatureAlgorithm, SignatureForm,
    SignaturePlace, SignatureRules, SignedValue, SigningSetting, TimestampFormat, ValuePlace,
};
pub use crate::stream::{
    Downloaded, EventObject, EventObjectJson, EventObjectMixed, EventText, PartPlain, Streamed, Streams, named_parts,
};
pub use crate::value::Typed;
pub use crate::webhook::{EventId, Verified, Webhook, Webhooks};
pub use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Starts a request of an operation.
pub fn request<O: Operation>(client: &impl AsRef<Core>) -> Request {
    let core = client.as_ref();
    let request = Request::new(core.api(), O::DESCRIPTION)
        .server(O::SERVER)
        .answers(O::ANSWERS);
    if core.validates() {
        return request.checked();
    }
    request
}

/// Returns the source of keys that an operation returns.
pub fn operation_keys<O: Operation>(client: &impl AsRef<Core>, rules: KeyOperation) -> OperationSource {
    OperationSource::new(client.as_ref().clone(), request::<O>, rules)
}

/// Warns of a member that [`is_never_sent`].
pub fn warn_forbidden_member(name: &str, never_sent: &[&str]) {
    if is_never_sent(name, never_sent) {
        tracing::warn!(
            member = name,
            "the owner of the API does not allow this member in requests"
        );
    }
}

/// Returns `true` for a member that the owner of the API does not allow in requests; case, `_` and `-` in its name are ignored.
pub fn is_never_sent(name: &str, never_sent: &[&str]) -> bool {
    never_sent.iter().any(|known| is_same(known, name))
}

fn is_same(one: &str, other: &str) -> bool {
    fn letters(text: &str) -> impl Iterator<Item = Option<char>> {
        let letters = text.chars().filter(|letter| !matches!(letter, '_' | '-'));
        letters.map(|letter| letter.to_lowercase().next())
    }
    letters(one).eq(letters(other))
}
