//! In: a call, and the response that its operation declares for the status. Out: the declared headers, with values that match their schemas.
//! Never: a header that the message or the sandbox sets.

use super::checks::OpenCall;
use crate::operation::{ANY, Response, ResponseHeader};
use crate::request::Reply;
use crate::{encode, example};
use serde_json::Value;

/// Headers that are those of the message and of the sandbox.
const OWN: [&str; 6] = [
    "content-type",
    "content-length",
    "content-encoding",
    "transfer-encoding",
    "connection",
    "date",
];
/// Words in the names of headers that lead to other pages or announce an end.
const LEADING: [&str; 6] = ["link", "next", "cursor", "replay", "deprecat", "sunset"];

impl OpenCall<'_> {
    /// Adds the headers that the operation declares for a refusal.
    pub(super) fn with_declared_headers(&self, mut reply: Reply) -> Reply {
        let with = |status| self.operation.refusals.iter().find(|one| one.status == status);
        if let Some(answer) = with(reply.status).or_else(|| with(ANY)) {
            let declared = self.headers(answer, Some(&reply));
            let is_new = |name: &str| reply.headers.iter().all(|(known, _)| known != name);
            let new: Vec<_> = declared.into_iter().filter(|(name, _)| is_new(name)).collect();
            reply.headers.extend(new);
        }
        reply
    }

    /// Returns the headers that a response declares: the address of the new resource, and examples. Without optional ones that lead to
    /// other pages.
    pub(super) fn headers(&self, answer: &Response, refusal: Option<&Reply>) -> Vec<(String, String)> {
        let contract = &self.app.api.contract;
        let of_call = contract.extensions.sdk("/requestId/header");
        let of_key = contract.keys(self.operation).and_then(|rules| rules.replayed.as_ref());
        let mut set: Vec<&str> = of_call
            .into_iter()
            .chain(of_key.map(|(name, _)| name.as_str()))
            .collect();
        set.extend(OWN);
        let mut headers = Vec::new();
        for header in &answer.headers {
            let name = header.name.to_ascii_lowercase();
            let leads_on = LEADING.iter().any(|word| name.contains(word));
            if set.iter().any(|known| known.eq_ignore_ascii_case(&name)) || (leads_on && !header.required) {
                continue;
            }
            let value = match name.as_str() {
                "location" if refusal.is_none() => Some(self.location()),
                "retry-after" if !self.may_wait(header, refusal) => None,
                "retry-after" => self.value(header, Some(self.app.retry_after.into())),
                _ => self.value(header, None),
            };
            let is_text = |text: &String| text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
            headers.extend(
                value
                    .filter(|text| !text.is_empty() && is_text(text))
                    .map(|text| (name, text)),
            );
        }
        headers
    }

    /// Returns the address of the new resource, or else that of the call.
    fn location(&self) -> String {
        let path = self.request.target.split('?').next().unwrap_or_default();
        match &self.acted_on {
            Some(id) if self.request.method == "POST" => format!("{path}/{}", encode::percent_encode(id)),
            _ => path.to_owned(),
        }
    }

    /// Returns `true` if a response may request a wait: a success that must, or a refusal whose code the contract does not describe.
    fn may_wait(&self, header: &ResponseHeader, refusal: Option<&Reply>) -> bool {
        let registry = &self.app.api.contract.extensions.registry;
        let is_described = |reply: &Reply| reply.code.as_ref().is_some_and(|code| registry.contains_key(code));
        header.required || refusal.is_some_and(|reply| !is_described(reply))
    }

    /// Returns the first value that matches the schema of a header: this one, the example of the contract, or a generated one.
    fn value(&self, header: &ResponseHeader, own: Option<Value>) -> Option<String> {
        let api = &self.app.api;
        let known = own.into_iter().chain(header.example.clone());
        let mut values = known.chain(std::iter::once_with(|| {
            example::from_schema(&api.contract, &header.schema)
        }));
        let value = values.find(|value| api.is_answer(&header.schema, value))?;
        Some(if header.is_json {
            value.to_string()
        } else {
            header_text(&value)
        })
    }
}

/// A value as the text of a header.
fn header_text(value: &Value) -> String {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match value {
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(","),
        Value::Object(members) => {
            let pairs = members.iter().flat_map(|(name, value)| [name.clone(), text(value)]);
            pairs.collect::<Vec<_>>().join(",")
        }
        other => text(other),
    }
}
