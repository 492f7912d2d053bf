//! Requests of a contract: valid ones from its examples, and each of them with one fault.

use std::fmt::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sdkwright_runtime::JsonValue;
use sdkwright_runtime::json::{canonical, from_slice};
use sdkwright_runtime::value::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::http::Outgoing;
use crate::raw::hex;

pub(super) const CLIENT: &str = "client-of-both";
pub(super) const SECRET: &str = "sentinel9f2-secret-of-both";

/// Random numbers with a fixed seed.
pub(super) struct Random(u64);

impl Random {
    /// Starts with a seed.
    pub(super) fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    /// Returns a number below a bound.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % bound.max(1)
    }

    /// Returns one of these.
    pub(super) fn one<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }
}

/// An operation of a contract.
pub(super) struct Operation {
    pub(super) id: String,
    method: String,
    path: String,
    parameters: Vec<Value>,
    /// The schema of the JSON body.
    schema: Value,
    bodies: Vec<Value>,
}

impl Operation {
    /// Returns the values of a valid request.
    pub(super) fn valid(&self, random: &mut Random) -> Draft {
        let path = self.parameters.iter().filter(|one| one["in"] == "path");
        let path = path.map(|one| (one["name"].as_str().unwrap().to_owned(), "id-1".to_owned()));
        let has_body = !self.bodies.is_empty();
        let mut body = has_body.then(|| random.one(&self.bodies));
        if let Some(client) = body
            .as_mut()
            .and_then(|body| body.pointer_mut("/partnerAttestation/attestedByClientId"))
        {
            *client = CLIENT.into();
        }
        Draft {
            path: path.collect(),
            query: Vec::new(),
            body,
        }
    }
}

/// A contract as the requests need it.
pub(super) struct Contract {
    document: Value,
    pub(super) operations: Vec<Operation>,
}

impl Contract {
    /// Reads a contract.
    pub(super) fn new(text: &str) -> Self {
        let document: Value = serde_yaml::from_str(text).unwrap();
        let mut contract = Self {
            document,
            operations: Vec::new(),
        };
        let paths = contract.document["paths"].as_object().unwrap();
        let mut operations = Vec::new();
        for (path, item) in paths {
            for (method, node) in item.as_object().unwrap() {
                let Some(id) = node["operationId"].as_str() else {
                    continue;
                };
                let listed = [&item["parameters"], &node["parameters"]];
                let parameters = listed.iter().filter_map(|list| list.as_array()).flatten();
                let body = &contract.resolved(&node["requestBody"])["content"]["application/json"];
                let examples = body["examples"].as_object().into_iter().flatten();
                let examples = examples.map(|(_, example)| contract.resolved(example)["value"].clone());
                operations.push(Operation {
                    id: id.to_owned(),
                    method: method.to_uppercase(),
                    path: path.clone(),
                    parameters: parameters.map(|one| contract.resolved(one).clone()).collect(),
                    schema: body["schema"].clone(),
                    bodies: examples.chain(body.get("example").cloned()).collect(),
                });
            }
        }
        contract.operations = operations;
        contract
    }

    fn resolved<'c>(&'c self, node: &'c Value) -> &'c Value {
        let target = node["$ref"].as_str().and_then(|text| text.strip_prefix('#'));
        target.map_or(node, |target| self.resolved(self.document.pointer(target).unwrap()))
    }

    /// Lists the members and items of a value by JSON Pointer, each with its schema.
    fn walk<'c>(&'c self, schema: &'c Value, value: &Value, at: &str, found: &mut Vec<(String, &'c Value)>) {
        let schema = self.resolved(schema);
        for word in ["allOf", "oneOf", "anyOf"] {
            for part in schema[word].as_array().into_iter().flatten() {
                self.walk(part, value, at, found);
            }
        }
        for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
            if let Some(value) = value.get(name) {
                let at = format!("{at}/{name}");
                found.push((at.clone(), self.resolved(schema)));
                self.walk(schema, value, &at, found);
            }
        }
        for (index, value) in value.as_array().into_iter().flatten().enumerate() {
            let at = format!("{at}/{index}");
            found.push((at.clone(), self.resolved(&schema["items"])));
            self.walk(&schema["items"], value, &at, found);
        }
    }

    /// Writes a request: fills in the hash of its approval, and signs it.
    pub(super) fn request(&self, operation: &Operation, draft: &Draft, random: &mut Random) -> Outgoing {
        let mut draft = draft.clone();
        self.approve(operation, &mut draft);
        let mut target = operation.path.clone();
        for (name, value) in &draft.path {
            target = target.replace(&format!("{{{name}}}"), value);
        }
        for (index, (name, value)) in draft.query.iter().enumerate() {
            let sign = if index == 0 { '?' } else { '&' };
            write!(target, "{sign}{name}={value}").unwrap();
        }
        let mut request = Outgoing {
            method: operation.method.clone(),
            target,
            headers: vec![
                ("X-Request-Id", "request-1".to_owned()),
                ("X-Partner-Client-Id", CLIENT.to_owned()),
            ],
            body: draft.body.map(|body| body.to_string().into_bytes()).unwrap_or_default(),
            announced: None,
        };
        if !request.body.is_empty() {
            request.set("Content-Type", "application/json");
        }
        if operation.method != "GET" {
            request.set("Idempotency-Key", format!("key-{}", random.below(usize::MAX)));
        }
        sign(&mut request, 0, random);
        request
    }

    /// Puts the hash of the body into its approval, if it has one.
    fn approve(&self, operation: &Operation, draft: &mut Draft) {
        let schema = self.resolved(&operation.schema);
        let Some(body) = draft.body.as_mut().and_then(Value::as_object_mut) else {
            return;
        };
        let inputs = &schema["properties"]["operationAuthorization"]["x-payload-hash"]["inputs"];
        let Some(mut evidence) = body.remove("operationAuthorization") else {
            return;
        };
        let hashed = inputs.as_object().into_iter().flatten().map(|(name, source)| {
            let value = match source.as_str().unwrap() {
                "operationId" => operation.id.as_str().into(),
                "body" => Value::from(body.clone()),
                path => {
                    let name = path.trim_start_matches("path.");
                    draft
                        .path
                        .iter()
                        .find(|(known, _)| known == name)
                        .unwrap()
                        .1
                        .as_str()
                        .into()
                }
            };
            (name.clone(), value)
        });
        let hashed: Value = hashed.collect();
        let hashed: JsonValue = from_slice(hashed.to_string().as_bytes()).unwrap();
        let hash = hex(&Sha256::digest(canonical(&hashed).unwrap()));
        // A hash that a fault has put there stays.
        let is_hash = |place: &&mut Value| **place != OTHER_HASH && place.as_str().is_some_and(|text| text.len() == 64);
        let place = evidence.get_mut("operationHash").filter(|_| inputs.is_object());
        if let Some(place) = place.filter(is_hash) {
            *place = hash.into();
        }
        body.insert("operationAuthorization".to_owned(), evidence);
    }

    /// Puts a fault into the values of a request; `false` if it has no place for one.
    pub(super) fn spoil(&self, operation: &Operation, draft: &mut Draft, random: &mut Random) -> bool {
        if random.below(5) == 0 || draft.body.is_none() {
            return spoil_parameter(operation, draft, random);
        }
        let body = draft.body.as_mut().unwrap();
        let mut found = Vec::new();
        self.walk(&operation.schema, body, "", &mut found);
        let (pointer, schema) = random.one(&found);
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        match random.below(12) {
            0 | 1 => match body.pointer_mut(parent).unwrap() {
                Value::Object(object) => drop(object.remove(name)),
                Value::Array(items) => drop(items.remove(name.parse().unwrap())),
                _ => {}
            },
            2 => {
                let Value::Object(object) = body.pointer_mut(parent).unwrap() else {
                    return false;
                };
                let name = random.one(&["unknownMember", "tenantId", "processing_id", "RAW-PAYLOAD"]);
                object.insert(name.to_owned(), "x".into());
            }
            3 => {
                let other = [
                    json!(7),
                    json!(true),
                    json!("x"),
                    json!([]),
                    json!({}),
                    json!(1.5),
                    Value::Null,
                ];
                *body.pointer_mut(&pointer).unwrap() = random.one(&other);
            }
            4 => *body.pointer_mut(&pointer).unwrap() = Value::Null,
            _ => {
                let values = wrong(schema, body.pointer(&pointer).unwrap());
                if values.is_empty() {
                    return false;
                }
                *body.pointer_mut(&pointer).unwrap() = random.one(&values);
            }
        }
        true
    }
}

/// A hash of no body.
pub(super) const OTHER_HASH: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The values of a request.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) path: Vec<(String, String)>,
    pub(super) query: Vec<(String, String)>,
    pub(super) body: Option<Value>,
}

fn spoil_parameter(operation: &Operation, draft: &mut Draft, random: &mut Random) -> bool {
    let parameters = operation.parameters.iter();
    let parameters = parameters.filter(|one| ["path", "query"].iter().any(|place| one["in"] == *place));
    let parameters: Vec<&Value> = parameters.collect();
    if parameters.is_empty() {
        return false;
    }
    let parameter = random.one(&parameters);
    let name = parameter["name"].as_str().unwrap().to_owned();
    let long = "a".repeat(random.one(&[64, 65, 128, 129, 512, 513]));
    if parameter["in"] == "path" {
        let values = ["%20", "%ff", "..", "a%2Fb", "%C3%A9", "a+b", &long];
        let value = random.one(&values).to_owned();
        let place = draft.path.iter_mut().find(|(known, _)| *known == name);
        place.unwrap().1 = value;
        return true;
    }
    let values = [
        "",
        "0",
        "1",
        "100",
        "101",
        "-1",
        "1.0",
        "1.5",
        "1e1",
        "x",
        "DRAFT",
        "COMPLETED",
        "%ff",
        "a+b",
        "a%20b",
        "2026-01-01",
        "2026-01-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-01-01T00%3A00%3A00%2B02%3A00",
        "2026-01-01T00:00:00",
        "true",
        &long,
    ];
    for _ in 0..=random.below(8) / 7 {
        draft.query.push((name.clone(), random.one(&values).to_owned()));
    }
    true
}

/// Returns values at and beyond the limits of a schema.
fn wrong(schema: &Value, value: &Value) -> Vec<Value> {
    let mut values = Vec::new();
    let number = |word: &str| schema[word].as_u64().and_then(|number| usize::try_from(number).ok());
    if let Some(text) = value.as_str() {
        values.push("".into());
        values.extend((text.len() == OTHER_HASH.len()).then(|| OTHER_HASH.into()));
        values.push(json!("?! \u{7f}é"));
        values.push(text.to_lowercase().into());
        values.push(format!("{text} ").into());
        for length in [number("maxLength"), number("minLength")].into_iter().flatten() {
            let lengths = [length.saturating_sub(1), length, length + 1];
            values.extend(lengths.iter().map(|length| json!("a".repeat(*length))));
            values.extend(lengths.iter().map(|length| json!("é".repeat(*length))));
        }
        if schema.get("enum").is_some() || schema.get("pattern").is_some() {
            values.push("NOT_LISTED".into());
        }
        match schema["format"].as_str() {
            Some("date-time") => {
                values.extend(["2026-02-30T00:00:00Z", "2026-01-01", "2026-01-01T24:00:00Z"].map(Value::from));
            }
            Some("date") => values.extend(["2026-02-30", "2026-1-1", "2026-01-01T00:00:00Z"].map(Value::from)),
            _ => {}
        }
    }
    if let Some(items) = value.as_array() {
        values.push(json!([]));
        if let Some(first) = items.first() {
            values.push(json!([first, first]));
            values.extend(number("maxItems").map(|most| Value::from(vec![first.clone(); most + 1])));
        }
    }
    if value.is_number() {
        values.extend([json!(-1), json!(0), json!(1.5), json!(1e30), json!("1")]);
    }
    values
}

/// Signs a request, as many seconds from now, with a new nonce.
pub(super) fn sign(request: &mut Outgoing, shift: i64, random: &mut Random) {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let seconds = i64::try_from(seconds).unwrap() + shift;
    let timestamp = Timestamp::from_unix(seconds, 0).unwrap().to_string();
    request.set("X-Partner-Timestamp", timestamp);
    request.set(
        "X-Partner-Nonce",
        format!("nonce-{:016}-{}", random.below(usize::MAX), request.target.len()),
    );
    sign_again(request, SECRET);
}

/// Signs a request with its time and its nonce.
pub(super) fn sign_again(request: &mut Outgoing, secret: &str) {
    let lines = [
        &request.method,
        &request.target,
        &*hex(&Sha256::digest(&request.body)),
        request.header("X-Partner-Timestamp"),
        request.header("X-Partner-Nonce"),
        request.header("Idempotency-Key"),
    ];
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(lines.join("\n").as_bytes());
    let signature = hex(&mac.finalize().into_bytes());
    request.set("X-Partner-Signature", signature);
}
