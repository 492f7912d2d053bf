//! In: the text of a contract, YAML or JSON. Out: the contract: its tree, its extensions, and a list of its operations. Never: an
//! opinion about which API it is.

use crate::contract::Contract;
use crate::error::Error;
use crate::extensions::Extensions;
use crate::identity;
use crate::near;
use crate::operation::{ANY, Answer, Body, Operation, Parameter};
use crate::origin::{Origin, Wrong};
use crate::tree::Tree;
use serde_json::Value;
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
        let json = || serde_json::from_str(text).ok().map(Tree);
        let read = serde_yaml::from_str(text).or_else(|source| json().ok_or(source));
        let Tree(root) = read.map_err(|source| origin.unreadable(&source))?;
        let version = root.get("openapi").and_then(Value::as_str).unwrap_or_default();
        if !version.starts_with("3.") {
            let why = format!("`openapi: {version}` is neither 3.0 nor 3.1");
            return Err(origin.error(&root, &[Wrong::new(&root, why).at("openapi")]));
        }
        let server = root
            .pointer("/servers/0/url")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let path = server
            .split_once("://")
            .map_or(server, |(_, rest)| rest.find('/').map_or("", |at| &rest[at..]));
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
    for (path, item) in contract
        .root
        .get("paths")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
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
            let steps = node.pointer("/x-lifecycle/transitions").and_then(Value::as_array);
            let by = steps.into_iter().flatten().map(|step| step.get("by"));
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
    let id = node
        .get("operationId")
        .and_then(Value::as_str)
        .map_or_else(|| format!("{method} {path}"), str::to_owned);
    let mut parameters: Vec<Parameter> = Vec::new();
    for list in [node.get("parameters"), item.get("parameters")].into_iter().flatten() {
        for one in list.as_array().into_iter().flatten() {
            let parameter = parameter(contract, contract.resolve(one));
            // A parameter of the operation stands before one of the path item.
            if !parameters
                .iter()
                .any(|known| known.name == parameter.name && known.place == parameter.place)
            {
                parameters.push(parameter);
            }
        }
    }
    let problems = texts(node.get("x-problems"));
    let registry = &contract.extensions.registry;
    if let Some((number, code)) = problems
        .iter()
        .enumerate()
        .find(|(_, code)| !registry.contains_key(*code))
    {
        let known = near::suggestion(code, registry.keys().map(String::as_str));
        let why = format!("`{code}` is not in `x-problem-registry`{known}");
        return Err(Wrong::new(node, why).at("x-problems").at(&number.to_string()));
    }
    let keyed =
        contract.extensions.idempotency.is_some() && !matches!(method, "get" | "head" | "options" | "trace" | "query");
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
        refreshes: node.pointer("/x-idempotency/intent").and_then(Value::as_str) == Some("refresh"),
        looks_up: looks_up(node),
        subject: texts(node.pointer("/x-idempotency/subject")),
        pagination: pagination(contract, node),
        identity: None,
        inside: None,
        id,
    })
}

/// Returns `true` if a method of the same call asks for a fresh answer.
fn looks_up(node: &Value) -> bool {
    let aliases = node.pointer("/x-sdk/aliases").and_then(Value::as_array);
    let mut intents = aliases
        .into_iter()
        .flatten()
        .filter_map(|alias| alias.get("intent")?.as_str());
    intents.any(|intent| intent == "refresh")
}

fn texts(node: Option<&Value>) -> Vec<String> {
    let items = node.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn parameter(contract: &Contract, node: &Value) -> Parameter {
    let text = |name: &str| node.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let content = node
        .get("content")
        .and_then(Value::as_object)
        .and_then(|content| content.values().next());
    let schema = node
        .get("schema")
        .or_else(|| content.and_then(|media| media.get("schema")))
        .cloned()
        .unwrap_or_default();
    let name = text("name");
    let newtype = node.get("x-newtype").and_then(Value::as_str).map(str::to_owned);
    Parameter {
        kind: newtype.unwrap_or_else(|| contract.kind(&name, &schema)),
        place: text("in"),
        required: node.get("required").and_then(Value::as_bool).unwrap_or(false),
        explode: node
            .get("explode")
            .and_then(Value::as_bool)
            .unwrap_or(text("in") == "query"),
        example: node
            .get("example")
            .or_else(|| contract.word(&schema, "example"))
            .cloned(),
        schema,
        name,
    }
}

fn body(node: &Value) -> Body {
    let content = node.get("content").and_then(Value::as_object);
    Body {
        required: node.get("required").and_then(Value::as_bool).unwrap_or(false),
        media: content
            .into_iter()
            .flatten()
            .map(|(name, media)| {
                (
                    name.to_ascii_lowercase(),
                    media.get("schema").cloned().unwrap_or_default(),
                )
            })
            .collect(),
    }
}

/// The responses with the statuses of one hundred.
fn answers(contract: &Contract, node: &Value, hundred: u16) -> Vec<Answer> {
    let mut found = Vec::new();
    for (status, response) in node.get("responses").and_then(Value::as_object).into_iter().flatten() {
        let status = match status.as_str() {
            "2XX" | "2xx" if hundred == 200 => Some(200),
            "4XX" | "4xx" | "default" if hundred == 400 => Some(ANY),
            text => text.parse().ok().filter(|status| status / 100 * 100 == hundred),
        };
        let Some(status) = status else { continue };
        let content = contract.resolve(response).get("content").and_then(Value::as_object);
        let media = content.and_then(|content| {
            content
                .iter()
                .find(|(name, _)| name.contains("json"))
                .or_else(|| content.iter().next())
        });
        found.push(Answer {
            status,
            media: media.map(|(name, _)| name.clone()),
            schema: media
                .and_then(|(_, media)| media.get("schema"))
                .cloned()
                .unwrap_or_default(),
            example: media.and_then(|(_, media)| media_example(contract, media)),
        });
    }
    found.sort_by_key(|answer| answer.status);
    found
}

fn media_example(contract: &Contract, media: &Value) -> Option<Value> {
    let named = media
        .get("examples")
        .and_then(Value::as_object)
        .and_then(|examples| examples.values().next());
    let named = named.and_then(|example| contract.resolve(example).get("value"));
    media.get("example").or(named).cloned()
}

fn problem_media(contract: &Contract, node: &Value) -> String {
    let responses = node.get("responses").and_then(Value::as_object);
    let failed = responses
        .into_iter()
        .flatten()
        .filter(|(status, _)| !status.starts_with('2'));
    let mut names =
        failed.filter_map(|(_, response)| contract.resolve(response).get("content")?.as_object()?.keys().next());
    names
        .next()
        .map_or_else(|| "application/problem+json".to_owned(), Clone::clone)
}

fn scheme(contract: &Contract, node: &Value) -> Option<String> {
    let security = node
        .get("security")
        .or_else(|| contract.root.get("security"))?
        .as_array()?;
    let mut names = security.iter().filter_map(Value::as_object).flat_map(|one| one.keys());
    names
        .find(|name| contract.extensions.signing.contains_key(*name))
        .cloned()
}

fn pagination(contract: &Contract, node: &Value) -> Option<Value> {
    let own = node.get("x-pagination")?;
    if own == &Value::Bool(false) {
        return None;
    }
    let mut merged = contract
        .root
        .get("x-pagination")
        .cloned()
        .unwrap_or_else(|| Value::Object(serde_json::Map::new()));
    if let (Some(merged), Some(own)) = (merged.as_object_mut(), own.as_object()) {
        merged.extend(own.clone());
    }
    Some(merged)
}
