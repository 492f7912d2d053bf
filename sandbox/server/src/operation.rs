//! One operation of a contract: everything that checking and answering it needs. In: what was read of the contract. Out: answers
//! about it. Never: a judgement about a request.

use crate::extensions::Idempotency;
use crate::log::is_safe;
use serde_json::Value;
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
