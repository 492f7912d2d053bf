//! In: a call whose operation is known. Out: the checks that it passes, in the order of the contract, or why it ends. Never: a
//! check of what the operation is about, which needs the resources (`answer`), or a payload hash of anything but the bytes of
//! the canonical form.

use super::App;
use crate::contract::Contract;
use crate::encode;
use crate::guard::{FreshNonces, Guard};
use crate::idempotency::{self, KeyLookup};
use crate::json;
use crate::log::Call;
use crate::operation::Operation;
use crate::problem::{self, Problem};
use crate::request::{Reply, Request};
use crate::requested_faults::RequestedFaults;
use crate::schema::FieldError;
use crate::validate::{self, ParsedRequest};
use hmac_sha256::Hash;
use serde_json::Value;

/// A call on its way to its operation.
pub(super) struct OpenCall<'a> {
    pub(super) app: &'a App,
    pub(super) operation: &'a Operation,
    pub(super) request: &'a Request,
    pub(super) faults: &'a RequestedFaults,
    /// The record of the call.
    pub(super) call: &'a mut Call,
    /// The id of the resource that the operation acted on.
    pub(super) acted_on: Option<String>,
    /// The idempotency key, once it is known to be new.
    pub(super) key: Option<String>,
    pub(super) input: ParsedRequest,
}

/// The end of a call before its operation is executed.
pub(super) enum EarlyEnd {
    Refuse(Problem),
    Answer(Reply),
    /// The connection is closed without a response.
    Drop,
}

impl From<Problem> for EarlyEnd {
    fn from(refusal: Problem) -> Self {
        Self::Refuse(refusal)
    }
}

/// One step to the operation: a check, or a fault that takes its place.
pub(super) type CallCheck = fn(&mut OpenCall<'_>) -> Result<(), EarlyEnd>;

/// The checks of who calls and under which key, in their order.
pub(super) const BEFORE_EXECUTION: &[CallCheck] = &[
    |open| open.check_sender(),
    |open| open.faults_of_a_proxy(),
    |open| open.check_accept(),
    |open| open.check_enabled(),
    |open| open.faults_before_key(),
    |open| open.check_key(),
];

/// The checks of the content, in their order. Those of the resources come after them.
pub(super) const OF_CONTENT: &[CallCheck] = &[
    |open| open.faults_after_key(),
    |open| open.check_parameters(),
    |open| open.check_body(),
    |open| open.check_never_sent(),
    |open| open.check_bound(),
    |open| open.check_payload_hash(),
    |open| open.faults_before_operation(),
];

/// Makes checks until one ends the call.
pub(super) fn run(checks: &[CallCheck], open: &mut OpenCall<'_>) -> Result<(), EarlyEnd> {
    checks.iter().try_for_each(|check| check(open))
}

impl OpenCall<'_> {
    /// Checks client, signature, time and nonce.
    fn check_sender(&mut self) -> Result<(), EarlyEnd> {
        let app = self.app;
        let extensions = &app.api.contract.extensions;
        let Some(signing) = app.api.contract.signing(self.operation) else {
            return Ok(());
        };
        let rules = extensions.idempotency.as_ref().or(self.operation.own_keys.as_deref());
        let key_header = rules.map(|rules| rules.header.as_str());
        let (mut state, mut unknown) = (app.state(), FreshNonces::default());
        let is_elsewhere = self.faults.twice.is_some_and(|twice| twice.other_node);
        let mut guard = Guard {
            signing,
            client_id: &app.credentials.client_id,
            client_secret: &app.credentials.client_secret,
            webhook_secret: &app.credentials.webhook_secret,
            now: app.clock.now(),
            nonces: if is_elsewhere { &mut unknown } else { &mut state.nonces },
        };
        Ok(guard.check(self.request, key_header, self.call)?)
    }

    /// Checks that the request accepts a response of the operation (RFC 9110, section 12.5.1).
    fn check_accept(&mut self) -> Result<(), EarlyEnd> {
        let Some(accept) = self.request.header("accept") else {
            return Ok(());
        };
        let answers = self.operation.answers.iter();
        let media = answers.flat_map(|answer| {
            let others = answer.others.iter().map(|form| form.media.as_str());
            answer.media.as_deref().into_iter().chain(others)
        });
        let media: Vec<&str> = media.collect();
        if media.is_empty() || media.iter().any(|media| weight(accept, media) > 0) {
            return Ok(());
        }
        let media = media.join(" or ");
        let why = format!("the response is {media}, and the request accepts {accept}");
        self.call.fail("parameters", &why);
        Err(EarlyEnd::Answer(self.with_declared_headers(problem::bare(406, &why))))
    }

    /// Checks that the operation is not switched off for the client.
    fn check_enabled(&mut self) -> Result<(), EarlyEnd> {
        let Some(code) = self.app.refusals.get(&self.operation.id) else {
            return Ok(());
        };
        let note = format!("is switched off for this client: {code}");
        self.call.fail("enabled", note);
        Err(Problem::new(code, "This is switched off for the client.").into())
    }

    /// Checks the idempotency key, and looks it up.
    fn check_key(&mut self) -> Result<(), EarlyEnd> {
        let contract = &self.app.api.contract;
        let key = match idempotency::key(contract, self.operation, self.request) {
            Ok(key) => key,
            Err(refusal) => return self.refused("key", refusal),
        };
        let (Some(key), Some(rules)) = (key, contract.keys(self.operation)) else {
            return Ok(());
        };
        let (now, model) = (self.app.clock.now(), self.app.behavior.now().model);
        if self.app.other_server().is_some() {
            self.call
                .pass("key", "is looked up by the server that executes the call");
            return Ok(());
        }
        let found = self.app.state().keys.look_up(rules, model, &key, self.request, now);
        match found {
            KeyLookup::New => {
                self.call.pass("key", "is new");
                self.key = Some(key);
                Ok(())
            }
            KeyLookup::Stored(mut reply) => {
                self.call.pass("key", "has a stored response");
                self.mark_replayed(&mut reply);
                Err(EarlyEnd::Answer(reply))
            }
            KeyLookup::Refused(refusal) => self.refused("key", refusal),
        }
    }

    /// Marks a response as one that was stored under the key.
    pub(super) fn mark_replayed(&mut self, reply: &mut Reply) {
        self.call.replayed = true;
        let rules = self.app.api.contract.keys(self.operation);
        if let Some((name, value)) = rules.and_then(|rules| rules.replayed.clone()) {
            reply.headers.push((name.to_ascii_lowercase(), value));
        }
    }

    fn check_parameters(&mut self) -> Result<(), EarlyEnd> {
        let api = &self.app.api;
        let (contract, request) = (&api.contract, self.request);
        let mut errors = validate::parameters(contract, &api.schemas, self.operation, request, &self.input);
        errors.extend(validate::request_id(contract, request));
        self.valid("parameters", errors)?;
        self.call.pass("parameters", "are valid");
        Ok(())
    }

    fn check_body(&mut self) -> Result<(), EarlyEnd> {
        let api = &self.app.api;
        let errors = validate::body(
            &api.contract,
            &api.schemas,
            self.operation,
            self.request,
            &mut self.input,
        );
        if let [error, others @ ..] = errors.as_slice() {
            let lines: Vec<String> = errors.iter().map(line).collect();
            self.call.fail("body", lines.join("\n"));
            // If the evidence is the only missing member, the evidence's own code is answered.
            let schema = self.input.schema.clone().unwrap_or_default();
            let is_missing = |bound: &HashBinding<'_>| {
                others.is_empty() && error.rule == "required" && error.pointer == format!("/{}", bound.member)
            };
            if let Some(bound) = hash_binding(&api.contract, &schema).filter(is_missing) {
                let why = format!("{} is missing.", bound.member);
                return Err(Problem::new(bound.problem(&api.contract), why).into());
            }
            return Err(problem::invalid(&api.contract, self.operation, errors).into());
        }
        if self.input.body.is_some() {
            self.call.pass("body", "matches its schema");
        }
        Ok(())
    }

    fn check_never_sent(&mut self) -> Result<(), EarlyEnd> {
        let Some(body) = &self.input.body else { return Ok(()) };
        let errors = validate::never_sent(&self.app.api.contract, body);
        self.valid("body", errors)
    }

    fn check_bound(&mut self) -> Result<(), EarlyEnd> {
        let Some(body) = &self.input.body else { return Ok(()) };
        let schema = self.input.schema.as_ref().unwrap_or(&Value::Null);
        let errors = validate::bound(&self.app.api.contract, schema, body, &self.app.credentials.client_id);
        self.valid("bound", errors)
    }

    /// Checks that the body's evidence is of the hash of this body, or of that with which the resource was made.
    fn check_payload_hash(&mut self) -> Result<(), EarlyEnd> {
        let contract = &self.app.api.contract;
        let schema = self.input.schema.clone().unwrap_or_default();
        let (Some(body), Some(bound)) = (&self.input.body, hash_binding(contract, &schema)) else {
            return Ok(());
        };
        let result = match bound.operation() {
            None => bound.check(contract, self.operation, &self.input),
            Some(of) => self.check_hash_of(&bound, of, body),
        };
        match result {
            Ok(note) => {
                self.call.pass("payload-hash", note);
                Ok(())
            }
            Err(refusal) => self.refused("payload-hash", refusal),
        }
    }

    /// Compares the hash of a body with that of the call that made the resource of the path.
    fn check_hash_of(&self, bound: &HashBinding<'_>, of: &str, body: &Value) -> Result<String, Problem> {
        let contract = &self.app.api.contract;
        let state = self.app.state();
        let mut made = self.operation.path_parameters().filter_map(|parameter| {
            let at = state.find(&parameter.kind, self.input.path.get(&parameter.name)?)?;
            let record = state.records.get(at);
            record.filter(|record| record.made_by.as_deref() == Some(of))
        });
        let into = bound.into(contract);
        let hash = |body: &Value| body.get(bound.member)?.get(&into).cloned();
        match made.next().and_then(|record| record.made_with.as_ref()) {
            None => Ok(format!("no resource here was created by {of}")),
            Some(first) if hash(first) == hash(body) => Ok(format!("evidence for the hash of {of}")),
            Some(_) => {
                let why = format!("{}.{into} is not the hash that {of} was called with.", bound.member);
                Err(Problem::new(bound.problem(contract), why))
            }
        }
    }

    /// Ends the call if there are errors, and notes the first of them.
    fn valid(&mut self, check: &'static str, errors: Vec<FieldError>) -> Result<(), EarlyEnd> {
        let Some(error) = errors.first() else { return Ok(()) };
        self.call.fail(check, line(error));
        Err(problem::invalid(&self.app.api.contract, self.operation, errors).into())
    }

    /// Ends the call with a refusal, and notes its reason.
    fn refused(&mut self, check: &'static str, refusal: Problem) -> Result<(), EarlyEnd> {
        self.call.fail(check, &refusal.detail);
        Err(refusal.into())
    }
}

fn line(error: &FieldError) -> String {
    format!("{}: {}", error.pointer, error.message)
}

/// The weight, in thousandths, of the most specific range that includes the media type; 0 if none does.
pub(super) fn weight(accept: &str, media: &str) -> u16 {
    let media = essence(media);
    let kind = media.split('/').next().unwrap_or_default();
    let ranges = accept.split(',').filter_map(|range| {
        let name = essence(range);
        let specific = match name.split_once('/')? {
            ("*", "*") => 0,
            (own, "*") if own == kind => 1,
            // A range of the contract includes what is accepted of its kind.
            (own, _) if media == "*/*" || media == format!("{own}/*") => 2,
            _ if name == media => 2,
            _ => return None,
        };
        let weight = range.split(';').skip(1).find_map(|part| part.trim().strip_prefix("q="));
        Some((specific, weight.map_or(1000, thousandths)))
    });
    ranges.max().map_or(0, |(_, weight)| weight)
}

/// A weight such as `0.8` in thousandths.
fn thousandths(weight: &str) -> u16 {
    let (whole, rest) = weight.trim().split_once('.').unwrap_or((weight.trim(), ""));
    let rest: String = rest.chars().chain("000".chars()).take(3).collect();
    let whole: u16 = whole.parse().unwrap_or(1);
    whole.min(1) * 1000 + if whole == 0 { rest.parse().unwrap_or(0) } else { 0 }
}

fn essence(range: &str) -> String {
    range.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// A member with `x-payload-hash`.
#[derive(Debug)]
struct HashBinding<'a> {
    member: &'a str,
    rule: &'a Value,
}

/// The member of a body schema that binds an approval, if one does.
fn hash_binding<'a>(contract: &'a Contract, schema: &'a Value) -> Option<HashBinding<'a>> {
    contract.properties(schema).into_iter().find_map(|(member, property)| {
        Some(HashBinding {
            member,
            rule: contract.word(property, "x-payload-hash")?,
        })
    })
}

impl HashBinding<'_> {
    /// The operation for whose hash a later body carries evidence.
    fn operation(&self) -> Option<&str> {
        self.rule.get("of").and_then(Value::as_str)
    }

    /// The code for evidence that is of something else.
    fn problem(&self, contract: &Contract) -> String {
        self.word(contract, "problem")
    }

    /// The member of the evidence that has to be the hash.
    fn into(&self, contract: &Contract) -> String {
        self.word(contract, "into")
    }

    /// Returns a word of this rule or of that of the creating operation; empty if neither has it.
    fn word(&self, contract: &Contract, word: &str) -> String {
        if let Some(text) = self.rule.get(word).and_then(Value::as_str) {
            return text.to_owned();
        }
        let creating = self.operation().and_then(|of| contract.operation(of));
        creating
            .into_iter()
            .flat_map(Operation::bodies)
            .find_map(|(_, schema)| {
                hash_binding(contract, schema)?
                    .rule
                    .get(word)?
                    .as_str()
                    .map(str::to_owned)
            })
            .unwrap_or_default()
    }

    /// Recomputes the hash of a creating body and compares it with the evidence; gives what was compared.
    fn check(&self, contract: &Contract, operation: &Operation, input: &ParsedRequest) -> Result<String, Problem> {
        let Some(body) = input.body.as_ref().filter(|_| input.is_json) else {
            return Ok("the body is not JSON, so it has no hash".to_owned());
        };
        let Some(evidence) = body.get(self.member) else {
            return Ok("the evidence is missing".to_owned());
        };
        let into = self.into(contract);
        let hash = Hash::hash(&encode::canonical_json(&self.inputs(operation, input, body)));
        let expected = match self.rule.get("encoding").and_then(Value::as_str) {
            Some("base64") => encode::base64(hash.as_ref()),
            _ => encode::hex(hash.as_ref()),
        };
        match evidence.get(&into) {
            Some(Value::String(given)) if *given == expected => Ok(format!("{into} is {expected}")),
            _ => Err(Problem::new(
                self.problem(contract),
                format!(
                    "{}.{into} is not the hash of this operation; expected {expected}.",
                    self.member
                ),
            )),
        }
    }

    fn inputs(&self, operation: &Operation, input: &ParsedRequest, body: &Value) -> Value {
        let members = json::members(self.rule.get("inputs")).map(|(name, source)| {
            let source = source.as_str().unwrap_or_default();
            let text = |value: Option<&String>| value.map_or(Value::Null, |text| text.as_str().into());
            let value = match source.split_once('.') {
                _ if source == "operationId" => operation.id.as_str().into(),
                Some(("path", name)) => text(input.path.get(name)),
                Some(("query", name)) => {
                    let mut query = input.query.iter();
                    text(query.find(|(known, _)| known == name).map(|(_, value)| value))
                }
                _ => {
                    let mut body = body.clone();
                    body.as_object_mut().and_then(|members| members.remove(self.member));
                    body
                }
            };
            (name.clone(), value)
        });
        members.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::weight;

    #[test]
    fn the_most_specific_range_decides() {
        for (accept, wanted) in [
            ("application/json", true),
            ("APPLICATION/JSON; charset=utf-8", true),
            ("text/html, application/*;q=0.5", true),
            ("*/*", true),
            ("text/html", false),
            ("application/json;q=0, */*", false),
            ("application/json; q=0.0", false),
            ("application/xml", false),
        ] {
            assert_eq!(weight(accept, "application/json") > 0, wanted, "{accept}");
        }
    }
}
