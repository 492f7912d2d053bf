//! Names of nodes for sentences: `Pet.name`, `limit of GET /pets`.

use sdkwright_codegen::source::Node;

/// Words of a pointer that name nothing to a reader.
const SILENT: [&str; 12] = [
    "properties",
    "schema",
    "content",
    "schemas",
    "allOf",
    "oneOf",
    "anyOf",
    "prefixItems",
    "components",
    "parameters",
    "responses",
    "paths",
];

/// Returns the name of a schema or of one of its members.
pub(crate) fn schema(node: Node<'_>) -> String {
    let pointer = node.pointer();
    let tokens: Vec<String> = pointer
        .split('/')
        .skip(1)
        .map(|token| token.replace("~1", "/").replace("~0", "~"))
        .collect();
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    let (mut name, rest) = start(node, &tokens);
    let mut after_properties = false;
    for token in rest {
        if after_properties {
            after_properties = false;
            if !name.is_empty() {
                name.push('.');
            }
            name.push_str(token);
            continue;
        }
        match *token {
            "properties" => after_properties = true,
            "items" => name.push_str("[]"),
            "additionalProperties" | "patternProperties" => name.push_str("{}"),
            _ => {}
        }
    }
    name
}

/// Returns what a pointer begins with, as a name, and the tokens behind it.
fn start<'p>(node: Node<'_>, tokens: &'p [&'p str]) -> (String, &'p [&'p str]) {
    match tokens {
        ["components", _, name, rest @ ..] => ((*name).to_owned(), rest),
        ["paths", path, "parameters", at, rest @ ..] => (parameter(node, &["paths", path, "parameters", at]), rest),
        ["paths", path, method, "parameters", at, rest @ ..] => {
            (parameter(node, &["paths", path, method, "parameters", at]), rest)
        }
        ["paths", _, _, "requestBody", rest @ ..] => ("the request body".to_owned(), rest),
        ["paths", _, _, "responses", status, "headers", name, rest @ ..] => {
            (format!("header {name} of the answer {status}"), rest)
        }
        ["paths", _, _, "responses", status, rest @ ..] => (format!("the answer {status}"), rest),
        ["paths", path, method, rest @ ..] => (format!("{} {path}", method.to_ascii_uppercase()), rest),
        ["webhooks", name, rest @ ..] => (format!("the event {name}"), rest),
        _ => {
            let told = tokens.iter().rev().find(|token| !SILENT.contains(token));
            (told.map_or_else(String::new, |token| (*token).to_owned()), &[])
        }
    }
}

/// Returns the name of the parameter at a pointer.
fn parameter(node: Node<'_>, tokens: &[&str]) -> String {
    let mut root = node;
    while let Some(parent) = root.parent() {
        root = parent;
    }
    let mut at = Some(root);
    for token in tokens {
        at = at.and_then(|node| match token.parse::<usize>() {
            Ok(index) if node.is_seq() => node.items().nth(index),
            _ => node.get(token),
        });
    }
    let name = at.and_then(|node| node.get("name")).and_then(Node::as_str);
    name.unwrap_or("the parameter").to_owned()
}
