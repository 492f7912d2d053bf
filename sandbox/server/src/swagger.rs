//! In: the tree of a contract in Swagger 2.0, with the files it refers to. Out: the same contract in the form of OpenAPI 3.0. Never: a part
//! that has no place there.

use crate::contract::METHODS;
use crate::json;
use serde_json::{Map, Value, json};

/// Members of the root that have another form or place in 3.0.
#[rustfmt::skip]
const MOVED: [&str; 10] = [
    "swagger", "host", "basePath", "schemes", "consumes", "produces", "definitions", "responses", "securityDefinitions", "components",
];
/// Members of a node whose own members have names of the contract in place of keywords.
const NAMED: [&str; 4] = ["properties", "schemas", "responses", "headers"];
/// Members of a parameter or header that do not belong to its schema.
#[rustfmt::skip]
const BESIDE: [&str; 8] = [
    "name", "in", "required", "description", "allowEmptyValue", "collectionFormat", "deprecated", "schema",
];
/// Limit of references in a chain.
const CHAIN: usize = 32;

/// Returns `true` if a contract is in Swagger 2.0.
pub(crate) fn is_swagger(root: &Value) -> bool {
    root.get("swagger").and_then(Value::as_str) == Some("2.0")
}

/// Converts a contract.
pub(crate) fn convert(old: &Value) -> Value {
    let mut root = Map::new();
    root.insert("openapi".to_owned(), "3.0.3".into());
    root.insert("servers".to_owned(), json!([{ "url": server(old) }]));
    for (name, value) in json::members(Some(old)).filter(|(name, _)| !MOVED.contains(&name.as_str())) {
        root.insert(name.clone(), value.clone());
    }
    let paths = json::members(old.get("paths")).map(|(path, item)| (path.clone(), path_item(old, item)));
    root.insert("paths".to_owned(), paths.collect::<Map<_, _>>().into());
    let mut schemas = old.get("definitions").cloned().unwrap_or_else(|| json!({}));
    // Schemas of other files.
    if let (Some(known), Some(joined)) = (schemas.as_object_mut(), old.pointer("/components/schemas")) {
        known.extend(json::members(Some(joined)).map(|(name, schema)| (name.clone(), schema.clone())));
    }
    let security = json::members(old.get("securityDefinitions"));
    let security: Map<_, _> = security.map(|(name, one)| (name.clone(), scheme(one))).collect();
    let components = json!({ "schemas": schemas, "securitySchemes": security });
    root.insert("components".to_owned(), components);
    let mut root = Value::Object(root);
    rename(&mut root);
    root
}

/// The URL of the server: its path alone matters here.
fn server(root: &Value) -> String {
    let text = |name: &str| root.get(name).and_then(Value::as_str).unwrap_or_default();
    let path = text("basePath").trim_end_matches('/');
    match text("host") {
        "" => path.to_owned(),
        host => format!("https://{host}{path}"),
    }
}

/// Follows a reference to a parameter, a response or a path item.
fn meant<'a>(root: &'a Value, node: &'a Value) -> &'a Value {
    let mut found = node;
    for _ in 0..CHAIN {
        let to = found
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|to| to.strip_prefix('#'));
        match to.and_then(|to| root.pointer(to)) {
            Some(next) => found = next,
            None => break,
        }
    }
    found
}

fn path_item(root: &Value, item: &Value) -> Value {
    let item = meant(root, item);
    let shared: Vec<&Value> = json::items(item.get("parameters"))
        .map(|one| meant(root, one))
        .collect();
    let members = json::members(Some(item)).filter(|(name, _)| *name != "parameters");
    let members = members.map(|(name, node)| {
        let is_method = METHODS.contains(&name.as_str());
        let node = if is_method {
            operation(root, &shared, node)
        } else {
            node.clone()
        };
        (name.clone(), node)
    });
    members.collect::<Map<_, _>>().into()
}

fn operation(root: &Value, shared: &[&Value], old: &Value) -> Value {
    let of = |parameter: &Value, word: &str| {
        parameter
            .get(word)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let own = json::items(old.get("parameters")).map(|one| meant(root, one));
    let mut all: Vec<&Value> = own.collect();
    let is_body = |one: &Value| of(one, "in") == "body";
    for one in shared {
        let is_same =
            |known: &&Value| of(known, "in") == of(one, "in") && (is_body(one) || of(known, "name") == of(one, "name"));
        if !all.iter().any(is_same) {
            all.push(one);
        }
    }
    let mut new: Map<String, Value> = old.as_object().cloned().unwrap_or_default();
    for word in ["consumes", "produces", "parameters", "responses"] {
        new.remove(word);
    }
    let plain = all
        .iter()
        .filter(|one| !matches!(of(one, "in").as_str(), "body" | "formData"));
    new.insert("parameters".to_owned(), plain.map(|one| parameter(one)).collect());
    let fields: Vec<&Value> = all.iter().copied().filter(|one| of(one, "in") == "formData").collect();
    if let Some(body) = all.iter().find(|one| is_body(one)) {
        let schema = body.get("schema").cloned().unwrap_or_default();
        let media = media(root, old, "consumes").into_iter();
        let content: Map<_, _> = media.map(|name| (name, json!({ "schema": schema.clone() }))).collect();
        let required = body.get("required") == Some(&Value::Bool(true));
        new.insert(
            "requestBody".to_owned(),
            json!({ "required": required, "content": content }),
        );
    } else if !fields.is_empty() {
        new.insert("requestBody".to_owned(), form(&fields, &media(root, old, "consumes")));
    }
    let responses = json::members(old.get("responses"));
    let responses = responses.map(|(status, one)| (status.clone(), response(root, old, meant(root, one))));
    new.insert("responses".to_owned(), responses.collect::<Map<_, _>>().into());
    Value::Object(new)
}

/// The body of an operation with fields.
fn form(fields: &[&Value], listed: &[String]) -> Value {
    let mut properties = Map::new();
    let mut encoding = Map::new();
    let mut required: Vec<Value> = Vec::new();
    for field in fields {
        let Some(name) = field.get("name").and_then(Value::as_str) else {
            continue;
        };
        properties.insert(name.to_owned(), schema(field));
        if let Some(style) = style(field) {
            encoding.insert(name.to_owned(), style);
        }
        if field.get("required") == Some(&Value::Bool(true)) {
            required.push(name.into());
        }
    }
    let has_files = fields
        .iter()
        .any(|field| field.get("type").and_then(Value::as_str) == Some("file"));
    let (parts, pairs) = ("multipart/form-data", "application/x-www-form-urlencoded");
    let is_form = |name: &&String| *name == parts || (*name == pairs && !has_files);
    let mut media: Vec<String> = listed.iter().filter(is_form).cloned().collect();
    if media.is_empty() {
        media.push(if has_files { parts } else { pairs }.to_owned());
    }
    let is_required = !required.is_empty();
    let mut object = json!({ "type": "object", "properties": properties });
    if is_required {
        object["required"] = required.into();
    }
    let form = json!({ "schema": object, "encoding": encoding });
    let content: Map<_, _> = media.into_iter().map(|name| (name, form.clone())).collect();
    json!({ "required": is_required, "content": content })
}

/// The media types of an operation, or else those of the root, or else JSON.
fn media(root: &Value, operation: &Value, word: &str) -> Vec<String> {
    let listed = json::items(operation.get(word).or_else(|| root.get(word))).filter_map(Value::as_str);
    let mut media: Vec<String> = listed.map(str::to_owned).collect();
    media.sort_by_key(|name| !name.contains("json"));
    if media.is_empty() {
        media.push("application/json".to_owned());
    }
    media
}

fn response(root: &Value, operation: &Value, old: &Value) -> Value {
    let mut new: Map<String, Value> = old.as_object().cloned().unwrap_or_default();
    let (schema, examples) = (new.remove("schema"), new.remove("examples"));
    if let Some(headers) = new.get_mut("headers") {
        *headers = json::members(Some(headers))
            .map(|(name, one)| (name.clone(), parameter(one)))
            .collect::<Map<_, _>>()
            .into();
    }
    let is_listed = operation.get("produces").or_else(|| root.get("produces")).is_some();
    let is_file = schema.as_ref().and_then(|schema| schema.get("type")?.as_str()) == Some("file");
    let mut media = match (is_file, is_listed) {
        (true, false) => vec!["application/octet-stream".to_owned()],
        _ if schema.is_some() => media(root, operation, "produces"),
        _ => Vec::new(),
    };
    let known = media.clone();
    let more = json::members(examples.as_ref()).map(|(name, _)| name);
    media.extend(more.filter(|name| !known.contains(name)).cloned());
    if is_file {
        media.sort_by_key(|name| name.contains("json"));
    }
    let content = media.into_iter().map(|name| {
        let mut form = Map::new();
        if let Some(schema) = &schema {
            form.insert("schema".to_owned(), schema.clone());
        }
        if let Some(example) = examples.as_ref().and_then(|examples| examples.get(&name)) {
            form.insert("example".to_owned(), example.clone());
        }
        (name, Value::Object(form))
    });
    let content: Map<_, _> = content.collect();
    if !content.is_empty() {
        new.insert("content".to_owned(), content.into());
    }
    Value::Object(new)
}

/// Converts a parameter outside of a body, or a header.
fn parameter(old: &Value) -> Value {
    let of_old = json::members(Some(old)).filter(|(name, _)| BESIDE.contains(&name.as_str()) || name.starts_with("x-"));
    let mut new: Map<String, Value> = of_old.map(|(name, value)| (name.clone(), value.clone())).collect();
    new.insert("schema".to_owned(), schema(old));
    if let Some(Value::Object(style)) = style(old) {
        new.extend(style);
    }
    Value::Object(new)
}

/// The schema of a parameter, a field or a header: its own members.
fn schema(old: &Value) -> Value {
    let own = json::members(Some(old)).filter(|(name, _)| !BESIDE.contains(&name.as_str()));
    let own: Map<_, _> = own.map(|(name, value)| (name.clone(), value.clone())).collect();
    own.into()
}

/// `style` and `explode` of a list. Its usual format is `csv`.
fn style(old: &Value) -> Option<Value> {
    if old.get("type").and_then(Value::as_str) != Some("array") {
        return None;
    }
    let is_pair = matches!(old.get("in").and_then(Value::as_str), Some("query" | "formData"));
    let style = match old.get("collectionFormat").and_then(Value::as_str).unwrap_or("csv") {
        "csv" | "multi" if is_pair => "form",
        "csv" => "simple",
        "ssv" => "spaceDelimited",
        "pipes" => "pipeDelimited",
        other => other,
    };
    let explode = old.get("collectionFormat").and_then(Value::as_str) == Some("multi");
    Some(json!({ "style": style, "explode": explode }))
}

fn scheme(old: &Value) -> Value {
    let text = |name: &str| old.get(name).and_then(Value::as_str).unwrap_or_default();
    let mut new: Map<String, Value> = old.as_object().cloned().unwrap_or_default();
    if text("type") == "basic" {
        new.insert("type".to_owned(), "http".into());
        new.insert("scheme".to_owned(), "basic".into());
    } else if text("type") == "oauth2" {
        let flow = match text("flow") {
            "application" => "clientCredentials",
            "accessCode" => "authorizationCode",
            same => same,
        };
        let mut members = json!({ "scopes": {} });
        for name in ["authorizationUrl", "tokenUrl", "scopes"] {
            if let Some(value) = new.remove(name) {
                members[name] = value;
            }
        }
        new.remove("flow");
        new.insert("flows".to_owned(), json!({ flow: members }));
    }
    Value::Object(new)
}

/// Gives schemas and their references the words of 3.0.
fn rename(root: &mut Value) {
    let mut open = vec![(root, false)];
    while let Some((node, is_named)) = open.pop() {
        match node {
            Value::Object(members) => {
                if !is_named {
                    rename_keywords(members);
                }
                let is_data = |name: &str| matches!(name, "example" | "examples" | "default" | "enum");
                let inside = members.iter_mut().filter(|(name, _)| is_named || !is_data(name));
                open.extend(inside.map(|(name, value)| (value, !is_named && NAMED.contains(&name.as_str()))));
            }
            Value::Array(items) => open.extend(items.iter_mut().map(|item| (item, false))),
            _ => {}
        }
    }
}

fn rename_keywords(members: &mut Map<String, Value>) {
    if let Some(Value::String(to)) = members.get_mut("$ref")
        && let Some(name) = to.strip_prefix("#/definitions/")
    {
        *to = format!("#/components/schemas/{name}");
    }
    if let Some(Value::String(name)) = members.get("discriminator") {
        let discriminator = json!({ "propertyName": name });
        members.insert("discriminator".to_owned(), discriminator);
    }
    if members.get("type").and_then(Value::as_str) == Some("file") {
        members.insert("type".to_owned(), "string".into());
        members.insert("format".to_owned(), "binary".into());
    }
    if let Some(Value::Bool(nullable)) = members.get("x-nullable") {
        members.insert("nullable".to_owned(), (*nullable).into());
    }
}
