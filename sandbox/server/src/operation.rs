//! One operation of a contract: everything that checking and answering it needs. In: what was read of the contract, and the
//! target of a request as it came. Out: answers about it, and the operation of the target with its parameters. Never: a
//! judgement about a request, or a target rewritten before it is matched.

use crate::encode::{EncodedPair, percent_decode};
use crate::extensions::Idempotency;
use crate::log::is_safe;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The status of a response for all refusals (`4XX`, `default`).
pub(crate) const ANY: u16 = 0;

/// One operation of a contract.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Unique name: the `operationId`, or method and path if there is none or another operation has the same.
    pub id: String,
    pub(crate) method: String,
    pub(crate) template: String,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<RequestBody>,
    /// The successful answers, in the order of their statuses.
    pub(crate) answers: Vec<Response>,
    /// The refusals with a status of 4xx or 5xx, or with `ANY`.
    pub(crate) refusals: Vec<Response>,
    pub(crate) tags: Vec<String>,
    /// The codes of its refusals.
    pub problems: Vec<String>,
    pub(crate) problem_media: String,
    /// The security scheme with `x-signing` that holds here.
    pub(crate) scheme: Option<String>,
    /// `true` if it requires a key of `x-idempotency`.
    pub keyed: bool,
    /// The rules of the key that it declares itself, by a header or a member whose name shows it.
    pub(crate) own_keys: Option<Arc<Idempotency>>,
    /// `true` if it only requests a fresh answer (`intent: refresh`, `x-effect: none`).
    pub(crate) refreshes: bool,
    /// `true` if it also serves as a lookup, under new keys (an alias with `intent: refresh`).
    pub looks_up: bool,
    /// The values that say what it acts on (`subject`): `path.NAME`, or a pointer into the body.
    pub(crate) subject: Vec<String>,
    /// The merged `x-pagination`, if it applies; without one, the place of the items that its response shows to be a list.
    pub pagination: Option<Value>,
    /// The kind of resource that it is about if its path and not an `x-newtype` names it.
    pub(crate) identity: Option<Arc<PathIdentity>>,
    /// The pointer to that resource in the response, which is empty for the response itself.
    pub(crate) inside: Option<String>,
}

/// A kind of resource that paths name.
#[derive(Debug)]
pub(crate) struct PathIdentity {
    pub(crate) name: String,
    pub(crate) schema: Value,
    pub(crate) example: Option<Value>,
    pub(crate) id_member: String,
    pub(crate) id_kind: String,
    /// The schema of the parameter that has the id.
    pub(crate) parameter: Value,
}

#[derive(Debug, Clone)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) place: String,
    pub(crate) required: bool,
    pub(crate) schema: Value,
    /// The style, or `json` for a value that is one JSON text.
    pub(crate) style: String,
    pub(crate) explode: bool,
    /// `true` if reserved characters stay, such as `/` in a path.
    pub(crate) is_reserved: bool,
    /// The encodings of the members of a whole query, by name.
    pub(crate) encoding: Value,
    pub(crate) example: Option<Value>,
    /// The kind of the id: the `x-newtype`, or the name.
    pub(crate) kind: String,
}

#[derive(Debug, Clone)]
pub(crate) struct RequestBody {
    pub(crate) required: bool,
    pub(crate) media: Vec<MediaType>,
}

/// One form of a body.
#[derive(Debug, Clone)]
pub(crate) struct MediaType {
    /// In lower case.
    pub(crate) name: String,
    pub(crate) schema: Value,
    /// The schema of each item of a sequence (`itemSchema`).
    pub(crate) item: Option<Value>,
    /// The encodings of its members, by name.
    pub(crate) encoding: Value,
}

#[derive(Debug, Clone)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) media: Option<String>,
    pub(crate) schema: Value,
    pub(crate) example: Option<Value>,
    /// Its other media types.
    pub(crate) others: Vec<ResponseForm>,
    /// The headers that it declares.
    pub(crate) headers: Vec<ResponseHeader>,
}

/// Another form of a response.
#[derive(Debug, Clone)]
pub(crate) struct ResponseForm {
    pub(crate) media: String,
    pub(crate) schema: Value,
    pub(crate) example: Option<Value>,
}

#[derive(Debug, Clone)]
pub(crate) struct ResponseHeader {
    pub(crate) name: String,
    pub(crate) required: bool,
    pub(crate) schema: Value,
    pub(crate) example: Option<Value>,
    /// `true` if the value is one JSON text.
    pub(crate) is_json: bool,
}

/// The style of a value that is one JSON text.
pub(crate) const JSON: &str = "json";

impl Parameter {
    pub(crate) fn is_json(&self) -> bool {
        self.style == JSON
    }

    /// A parameter of a path.
    pub(crate) fn with_schema(name: &str, schema: &Value) -> Self {
        Self {
            name: name.to_owned(),
            place: "path".to_owned(),
            required: true,
            schema: schema.clone(),
            style: "simple".to_owned(),
            explode: false,
            is_reserved: false,
            encoding: Value::Null,
            example: None,
            kind: name.to_owned(),
        }
    }
}

impl Operation {
    /// Returns `true` for a safe method.
    pub fn safe(&self) -> bool {
        is_safe(&self.method)
    }

    /// Returns `true` for a mutation that does more than request a fresh response.
    pub fn has_effect(&self) -> bool {
        !self.safe() && !self.refreshes
    }

    pub(crate) fn path_parameters(&self) -> impl DoubleEndedIterator<Item = &Parameter> {
        let order = |parameter: &Parameter| self.template.find(&format!("{{{}}}", parameter.name));
        let mut found: Vec<_> = self
            .parameters
            .iter()
            .filter(|parameter| parameter.place == "path")
            .collect();
        found.sort_by_key(|parameter| order(parameter));
        found.into_iter()
    }

    /// Returns `true` for a parameter whose value can span segments of the path.
    pub(crate) fn spans(&self, name: &str) -> bool {
        let mut parameters = self.parameters.iter();
        parameters.any(|one| one.place == "path" && one.name == name && one.is_reserved)
    }

    /// The pointer to the items of the list that it returns.
    pub(crate) fn items(&self) -> Option<&str> {
        self.pagination.as_ref()?.get("items")?.as_str()
    }

    /// The media types and schemas of its body.
    pub(crate) fn bodies(&self) -> impl Iterator<Item = (&str, &Value)> {
        let media = self.body.iter().flat_map(|body| &body.media);
        media.map(|media| (media.name.as_str(), &media.schema))
    }

    /// The answer with this status, or else the first.
    pub(crate) fn answer(&self, status: u16) -> Option<&Response> {
        self.answers
            .iter()
            .find(|answer| answer.status == status)
            .or_else(|| self.answers.first())
    }

    /// Returns `true` if a successful response can have this status.
    pub fn has_status(&self, status: u16) -> bool {
        self.answers.iter().any(|answer| answer.status == status)
    }
}

/// The result of matching a target.
#[derive(Debug)]
pub(crate) enum Route<'a> {
    Found(&'a Operation, BTreeMap<String, String>),
    /// The path is known, but not with this method; these are.
    OtherMethod(Vec<String>),
    Unknown,
}

/// Finds the operation; a literal segment is stronger than a parameter.
pub(crate) fn route<'a>(operations: &'a [Operation], method: &str, target: &str) -> Route<'a> {
    let path = target.split('?').next().unwrap_or_default();
    let mut best: Option<(usize, &Operation, BTreeMap<String, String>)> = None;
    let mut others = Vec::new();
    for operation in operations {
        let Some((literal, values)) = matches(&operation.template, path, |name| operation.spans(name)) else {
            continue;
        };
        if operation.method != method {
            others.push(operation.method.clone());
        } else if best.as_ref().is_none_or(|(known, _, _)| literal > *known) {
            best = Some((literal, operation, values));
        }
    }
    match best {
        Some((_, operation, values)) => Route::Found(operation, values),
        None if others.is_empty() => Route::Unknown,
        None => Route::OtherMethod(others),
    }
}

/// Two for each literal segment and one for one with literal text, and the parameters as they are on the wire, if the path fits.
fn matches(template: &str, path: &str, spans: impl Fn(&str) -> bool) -> Option<(usize, BTreeMap<String, String>)> {
    let mut rest = path;
    let (mut literal, mut values) = (0, BTreeMap::new());
    let mut spare = path.matches('/').count().checked_sub(template.matches('/').count())?;
    for wanted in template.split('/') {
        let name = wanted.strip_prefix('{').and_then(|name| name.strip_suffix('}'));
        // A value with reserved characters is as long as the rest of the path allows.
        let more = if name.is_some_and(&spans) {
            std::mem::take(&mut spare)
        } else {
            0
        };
        let end = rest.match_indices('/').nth(more).map_or(rest.len(), |(at, _)| at);
        let given = &rest[..end];
        rest = rest.get(end + 1..).unwrap_or_default();
        if wanted.contains('{') {
            segment(wanted, given, &mut values)?;
            literal += usize::from(!(wanted.starts_with('{') && wanted.ends_with('}')));
        } else {
            let is_it =
                wanted == given || (given.contains('%') && percent_decode(given, false).as_deref() == Some(wanted));
            is_it.then(|| literal += 2)?;
        }
    }
    (spare == 0).then_some((literal, values))
}

/// Puts the parameters of a segment into `values`; each but the last one ends where the text after it begins.
fn segment(wanted: &str, given: &str, values: &mut BTreeMap<String, String>) -> Option<()> {
    let (before, mut wanted) = wanted.split_once('{')?;
    let mut given = given.strip_prefix(before)?;
    loop {
        let (name, after) = wanted.split_once('}')?;
        let next = after.split_once('{');
        let value = match next {
            None => given.strip_suffix(after)?,
            Some((between, _)) => {
                let first = given.chars().next()?.len_utf8();
                &given[..first + given[first..].find(between)?]
            }
        };
        percent_decode(value, false).filter(|text| !text.is_empty())?;
        values.insert(name.to_owned(), value.to_owned());
        let Some((between, rest)) = next else { return Some(()) };
        (given, wanted) = (&given[value.len() + between.len()..], rest);
    }
}

/// The decoded pairs of a query, in order.
pub fn query(target: &str) -> Vec<(String, String)> {
    let query = target.split_once('?').map_or("", |(_, query)| query);
    let decode = |text: &str| percent_decode(text, true).unwrap_or_else(|| text.to_owned());
    EncodedPair::of_query(query)
        .map(|pair| (decode(pair.name), decode(pair.value)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_matched_segment_by_segment_and_decoded_afterwards() {
        let (literal, values) = matches("/v1/things/{thingId}/parts", "/v1/things/a%2Fb%20c/parts", |_| false).unwrap();
        assert_eq!((literal, values["thingId"].as_str()), (8, "a%2Fb%20c"));
        assert!(matches("/v1/things/{thingId}", "/v1/things/", |_| false).is_none());
        assert!(matches("/v1/things/{thingId}", "/v1/things/a/b", |_| false).is_none());
        let (_, values) = matches("/files/{name}.txt", "/files/read.me.txt", |_| false).unwrap();
        assert_eq!(values["name"], "read.me");
        let (_, values) = matches("/files/{path}/parts", "/files/a/b/c/parts", |name| name == "path").unwrap();
        assert_eq!(values["path"], "a/b/c");
        let (_, values) = matches("/compare/{base}...{head}", "/compare/a.b...c", |_| false).unwrap();
        assert_eq!((values["base"].as_str(), values["head"].as_str()), ("a.b", "c"));
    }

    #[test]
    fn a_query_keeps_order_and_repeats() {
        let pairs = query("/x?a=1&a=%26+&b");
        assert_eq!(
            pairs,
            [
                ("a".into(), "1".into()),
                ("a".into(), "& ".into()),
                ("b".into(), String::new())
            ]
        );
        assert!(query("/x").is_empty());
    }
}
