//! In: a key and the request under it. Out: go on, or the stored answer, or a refusal, and what a carried-out operation counts
//! for. Never: two executions of one key.

use crate::clock::Instant;
use crate::contract::Contract;
use crate::extensions::{Idempotency, KeyMember};
use crate::form::read_parts;
use crate::operation::Operation;
use crate::problem::{self, Problem};
use crate::request::{Reply, Request};
use crate::schema::FieldError;
use crate::server_model::ServerModel;
use crate::store::{self, Rows, Unwritten};
use crate::validate::ParsedRequest;
use hmac_sha256::Hash;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;

/// Least number of keys at which old ones are dropped.
const LEAST: usize = 1024;

/// The server's store of idempotency keys.
#[derive(Debug, Default)]
pub(crate) struct KeyStore {
    known: HashMap<String, KeyEntry>,
    /// Number of keys at which those that are past their retention are dropped.
    swept_at: usize,
    pub(crate) unwritten: Unwritten,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeyEntry {
    request: String,
    answer: Option<Reply>,
    since: Instant,
    /// The caller has disconnected, so no answer is sent.
    is_dead: bool,
}

/// The result of looking up a key.
#[derive(Debug)]
pub(crate) enum KeyLookup {
    /// Never seen, and now in progress.
    New,
    /// Answered before.
    Stored(Reply),
    Refused(Problem),
}

impl KeyStore {
    /// Looks a key up, and marks a new one as in progress.
    pub(crate) fn look_up(
        &mut self,
        rules: &Idempotency,
        model: ServerModel,
        key: &str,
        request: &Request,
        now: Instant,
    ) -> KeyLookup {
        let retention = model.retention(rules.retention);
        let is_kept = |entry: &KeyEntry| entry.is_dead || now.seconds.saturating_sub(entry.since.seconds) < retention;
        if self.known.len() >= self.swept_at.max(LEAST) {
            for (key, _) in self.known.extract_if(|_, entry| !is_kept(entry)) {
                self.unwritten.put("key", &key, None::<KeyEntry>);
            }
            self.swept_at = self.known.len() * 2;
        }
        let request = fingerprint(request);
        match self.known.get(key).filter(|entry| is_kept(entry)) {
            None => {
                self.known.insert(
                    key.to_owned(),
                    KeyEntry {
                        request,
                        answer: None,
                        since: now,
                        is_dead: false,
                    },
                );
                KeyLookup::New
            }
            Some(entry) if entry.request != request => KeyLookup::Refused(Problem::new(
                rules.conflict.clone().unwrap_or_default(),
                "The key was used for another request.",
            )),
            Some(KeyEntry {
                answer: Some(answer), ..
            }) => KeyLookup::Stored(answer.clone()),
            Some(_) => {
                let code = if model.calls_progress_a_conflict() {
                    &rules.conflict
                } else {
                    &rules.in_progress
                };
                KeyLookup::Refused(Problem::new(
                    code.clone().unwrap_or_default(),
                    "The first request under this key is still running.",
                ))
            }
        }
    }

    /// Returns the number of keys in progress that will be answered.
    pub(crate) fn in_progress(&self) -> usize {
        let is_under_way = |entry: &&KeyEntry| entry.answer.is_none() && !entry.is_dead;
        self.known.values().filter(is_under_way).count()
    }

    /// Leaves a key in progress for ever: who was to answer it is gone.
    pub(crate) fn die(&mut self, key: &str) {
        if let Some(entry) = self.known.get_mut(key) {
            entry.is_dead = true;
            self.unwritten.put("key", &key, Some(&*entry));
        }
    }

    /// Ends the progress: a stored answer stays under the key, any other frees it. A store has no key in progress.
    pub(crate) fn finish(&mut self, key: &str, answer: Option<Reply>) {
        if let (Some(answer), Some(entry)) = (answer, self.known.get_mut(key)) {
            entry.answer = Some(answer);
            self.unwritten.put("key", key, Some(&*entry));
        } else {
            self.known.remove(key);
            self.unwritten.put("key", key, None::<KeyEntry>);
        }
    }

    /// Begins with the keys of a store.
    pub(crate) fn restored(rows: &mut Rows) -> Option<Self> {
        let rows = rows.remove("key").unwrap_or_default().into_iter();
        let known = rows.map(|(key, row)| Some((key, store::from_content(row)?)));
        Some(Self {
            known: known.collect::<Option<_>>()?,
            unwritten: Unwritten::with_store(),
            ..Self::default()
        })
    }
}

/// Checks the form of a key; a safe operation, or one without keys, needs none.
pub(crate) fn key(contract: &Contract, operation: &Operation, request: &Request) -> Result<Option<String>, Problem> {
    let Some(rules) = contract.keys(operation) else {
        return Ok(None);
    };
    if operation.own_keys.is_some() {
        // The schema of the header or of the member has the limits.
        let member = rules.member.as_ref().and_then(|member| key_member(member, request));
        let key = member.or_else(|| request.header(&rules.header).map(str::to_owned));
        return Ok(key.filter(|key| !key.is_empty()));
    }
    let limit = |name: &str, default: u64| rules.key.get(name).and_then(Value::as_u64).unwrap_or(default);
    let wrong = |rule: &str, message: &str| {
        let pointer = format!("/header/{}", rules.header);
        let error = FieldError::new(pointer, rule, message);
        Err(problem::invalid(contract, operation, vec![error]))
    };
    match request.header(&rules.header) {
        None => wrong("required", "a mutation requires a key"),
        Some(key) if !key.bytes().all(|byte| byte.is_ascii_graphic()) => {
            wrong("pattern", "a key must consist of visible ASCII characters")
        }
        Some(key) if (key.len() as u64) < limit("minLength", 1) => wrong("minLength", "the key is too short"),
        Some(key) if (key.len() as u64) > limit("maxLength", 255) => wrong("maxLength", "the key is too long"),
        Some(key) => Ok(Some(key.to_owned())),
    }
}

/// Reads a key that is a member of the body.
fn key_member(member: &KeyMember, request: &Request) -> Option<String> {
    let object: Value = match &member.part {
        None => serde_json::from_slice(&request.body).ok()?,
        Some(name) => {
            let parts = read_parts(request.header("content-type")?, &request.body).ok()?;
            serde_json::from_slice(&parts.iter().find(|part| part.name == *name)?.bytes).ok()?
        }
    };
    Some(object.get(&member.name)?.as_str()?.to_owned())
}

fn fingerprint(request: &Request) -> String {
    let body = Hash::hash(&request.body);
    format!(
        "{} {} {}",
        request.method,
        request.target,
        crate::encode::hex(body.as_ref())
    )
}

/// An action that was really carried out, once for each time that it was.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Effect {
    /// The operation.
    pub operation: String,
    /// The key under which it was carried out.
    pub key: Option<String>,
    /// The values that the contract calls its subject (`x-idempotency.subject`), such as owner and reference; none where it
    /// names none.
    pub subject: Vec<String>,
    /// The id of the resource that it made or changed.
    pub resource: Option<String>,
}

/// The subject of a request, value by value; one that lacks a value has none.
pub(crate) fn subject(operation: &Operation, input: &ParsedRequest) -> Vec<String> {
    let value = |part: &String| match part.strip_prefix("path.") {
        Some(name) => input.path.get(name).cloned(),
        None => input.body.as_ref()?.pointer(part)?.as_str().map(str::to_owned),
    };
    let values: Option<Vec<String>> = operation.subject.iter().map(value).collect();
    values.unwrap_or_default()
}
