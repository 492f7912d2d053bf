//! In: the text of a contract, YAML or JSON. Out: the contract: its tree, its extensions, and a list of its operations. Never: an
//! opinion about which API it is.

use crate::contract::{Contract, METHODS, methods};
use crate::error::{Error, suggestion};
use crate::extensions::{Idempotency, KeyMember, RootExtensions, idempotency};
use crate::files::{self, JoinedContract};
use crate::log::is_safe;
use crate::operation::{
    ANY, JSON, MediaType, Operation, Parameter, RequestBody, Response, ResponseForm, ResponseHeader,
};
use crate::origin::{Defect, Source};
use crate::source::{self, read_text, tree};
use crate::{identity, json, swagger};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;

impl Contract {
    /// Reads the text of a contract, YAML or JSON.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let origin = Source::new(text, None);
        Self::of(tree(text, &origin)?, origin, Vec::new())
    }

    /// Reads the file of a contract, with the files that its references lead to. Without overlays and a folder for these files,
    /// those of `contracts.yaml` apply.
    pub(crate) fn read_file(path: &Path, overlays: &[PathBuf], folder: Option<&Path>) -> Result<Self, Error> {
        let text = read_text(path)?;
        let origin = Source::new(&text, Some(path));
        let mut root = tree(&text, &origin)?;
        let listed = source::listed_contract(path)?;
        for overlay in Some(overlays)
            .filter(|given| !given.is_empty())
            .unwrap_or(&listed.overlays)
        {
            source::apply_overlay(&mut root, overlay)?;
        }
        let beside = path
            .parent()
            .filter(|folder| *folder != Path::new(""))
            .unwrap_or(Path::new("."));
        let folder = folder.or(listed.root.as_deref()).unwrap_or(beside);
        let JoinedContract { origin, unchecked } = files::join(&mut root, path, origin, folder)?;
        Self::of(root, origin, unchecked)
    }

    fn of(mut root: Value, origin: Source, unchecked: Vec<String>) -> Result<Self, Error> {
        if swagger::is_swagger(&root) {
            root = swagger::convert(&root);
        }
        let version = root.get("openapi").and_then(Value::as_str).unwrap_or_default();
        if !version.starts_with("3.") {
            let why = format!("`openapi: {version}` is neither 3.0, 3.1 nor 3.2");
            return Err(origin.error(&root, &[Defect::new(&root, why).at("openapi")]));
        }
        let server = root.pointer("/servers/0/url").and_then(Value::as_str);
        let server = server.unwrap_or_default();
        let host = server.split_once("://");
        let path = host.map_or(server, |(_, rest)| rest.find('/').map_or("", |at| &rest[at..]));
        let mut contract = Self {
            is_30: version.starts_with("3.0"),
            prefix: path.trim_end_matches('/').to_owned(),
            operations: Vec::new(),
            extensions: RootExtensions::new(&root).map_err(|wrong| origin.error(&root, &[wrong]))?,
            origin,
            root,
        };
        contract.extensions.unchecked.extend(unchecked);
        contract.operations = operations(&contract).map_err(|wrong| contract.wrong(&[wrong]))?;
        Ok(contract)
    }
}

/// Returns the defect of a key of `additionalOperations` that is not a method, or is a key of the path item in another case.
fn wrong_method(item: &Value) -> Option<Defect<'_>> {
    let others = json::members(item.get("additionalOperations"));
    let mut wrong = others.filter_map(|(method, node)| {
        let is_fixed = METHODS.contains(&&*method.to_ascii_lowercase());
        let is_method = !is_fixed && !method.eq_ignore_ascii_case("connect") && method.parse::<hyper::Method>().is_ok();
        (!is_method).then(|| Defect::new(node, format!("`{method}` is not a method of `additionalOperations`")))
    });
    wrong.next()
}

/// Reads all operations of a contract.
fn operations(contract: &Contract) -> Result<Vec<Operation>, Defect<'_>> {
    let mut operations = Vec::new();
    for (path, item) in json::members(contract.root.get("paths")) {
        let item = contract.resolve(item);
        if let Some(wrong) = wrong_method(item) {
            return Err(wrong);
        }
        for (method, node) in methods(item) {
            operations.push(operation(contract, path, &method, item, node)?);
        }
    }
    if operations.is_empty() {
        return Err(Defect::new(&contract.root, "there is no operation").at("paths"));
    }
    tell_apart(contract, &mut operations)?;
    identity::assign(contract, &mut operations);
    Ok(operations)
}

/// Calls operations of one id by method and path. What the contract says of such an id could be said of either.
fn tell_apart<'a>(contract: &'a Contract, operations: &mut [Operation]) -> Result<(), Defect<'a>> {
    let ids: Vec<String> = operations.iter().map(|operation| operation.id.clone()).collect();
    let is_twice = |id: &str| ids.iter().filter(|known| *known == id).count() > 1;
    let mut named = named(&contract.root);
    if let Some((id, node)) = named.find_map(|node| Some((node.as_str().filter(|id| is_twice(id))?, node))) {
        return Err(Defect::new(node, format!("two operations have the id `{id}`")));
    }
    for operation in operations.iter_mut().filter(|operation| is_twice(&operation.id)) {
        operation.id = format!("{} {}", operation.method, operation.template);
    }
    Ok(())
}

/// The ids by which lifecycles and approvals refer to operations.
fn named(root: &Value) -> impl Iterator<Item = &Value> {
    json::nodes(root).flat_map(|node| {
        let steps = json::items(node.pointer("/x-lifecycle/transitions"));
        let by = steps.filter_map(|step| step.get("by"));
        by.chain(node.pointer("/x-payload-hash/of"))
    })
}

fn operation<'a>(
    contract: &'a Contract,
    path: &str,
    method: &str,
    item: &'a Value,
    node: &'a Value,
) -> Result<Operation, Defect<'a>> {
    let id = node.get("operationId").and_then(Value::as_str);
    let id = id.map_or_else(|| format!("{} {path}", method.to_ascii_lowercase()), str::to_owned);
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
        return Err(Defect::new(node, why).at("x-problems").at(&number.to_string()));
    }
    let keyed = contract.extensions.idempotency.as_ref().is_some_and(|rules| {
        let is_of_all = rules.on.is_empty() && !is_safe(method);
        is_of_all || rules.on.iter().any(|on| on == method) || node.pointer("/x-idempotency/intent").is_some()
    });
    Ok(Operation {
        method: method.to_owned(),
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
        own_keys: own_keys(contract, path, method, node, item),
        refreshes: refreshes(node),
        looks_up: looks_up(node),
        subject: texts(node.pointer("/x-idempotency/subject")),
        pagination: pagination(contract, node),
        identity: None,
        inside: None,
        id,
    })
}

/// The rules of a key that an operation declares without an extension; of two headers, neither is certain.
fn own_keys(contract: &Contract, path: &str, method: &str, node: &Value, item: &Value) -> Option<Arc<Idempotency>> {
    if is_safe(method) || contract.extensions.idempotency.is_some() {
        return None;
    }
    let rules = contract.root.get("x-idempotency").unwrap_or(&Value::Null);
    let names_a_key = |name: &str| name.to_ascii_lowercase().contains("idempoten");
    let all = json::items(node.get("parameters")).chain(json::items(item.get("parameters")));
    let headers = all.map(|one| contract.resolve(one)).filter(|one| {
        one.get("in").and_then(Value::as_str) == Some("header") && one.get("deprecated") != Some(&Value::Bool(true))
    });
    let mut headers = headers
        .filter_map(|one| one.get("name")?.as_str())
        .filter(|name| names_a_key(name));
    if let Some(header) = headers.next() {
        let is_only = headers.all(|other| other.eq_ignore_ascii_case(header));
        return is_only.then(|| Arc::new(idempotency(rules, header, None)));
    }
    let id = node.get("operationId").and_then(Value::as_str).unwrap_or_default();
    let named = rules.get("member").and_then(Value::as_str);
    if named.is_none() && (names_a_key(id) || names_a_key(path)) {
        return None;
    }
    let content = node
        .get("requestBody")
        .and_then(|body| contract.resolve(body).get("content"));
    let mut forms = json::members(content);
    let (media, form) = forms.next()?;
    let has_parts = media == "multipart/form-data";
    if !forms.all(|(other, _)| json::is_media(other) && !has_parts) {
        return None;
    }
    let schema = form.get("schema").filter(|_| has_parts || json::is_media(media))?;
    let objects: Vec<(Option<&str>, &Value)> = if has_parts {
        let parts = contract.properties(schema).into_iter();
        parts.map(|(name, part)| (Some(name), part)).collect()
    } else {
        vec![(None, schema)]
    };
    let keys = objects.into_iter().filter_map(|(part, schema)| {
        let mut members = contract.properties(schema).into_iter();
        let (name, property) = members.find(|(name, _)| match named {
            Some(named) => *name == named,
            None => name.to_ascii_lowercase().starts_with("idempoten"),
        })?;
        let is_text = contract.type_of(property) == Some("string") && !contract.is_set(property, "deprecated");
        is_text.then(|| KeyMember {
            part: part.map(str::to_owned),
            name: name.to_owned(),
        })
    });
    // Of keys in two parts, neither is certain.
    let key = json::exactly_one(keys)?;
    Some(Arc::new(idempotency(rules, "", Some(key))))
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
    let content = json::members(node.get("content")).next();
    let content = content.map(|(media, form)| (media, contract.resolve(form)));
    let of_content = || content?.1.get("schema");
    let mut schema = node.get("schema").or_else(of_content).cloned().unwrap_or_default();
    if node.get("allowEmptyValue") == Some(&Value::Bool(true)) {
        schema = json!({ "anyOf": [schema, { "enum": [""] }] });
    }
    let (name, place) = (text("name"), text("in"));
    let usual = if matches!(place.as_str(), "path" | "header") {
        "simple"
    } else {
        "form"
    };
    let style = Some(text("style")).filter(|style| !style.is_empty());
    let of_json = content.filter(|(media, _)| json::is_media(media));
    let style = of_json
        .map(|_| JSON.to_owned())
        .or(style)
        .unwrap_or_else(|| usual.to_owned());
    let is = |name: &str| node.get(name).and_then(Value::as_bool);
    let example = node.get("example");
    let newtype = node.get("x-newtype").and_then(Value::as_str).map(str::to_owned);
    Parameter {
        kind: newtype.unwrap_or_else(|| contract.kind(&name, &schema)),
        required: is("required").unwrap_or(false),
        explode: is("explode").unwrap_or(matches!(style.as_str(), "form" | "cookie")),
        is_reserved: is("allowReserved").unwrap_or(false),
        encoding: content
            .and_then(|(_, form)| form.get("encoding"))
            .cloned()
            .unwrap_or_default(),
        style,
        place,
        example: example.or_else(|| contract.word(&schema, "example")).cloned(),
        schema,
        name,
    }
}

fn body(node: &Value) -> RequestBody {
    let media = json::members(node.get("content")).map(|(name, media)| MediaType {
        name: name.to_ascii_lowercase(),
        schema: media.get("schema").cloned().unwrap_or_default(),
        item: media.get("itemSchema").cloned(),
        encoding: media.get("encoding").cloned().unwrap_or_default(),
    });
    RequestBody {
        required: node.get("required").and_then(Value::as_bool).unwrap_or(false),
        media: media.collect(),
    }
}

/// The responses with the statuses of successes (200), or of refusals (400).
fn answers(contract: &Contract, node: &Value, hundred: u16) -> Vec<Response> {
    let mut found = Vec::new();
    let mut responses: Vec<_> = json::members(node.get("responses")).collect();
    responses.sort_by_key(|(status, _)| *status == "default");
    for (status, response) in responses {
        let status = match status.as_str() {
            "2XX" | "2xx" if hundred == 200 => Some(200),
            "4XX" | "4xx" | "default" if hundred == 400 => Some(ANY),
            text => text.parse().ok().filter(|status: &u16| match hundred {
                200 => status / 100 == 2,
                _ => (400..600).contains(status),
            }),
        };
        let Some(status) = status else { continue };
        let response = contract.resolve(response);
        let content = response.get("content");
        let json = json::members(content).find(|(name, _)| json::is_media(name));
        let media = json.or_else(|| json::members(content).next());
        let forms = json::members(content).map(|(name, media)| ResponseForm {
            media: name.clone(),
            schema: media.get("schema").cloned().unwrap_or_default(),
            example: contract.media_example(media).cloned(),
        });
        found.push(Response {
            status,
            others: forms
                .filter(|form| media.is_none_or(|(name, _)| *name != form.media))
                .collect(),
            headers: json::members(response.get("headers"))
                .map(|(name, header)| response_header(contract, name, contract.resolve(header)))
                .collect(),
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

fn response_header(contract: &Contract, name: &str, node: &Value) -> ResponseHeader {
    let content = json::members(node.get("content")).next();
    let schema = content.map_or(node, |(_, media)| media).get("schema");
    ResponseHeader {
        name: name.to_owned(),
        required: node.get("required") == Some(&Value::Bool(true)),
        example: contract
            .media_example(content.map_or(node, |(_, media)| media))
            .cloned(),
        schema: schema.cloned().unwrap_or_default(),
        is_json: content.is_some_and(|(media, _)| json::is_media(media)),
    }
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
