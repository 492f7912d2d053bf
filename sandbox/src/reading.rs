//! In: the text of a contract, YAML or JSON. Out: the contract: its tree, its extensions, and a list of its operations. Never: an
//! opinion about which API it is.

use crate::contract::Contract;
use crate::error::Error;
use crate::extensions::Extensions;
use crate::identity;
use crate::json;
use crate::operation::{ANY, Answer, Body, Operation, Parameter};
use crate::origin::{Origin, Wrong};
use crate::suggestions::suggestion;
use serde::de;
use serde::de::{Deserialize, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess as _, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;
use std::path::Path;

const METHODS: [&str; 9] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace", "query",
];

impl Contract {
    /// Reads the text of a contract.
    pub(crate) fn read(text: &str) -> Result<Self, Error> {
        Self::of(text, Origin::new(text, None))
    }

    /// Reads the file of a contract.
    pub(crate) fn read_file(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(|source| Error::Read {
            path: path.to_owned(),
            source,
        })?;
        Self::of(&text, Origin::new(&text, Some(path)))
    }

    fn of(text: &str, origin: Origin) -> Result<Self, Error> {
        // JSON has escapes that YAML has not: an emoji is two of them.
        let json = || serde_json::from_str(text).ok().map(Node);
        let read = serde_yaml::from_str(text).or_else(|source| json().ok_or(source));
        let Node(root) = read.map_err(|source| origin.unreadable(&source))?;
        let version = root.get("openapi").and_then(Value::as_str).unwrap_or_default();
        if !version.starts_with("3.") {
            let why = format!("`openapi: {version}` is neither 3.0 nor 3.1");
            return Err(origin.error(&root, &[Wrong::new(&root, why).at("openapi")]));
        }
        let server = root.pointer("/servers/0/url").and_then(Value::as_str);
        let server = server.unwrap_or_default();
        let host = server.split_once("://");
        let path = host.map_or(server, |(_, rest)| rest.find('/').map_or("", |at| &rest[at..]));
        let mut contract = Self {
            is_30: version.starts_with("3.0"),
            prefix: path.trim_end_matches('/').to_owned(),
            operations: Vec::new(),
            extensions: Extensions::read(&root).map_err(|wrong| origin.error(&root, &[wrong]))?,
            origin,
            root,
        };
        contract.operations = operations(&contract).map_err(|wrong| contract.wrong(&[wrong]))?;
        Ok(contract)
    }
}

/// Reads all operations of a contract.
fn operations(contract: &Contract) -> Result<Vec<Operation>, Wrong<'_>> {
    let mut operations = Vec::new();
    for (path, item) in json::members(contract.root.get("paths")) {
        let item = contract.resolve(item);
        for method in METHODS {
            if let Some(node) = item.get(method) {
                operations.push(operation(contract, path, method, item, node)?);
            }
        }
    }
    if operations.is_empty() {
        return Err(Wrong::new(&contract.root, "there is no operation").at("paths"));
    }
    tell_apart(contract, &mut operations)?;
    identity::assign(contract, &mut operations);
    Ok(operations)
}

/// Calls operations of one id by method and path. What the contract says of such an id could be said of either.
fn tell_apart<'a>(contract: &'a Contract, operations: &mut [Operation]) -> Result<(), Wrong<'a>> {
    let ids: Vec<String> = operations.iter().map(|operation| operation.id.clone()).collect();
    let is_twice = |id: &str| ids.iter().filter(|known| *known == id).count() > 1;
    let mut speaking = named(&contract.root).into_iter();
    if let Some((id, node)) = speaking.find_map(|node| Some((node.as_str().filter(|id| is_twice(id))?, node))) {
        return Err(Wrong::new(node, format!("two operations have the id `{id}`")));
    }
    for operation in operations.iter_mut().filter(|operation| is_twice(&operation.id)) {
        operation.id = format!("{} {}", operation.method, operation.template);
    }
    Ok(())
}

/// The ids by which lifecycles and approvals speak of operations.
fn named(node: &Value) -> Vec<&Value> {
    let mut found = Vec::new();
    match node {
        Value::Object(members) => {
            let by = json::items(node.pointer("/x-lifecycle/transitions")).map(|step| step.get("by"));
            let of = node.pointer("/x-payload-hash/of");
            found.extend(by.chain([of]).flatten());
            found.extend(members.values().flat_map(named));
        }
        Value::Array(items) => found.extend(items.iter().flat_map(named)),
        _ => {}
    }
    found
}

fn operation<'a>(
    contract: &'a Contract,
    path: &str,
    method: &str,
    item: &'a Value,
    node: &'a Value,
) -> Result<Operation, Wrong<'a>> {
    let id = node.get("operationId").and_then(Value::as_str);
    let id = id.map_or_else(|| format!("{method} {path}"), str::to_owned);
    let mut parameters: Vec<Parameter> = Vec::new();
    for list in [node.get("parameters"), item.get("parameters")].into_iter().flatten() {
        for one in list.as_array().into_iter().flatten() {
            let parameter = parameter(contract, contract.resolve(one));
            // A parameter of the operation stands before one of the path item.
            let is_it = |known: &Parameter| known.name == parameter.name && known.place == parameter.place;
            if !parameters.iter().any(is_it) {
                parameters.push(parameter);
            }
        }
    }
    let problems = texts(node.get("x-problems"));
    let registry = &contract.extensions.registry;
    let mut numbered = problems.iter().enumerate();
    if let Some((number, code)) = numbered.find(|(_, code)| !registry.contains_key(*code)) {
        let known = suggestion(code, registry.keys().map(String::as_str));
        let why = format!("`{code}` is not in `x-problem-registry`{known}");
        return Err(Wrong::new(node, why).at("x-problems").at(&number.to_string()));
    }
    let keyed = contract.extensions.idempotency.as_ref().is_some_and(|rules| {
        let is_of_all = rules.on.is_empty() && !matches!(method, "get" | "head" | "options" | "trace" | "query");
        is_of_all || rules.on.contains(&method.to_ascii_uppercase()) || node.pointer("/x-idempotency/intent").is_some()
    });
    Ok(Operation {
        method: method.to_ascii_uppercase(),
        template: format!("{}{path}", contract.prefix),
        parameters,
        body: node.get("requestBody").map(|body| self::body(contract.resolve(body))),
        answers: answers(contract, node, 200),
        refusals: answers(contract, node, 400),
        tags: texts(node.get("tags")),
        problems,
        problem_media: problem_media(contract, node),
        scheme: scheme(contract, node),
        keyed,
        refreshes: refreshes(node),
        looks_up: looks_up(node),
        subject: texts(node.pointer("/x-idempotency/subject")),
        pagination: pagination(contract, node),
        identity: None,
        inside: None,
        id,
    })
}

/// Returns `true` if a call only requests a fresh response: by its intent, or without an effect.
fn refreshes(node: &Value) -> bool {
    let is = |pointer: &str, word: &str| node.pointer(pointer).and_then(Value::as_str) == Some(word);
    is("/x-idempotency/intent", "refresh") || is("/x-effect", "none")
}

/// Returns `true` if a method of the same call asks for a fresh answer.
fn looks_up(node: &Value) -> bool {
    let mut intents = json::items(node.pointer("/x-sdk/aliases")).filter_map(|alias| alias.get("intent")?.as_str());
    intents.any(|intent| intent == "refresh")
}

fn texts(node: Option<&Value>) -> Vec<String> {
    let items = json::items(node);
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn parameter(contract: &Contract, node: &Value) -> Parameter {
    let text = |name: &str| node.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let content = || json::members(node.get("content")).next()?.1.get("schema");
    let schema = node.get("schema").or_else(content).cloned().unwrap_or_default();
    let name = text("name");
    let (explode, example) = (node.get("explode").and_then(Value::as_bool), node.get("example"));
    let newtype = node.get("x-newtype").and_then(Value::as_str).map(str::to_owned);
    Parameter {
        kind: newtype.unwrap_or_else(|| contract.kind(&name, &schema)),
        place: text("in"),
        required: node.get("required").and_then(Value::as_bool).unwrap_or(false),
        explode: explode.unwrap_or(text("in") == "query"),
        example: example.or_else(|| contract.word(&schema, "example")).cloned(),
        schema,
        name,
    }
}

fn body(node: &Value) -> Body {
    let media = json::members(node.get("content")).map(|(name, media)| {
        let schema = media.get("schema").cloned().unwrap_or_default();
        (name.to_ascii_lowercase(), schema)
    });
    Body {
        required: node.get("required").and_then(Value::as_bool).unwrap_or(false),
        media: media.collect(),
    }
}

/// The responses with the statuses of one hundred.
fn answers(contract: &Contract, node: &Value, hundred: u16) -> Vec<Answer> {
    let mut found = Vec::new();
    for (status, response) in json::members(node.get("responses")) {
        let status = match status.as_str() {
            "2XX" | "2xx" if hundred == 200 => Some(200),
            "4XX" | "4xx" | "default" if hundred == 400 => Some(ANY),
            text => text.parse().ok().filter(|status| status / 100 * 100 == hundred),
        };
        let Some(status) = status else { continue };
        let content = contract.resolve(response).get("content");
        let json = json::members(content).find(|(name, _)| name.contains("json"));
        let media = json.or_else(|| json::members(content).next());
        found.push(Answer {
            status,
            media: media.map(|(name, _)| name.clone()),
            schema: media
                .and_then(|(_, media)| media.get("schema").cloned())
                .unwrap_or_default(),
            example: media.and_then(|(_, media)| contract.media_example(media)).cloned(),
        });
    }
    found.sort_by_key(|answer| answer.status);
    found
}

fn problem_media(contract: &Contract, node: &Value) -> String {
    let failed = json::members(node.get("responses")).filter(|(status, _)| !status.starts_with('2'));
    let contents = failed.map(|(_, response)| contract.resolve(response).get("content"));
    let mut names = contents.filter_map(|content| json::members(content).next());
    let name = names.next().map(|(name, _)| name.clone());
    name.unwrap_or_else(|| "application/problem+json".to_owned())
}

fn scheme(contract: &Contract, node: &Value) -> Option<String> {
    let security = node.get("security").or_else(|| contract.root.get("security"));
    let mut names = json::items(security).flat_map(|one| json::members(Some(one)));
    let signing = names.find(|(name, _)| contract.extensions.signing.contains_key(*name));
    signing.map(|(name, _)| name.clone())
}

fn pagination(contract: &Contract, node: &Value) -> Option<Value> {
    let own = node.get("x-pagination")?;
    if own == &Value::Bool(false) {
        return None;
    }
    let common = contract.root.get("x-pagination").cloned();
    let mut merged = common.unwrap_or_else(|| Value::Object(Map::new()));
    if let (Some(merged), Some(own)) = (merged.as_object_mut(), own.as_object()) {
        merged.extend(own.clone());
    }
    Some(merged)
}

// The tree: text for every key (`200:` is a status, not a number), and numbers of any size.

/// A node of a tree.
pub(crate) struct Node(pub(crate) Value);

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

/// A number beyond 64 bits, which is kept as the nearest float where it has no other form.
fn large(text: &str) -> Node {
    let number = serde_json::from_str::<Number>(text).ok();
    Node(number.map_or(Value::Null, Value::Number))
}

impl<'de> Visitor<'de> for Reader {
    type Value = Node;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any YAML value")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Node, E> {
        Ok(Node(value.into()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Node, E> {
        Ok(Node(value.into()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Node, E> {
        Ok(Node(value.into()))
    }

    fn visit_i128<E: de::Error>(self, value: i128) -> Result<Node, E> {
        Ok(large(&value.to_string()))
    }

    fn visit_u128<E: de::Error>(self, value: u128) -> Result<Node, E> {
        Ok(large(&value.to_string()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Node, E> {
        Ok(Node(value.into()))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Node, E> {
        Ok(Node(value.into()))
    }

    fn visit_string<E: de::Error>(self, value: String) -> Result<Node, E> {
        Ok(Node(value.into()))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Node, E> {
        Ok(Node(Value::Null))
    }

    fn visit_none<E: de::Error>(self) -> Result<Node, E> {
        Ok(Node(Value::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        Node::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut all = Vec::new();
        while let Some(Node(item)) = items.next_element()? {
            all.push(item);
        }
        Ok(Node(Value::Array(all)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut members = Map::new();
        while let Some(Node(key)) = entries.next_key()? {
            let key = match key {
                Value::String(text) => text,
                Value::Number(_) | Value::Bool(_) => key.to_string(),
                other => {
                    return Err(<A::Error as de::Error>::custom(format!(
                        "{other} cannot be a member's name"
                    )));
                }
            };
            if members.contains_key(&key) {
                return Err(<A::Error as de::Error>::custom(format!(
                    "duplicate entry with key {key:?}"
                )));
            }
            let Node(value) = entries.next_value()?;
            members.insert(key, value);
        }
        Ok(Node(Value::Object(members)))
    }

    /// A value with a tag is the value.
    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Node, A::Error> {
        let (_, value) = tagged.variant::<String>()?;
        value.newtype_variant()
    }
}
