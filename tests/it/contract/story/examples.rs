//! The examples of a contract, object by object, each with the schema that it belongs to.
//!
//! In: a contract, read by a reader that is not ours. Out: objects with the names of their schemas, and which of their
//! members are ids of what. Never: a judgement.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// One object of an example.
#[derive(Debug)]
pub(crate) struct Object {
    /// JSON Pointer of its place in the contract.
    pub(crate) place: String,
    /// Name of the component that it belongs to; `Component.member` where the schema is written inline.
    pub(crate) schema: String,
    pub(crate) value: Value,
    /// Members that are ids, and of what (`x-newtype`).
    pub(crate) ids: BTreeMap<String, String>,
    /// The member that is the object's own id: the first required one, if it is an id, or one that the component is named after.
    pub(crate) own: Option<String>,
    /// True for an answer or delivery of Oceafin, or a part of one.
    pub(crate) is_answer: bool,
}

impl Object {
    pub(crate) fn text(&self, member: &str) -> Option<&str> {
        self.value.get(member)?.as_str()
    }

    pub(crate) fn own_id(&self) -> Option<&str> {
        self.text(self.own.as_deref()?)
    }
}

/// All objects of all examples.
#[derive(Debug)]
pub(crate) struct Examples {
    contract: Value,
    pub(crate) objects: Vec<Object>,
}

/// A decimal as a whole number of its smallest units.
pub(crate) fn scaled(text: &str, digits: usize) -> i128 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    assert!(fraction.len() <= digits, "{text} has more than {digits} decimals");
    format!("{whole}{fraction:0<digits$}").parse().expect("a decimal")
}

/// Lower-case hex SHA-256.
pub(crate) fn sha256(bytes: &str) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a text takes all");
        hex
    })
}

impl Examples {
    pub(crate) fn from_contract(path: &str) -> Self {
        let contract = sdkwright_tests::contract(path);
        let mut told = Self {
            objects: Vec::new(),
            contract,
        };
        let whole = told.contract.clone();
        told.walk(&whole, "", false);
        told
    }

    /// The objects of a component.
    pub(crate) fn of_schema(&self, name: &str) -> Vec<&Object> {
        self.objects.iter().filter(|object| object.schema == name).collect()
    }

    /// The components that are schemas.
    pub(crate) fn schemas(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.contract["components"]["schemas"]
            .as_object()
            .expect("schemas")
            .iter()
    }

    /// Parameters that are ids: name, of what, example.
    pub(crate) fn parameters(&self) -> Vec<(String, String, String)> {
        let parameters = self.contract["components"]["parameters"]
            .as_object()
            .expect("parameters");
        let id = |(name, parameter): (&String, &Value)| {
            let kind = self.newtype(&parameter["schema"]).filter(|kind| kind.ends_with("Id"))?;
            Some((name.clone(), kind, parameter["example"].as_str()?.to_owned()))
        };
        parameters.iter().filter_map(id).collect()
    }

    /// The request bodies, each with its operation.
    pub(crate) fn requests(&self) -> Vec<(&str, &Object)> {
        let mut found = Vec::new();
        for (path, item) in self.contract["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("a path item") {
                let Some(id) = operation["operationId"].as_str() else {
                    continue;
                };
                let start = format!("/paths/{}/{method}/requestBody/", path.replace('/', "~1"));
                let body = self.objects.iter().filter(|object| object.place.starts_with(&start));
                found.extend(body.map(|object| (id, object)));
            }
        }
        found
    }

    /// The canonical text (RFC 8785) of what an approval of this body is for. The texts of the examples are ASCII and have no
    /// numbers, so that sorted members are all there is to it. For a later body, that of the creating operation.
    pub(crate) fn payload(&self, operation: &str, object: &Object) -> Option<String> {
        let rule = &self.contract["components"]["schemas"][&object.schema]["properties"]["operationAuthorization"]["x-payload-hash"];
        let creating = rule["of"].as_str().unwrap_or(operation);
        let bodies = self.requests();
        let (_, body) = bodies
            .iter()
            .find(|(id, body)| *id == creating && body.value.get("operationAuthorization").is_some())?;
        let mut payload = body.value.clone();
        payload.as_object_mut()?.remove("operationAuthorization");
        let customer = self
            .of_schema("PartnerCustomer")
            .first()?
            .text("customerId")?
            .to_owned();
        let inputs = json!({ "operation": creating, "customerId": customer, "payload": payload });
        Some(sorted(&inputs))
    }

    fn walk(&mut self, node: &Value, place: &str, is_answer: bool) {
        match node {
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.walk(item, &format!("{place}/{index}"), is_answer);
                }
            }
            Value::Object(members) => {
                let schema = members.get("schema").filter(|schema| schema.is_object());
                let own = ["type", "allOf", "oneOf", "anyOf"]
                    .iter()
                    .any(|word| members.contains_key(*word));
                if let Some(schema) = schema.or(own.then_some(node)) {
                    let named = place.strip_prefix("/components/schemas/").unwrap_or_default();
                    if let Some(example) = members.get("example") {
                        self.value(schema, example, &format!("{place}/example"), named, is_answer);
                    }
                    for (name, example) in members.get("examples").and_then(Value::as_object).into_iter().flatten() {
                        let place = format!("{place}/examples/{name}/value");
                        self.value(schema, &example["value"], &place, named, is_answer);
                    }
                }
                for (key, value) in members {
                    if !["example", "examples", "default", "enum"].contains(&key.as_str()) {
                        let key = key.replace('~', "~0").replace('/', "~1");
                        let is_answer = is_answer || key == "responses" || key == "x-webhooks";
                        self.walk(value, &format!("{place}/{key}"), is_answer);
                    }
                }
            }
            _ => {}
        }
    }

    /// A value and all objects in it.
    fn value(&mut self, schema: &Value, value: &Value, place: &str, holder: &str, is_answer: bool) {
        match value {
            Value::Array(items) => {
                let parts = self.parts(schema, value);
                let inner = parts
                    .iter()
                    .find_map(|part| part.get("items"))
                    .cloned()
                    .unwrap_or_default();
                for (index, item) in items.iter().enumerate() {
                    self.value(&inner, item, &format!("{place}/{index}"), holder, is_answer);
                }
            }
            Value::Object(members) => {
                let name = self.component(schema, value).unwrap_or_else(|| holder.to_owned());
                let parts: Vec<Value> = self.parts(schema, value).into_iter().cloned().collect();
                let member = |name: &str| parts.iter().find_map(|part| part.get("properties")?.get(name));
                let mut ids = BTreeMap::new();
                for name in members.keys() {
                    if let Some(kind) = member(name)
                        .and_then(|schema| self.newtype(schema))
                        .filter(|kind| kind.ends_with("Id"))
                    {
                        ids.insert(name.clone(), kind);
                    }
                }
                let first = parts.iter().find_map(|part| part.get("required")?.get(0)?.as_str());
                let required = first.filter(|first| ids.contains_key(*first)).map(str::to_owned);
                // An optional id belongs to the component that it is named after.
                let named_after = |kind: &str| kind.strip_suffix("Id").is_some_and(|thing| name.ends_with(thing));
                let own = required.or_else(|| {
                    let mut ids = ids.iter().filter(|(_, kind)| named_after(kind.as_str()));
                    ids.next().map(|(member, _)| member.clone())
                });
                for (key, inner) in members {
                    if let Some(schema) = member(key) {
                        self.value(
                            schema,
                            inner,
                            &format!("{place}/{key}"),
                            &format!("{name}.{key}"),
                            is_answer,
                        );
                    }
                }
                self.objects.push(Object {
                    place: place.to_owned(),
                    schema: name,
                    value: value.clone(),
                    ids,
                    own,
                    is_answer,
                });
            }
            _ => {}
        }
    }

    fn target<'c>(&'c self, schema: &'c Value) -> &'c Value {
        match schema["$ref"].as_str() {
            Some(target) => self
                .contract
                .pointer(&target[1..])
                .expect("a reference leads somewhere"),
            None => schema,
        }
    }

    /// The schemas that a value has to follow: what is referred to, all of `allOf`, and the alternative that fits its tag.
    fn parts<'c>(&'c self, schema: &'c Value, value: &Value) -> Vec<&'c Value> {
        let schema = self.target(schema);
        let mut parts = vec![schema];
        let list = |word: &str| schema[word].as_array().into_iter().flatten();
        for part in list("allOf")
            .chain(list("anyOf"))
            .chain(list("oneOf").filter(|one| self.fits(one, value)))
        {
            parts.extend(self.parts(part, value));
        }
        parts
    }

    /// `true` if only the members with one value (a tag) have it.
    fn fits(&self, schema: &Value, value: &Value) -> bool {
        let members = self.target(schema)["properties"].as_object();
        members
            .into_iter()
            .flatten()
            .all(|(name, member)| match member["enum"].as_array().map(Vec::as_slice) {
                Some([only]) => value.get(name) == Some(only),
                _ => true,
            })
    }

    /// The innermost component that a schema is, or annotates.
    fn component(&self, schema: &Value, value: &Value) -> Option<String> {
        let inner = |schema: &Value| {
            let list = |word: &str| schema[word].as_array().into_iter().flatten();
            let mut parts = list("allOf").chain(list("oneOf").filter(|one| self.fits(one, value)));
            parts.find_map(|part| self.component(part, value))
        };
        match schema["$ref"].as_str() {
            Some(target) => inner(self.target(schema)).or_else(|| Some(target.rsplit('/').next()?.to_owned())),
            None => inner(schema),
        }
    }

    fn newtype(&self, schema: &Value) -> Option<String> {
        let kinds: BTreeSet<&str> = self
            .parts(schema, &Value::Null)
            .into_iter()
            .filter_map(|part| part["x-newtype"].as_str())
            .collect();
        kinds.into_iter().next().map(str::to_owned)
    }
}

/// JSON text with sorted members.
fn sorted(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members: BTreeMap<&String, &Value> = members.iter().collect();
            let members = members
                .iter()
                .map(|(name, value)| format!("{}:{}", json!(name), sorted(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(sorted).collect::<Vec<_>>().join(",")),
        plain => plain.to_string(),
    }
}
