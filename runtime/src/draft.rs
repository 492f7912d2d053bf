//! Drafts: a request comes in and is fixed and hashed; after its approval elsewhere, the body to send goes out.
//!
//! The hash covers the operation, its path arguments and the body without the approval (`x-payload-hash`). Only hashed bytes
//! may be sent: an [`Authorized`] body is made from a draft alone and cannot be changed.
//!
//! A stored draft is a versioned JSON document. It keeps the body as text, so that no byte of it changes.

use crate::client::Core;
use crate::client::bind;
use crate::json::{self, Json, JsonValue, Limits, Object};
use crate::operation::Operation;
use crate::parameter::{Param, Style, ToParam};
use crate::refusal::Refusal;
use crate::request::Request;
use crate::rules::{Location, RequestRules, Violations};
use bytes::Bytes;
use std::fmt;
use std::marker::PhantomData;

pub use crate::json::{NotCanonical, canonical};
pub use crate::payload_hash::{DraftError, Input, PayloadHash, PayloadInputs, sha256_of_canonical};

/// An operation whose body carries an approval.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not require an approval",
    note = "only an operation whose body contains an approval has drafts: call it with its ordinary request"
)]
pub trait Approval: Operation {
    /// The approval.
    type Evidence: Json + Clone + Send + 'static;
    /// The body without the approval.
    type Payload: Json;
    /// The body's member that carries the approval.
    const MEMBER: &'static str;
    /// The member of the approval that must equal the hash.
    const INTO: &'static str;
    /// Members of the hashed document, with their sources.
    const INPUTS: &'static [(&'static str, Input)];
}

/// A request that awaits its approval.
///
/// [`to_bytes`](Self::to_bytes) stores it for days and for other processes; [`restore`](Self::restore) verifies its hash.
#[must_use = "a draft sends nothing: get its `hash()` approved, `authorize` it, and pass the body to the creating call"]
pub struct Draft<O: Approval> {
    path: Vec<(String, String)>,
    body: Bytes,
    hash: String,
    operation: PhantomData<fn() -> O>,
}

impl<O: Approval> Clone for Draft<O> {
    fn clone(&self) -> Self {
        Self {
            path: self.path.clone(),
            body: self.body.clone(),
            hash: self.hash.clone(),
            operation: PhantomData,
        }
    }
}

impl<O: Approval> fmt::Debug for Draft<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft")
            .field("operation", &O::DESCRIPTION.id)
            .field("hash", &self.hash)
            .finish_non_exhaustive()
    }
}

impl<O: Approval> Draft<O> {
    /// Fixes a request: path arguments and body.
    pub fn new(core: &Core, path: &[(&'static str, &dyn ToParam)], payload: &O::Payload) -> Result<Self, DraftError> {
        let body = json::to_request(payload).map_err(Refusal::Encode)?;
        let bound = bind(&body, O::DESCRIPTION.bound, core.client_id())?;
        let path = path
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.param().into_owned()))
            .collect();
        Self::fixed(core, path, Bytes::from(bound.unwrap_or(body)))
    }

    fn fixed(core: &Core, path: Vec<(String, String)>, body: Bytes) -> Result<Self, DraftError> {
        let document: JsonValue = json::from_slice_within(&body, &Limits::OWN)
            .map_err(|_| Refusal::Draft("the body of a draft must be JSON".into()))?;
        if document.as_object().is_none_or(|object| object.contains_key(O::MEMBER)) {
            let text = format!("the body of a draft must be an object without `{}`", O::MEMBER);
            return Err(Refusal::Draft(text).into());
        }
        // A body that sending would still change was not hashed. A draft of another client is refused before its approval.
        if bind(&body, O::DESCRIPTION.bound, core.client_id())?.is_some() {
            return Err(DraftError::Stored(
                "a member that the client fills in is missing: draft it again",
            ));
        }
        let inputs = PayloadInputs {
            operation: O::DESCRIPTION.id,
            path: &path,
            body: &body,
            document: &document,
            inputs: O::INPUTS,
        };
        let hash = match core.payload_hash() {
            Some(hash) => hash(&inputs)?,
            None => sha256_of_canonical(&inputs)?,
        };
        Ok(Self {
            path,
            body,
            hash,
            operation: PhantomData,
        })
    }

    /// Returns the hash that an approval must bind.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Returns the body without the approval, exactly as it will be sent, for display to an approver.
    pub fn payload(&self) -> &Bytes {
        &self.body
    }

    /// Returns the violations of the contract's constraints, for a check before the approval. A client that validates its
    /// requests refuses to send a draft with any.
    pub fn violations(&self, client: &impl AsRef<Core>) -> Violations {
        let mut found = Vec::new();
        if let Some(checked) = RequestRules::new(client.as_ref().api().rules, O::DESCRIPTION.id) {
            for (name, value) in &self.path {
                checked.parameter(Location::Path, name, &Param::one(value), &mut found);
            }
            checked.body("application/json", &self.body, "", &mut found);
        }
        Violations(found)
    }

    /// Returns the path arguments by name.
    pub fn path(&self) -> impl Iterator<Item = (&str, &str)> {
        self.path.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Serializes the whole draft for storage. The bytes contain the request in plain text.
    pub fn to_bytes(&self) -> Vec<u8> {
        write(O::DESCRIPTION.id, &self.path, &self.body, &self.hash)
    }

    /// Restores a stored draft. Its hash is computed again, and changed bytes are refused.
    pub fn restore(client: &impl AsRef<Core>, bytes: &[u8]) -> Result<Self, DraftError> {
        let (path, body, hash) = read(O::DESCRIPTION.id, bytes)?;
        let draft = Self::fixed(client.as_ref(), path, body)?;
        if draft.hash != hash {
            return Err(DraftError::Stored("its hash does not match its content"));
        }
        Ok(draft)
    }

    /// Returns the approval as JSON, if it binds this draft.
    fn bound(&self, evidence: &O::Evidence) -> Result<Vec<u8>, DraftError> {
        let written = json::to_request(evidence).map_err(Refusal::Encode)?;
        let document: JsonValue = json::from_slice_within(&written, &Limits::OWN).unwrap_or_default();
        if document.get(O::INTO).and_then(JsonValue::as_str) != Some(self.hash.as_str()) {
            return Err(DraftError::AnotherHash {
                member: O::INTO,
                hash: self.hash.clone(),
            });
        }
        Ok(written)
    }

    /// Returns the body with its approval, if the approval binds this draft.
    pub fn authorize(self, evidence: O::Evidence) -> Result<Authorized<O>, DraftError> {
        let written = self.bound(&evidence)?;
        Ok(Authorized {
            body: with_member(&self.body, O::MEMBER, &written),
            draft: self,
            evidence,
            written: written.into(),
        })
    }
}

/// Appends a member to an object, without changing its other bytes.
fn with_member(object: &[u8], name: &str, value: &[u8]) -> Bytes {
    // The body of a draft is an object without surrounding white space, from our own writer or checked by `fixed`.
    let end = object.iter().rposition(|byte| *byte == b'}').unwrap_or(0);
    let empty = object[..end].iter().rev().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    let mut body = Vec::with_capacity(object.len() + name.len() + value.len() + 4);
    body.extend_from_slice(&object[..end]);
    body.extend_from_slice(if empty { b"" } else { b"," });
    body.extend_from_slice(JsonValue::from(name).to_string().as_bytes());
    body.push(b':');
    body.extend_from_slice(value);
    body.push(b'}');
    body.into()
}

/// A body with its approval: the only argument that the creating call accepts.
///
/// Only [`Draft::authorize`] creates it, and it cannot be changed.
#[must_use = "an authorized body sends nothing: pass it to the creating call"]
pub struct Authorized<O: Approval> {
    draft: Draft<O>,
    evidence: O::Evidence,
    written: Bytes,
    body: Bytes,
}

impl<O: Approval> fmt::Debug for Authorized<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorized")
            .field("operation", &O::DESCRIPTION.id)
            .field("hash", &self.draft.hash)
            .finish_non_exhaustive()
    }
}

impl<O: Approval> Authorized<O> {
    /// Returns the hash that the approval binds.
    pub fn hash(&self) -> &str {
        &self.draft.hash
    }

    /// Returns the approval.
    pub fn evidence(&self) -> &O::Evidence {
        &self.evidence
    }

    /// Checks that another approval binds the same draft; [`DraftError::AnotherHash`] if it does not.
    pub fn check(&self, evidence: &O::Evidence) -> Result<(), DraftError> {
        self.draft.bound(evidence).map(drop)
    }

    /// Returns the body as it is sent.
    pub fn body(&self) -> &Bytes {
        &self.body
    }
}

impl Request {
    /// Takes path arguments and body from an authorized draft.
    pub fn authorized<O: Approval>(mut self, authorized: &Authorized<O>) -> Self {
        for (name, value) in &authorized.draft.path {
            self.check_one(Location::Path, name, value);
            self.path.push((
                name.clone().into(),
                Param::one(value).path(name, Style::Simple, false, false),
            ));
            self.plain_path.push((name.clone(), value.clone()));
        }
        self.evidence = Some(authorized.written.clone());
        self.json_bytes("application/json", authorized.body.clone())
    }
}

const VERSION: u32 = 1;

type Content = (Vec<(String, String)>, Bytes, String);

fn write(operation: &str, path: &[(String, String)], body: &[u8], hash: &str) -> Vec<u8> {
    let mut document = Object::new();
    document.insert("version", JsonValue::from(VERSION));
    document.insert("operation", JsonValue::from(operation));
    let arguments: Object = path
        .iter()
        .map(|(name, value)| (name.clone(), JsonValue::from(value.as_str())))
        .collect();
    document.insert("path", JsonValue::from(arguments));
    document.insert("body", JsonValue::from(String::from_utf8_lossy(body).into_owned()));
    document.insert("hash", JsonValue::from(hash));
    JsonValue::from(document).to_string().into_bytes()
}

fn read(operation: &str, bytes: &[u8]) -> Result<Content, DraftError> {
    let document: JsonValue =
        json::from_slice_within(bytes, &Limits::OWN).map_err(|_| DraftError::Stored("it cannot be read"))?;
    let text = |name: &str| document.get(name).and_then(JsonValue::as_str);
    let version = document
        .get("version")
        .and_then(JsonValue::as_number)
        .and_then(crate::value::Number::as_u64);
    if version != Some(VERSION.into()) {
        return Err(DraftError::Stored("it is of another version"));
    }
    if text("operation") != Some(operation) {
        return Err(DraftError::Stored("it belongs to another operation"));
    }
    let incomplete = DraftError::Stored("it is incomplete");
    let arguments = document
        .get("path")
        .and_then(JsonValue::as_object)
        .ok_or(incomplete.clone())?;
    let mut path = Vec::with_capacity(arguments.len());
    for (name, value) in arguments.iter() {
        path.push((name.to_owned(), value.as_str().ok_or(incomplete.clone())?.to_owned()));
    }
    let body = text("body").ok_or(incomplete.clone())?;
    let hash = text("hash").ok_or(incomplete)?;
    Ok((path, Bytes::from(body.to_owned()), hash.to_owned()))
}

#[cfg(test)]
mod tests;
