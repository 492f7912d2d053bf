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

/// Returns a schema or one of its members as the subject of a sentence: `Pet.name`, the request body of `POST /pets`.
pub(crate) fn schema(node: Node<'_>) -> String {
    let pointer = node.pointer();
    let tokens: Vec<String> = pointer
        .split('/')
        .skip(1)
        .map(|token| token.replace("~1", "/").replace("~0", "~"))
        .collect();
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    let (start, rest) = start(node, &tokens);
    let (mut name, holder) = match start {
        Start::Name(name) => (name, None),
        Start::Holder(holder) => (String::new(), Some(holder)),
    };
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
    match holder {
        None => format!("`{name}`"),
        Some(holder) if name.is_empty() => holder,
        Some(holder) if name == "[]" => format!("each item of {holder}"),
        Some(holder) => format!("`{name}` in {holder}"),
    }
}

/// First words of the subject of a sentence.
enum Start {
    /// A name, to which those of members are added.
    Name(String),
    /// Words for what has no name of its own.
    Holder(String),
}

/// Returns what a pointer begins with, and the tokens behind it.
fn start<'p>(node: Node<'_>, tokens: &'p [&'p str]) -> (Start, &'p [&'p str]) {
    let call = |method: &str, path: &str| format!("`{} {path}`", method.to_ascii_uppercase());
    let (holder, rest) = match tokens {
        ["paths", path, method, "requestBody", rest @ ..] => {
            (format!("the request body of {}", call(method, path)), rest)
        }
        ["paths", path, method, "responses", status, "headers", name, rest @ ..] => {
            let of = format!("the header `{name}` of the answer {status} of {}", call(method, path));
            (of, rest)
        }
        ["paths", path, method, "responses", status, rest @ ..] => {
            (format!("the answer {status} of {}", call(method, path)), rest)
        }
        ["webhooks", name, rest @ ..] => (format!("the event `{name}`"), rest),
        _ => {
            let (name, rest) = named(node, tokens);
            return (Start::Name(name), rest);
        }
    };
    (Start::Holder(holder), rest)
}

/// Returns the name that a pointer begins with, and the tokens behind it.
fn named<'p>(node: Node<'_>, tokens: &'p [&'p str]) -> (String, &'p [&'p str]) {
    match tokens {
        ["components", _, name, rest @ ..] => ((*name).to_owned(), rest),
        ["paths", path, "parameters", at, rest @ ..] => (parameter(node, &["paths", path, "parameters", at]), rest),
        ["paths", path, method, "parameters", at, rest @ ..] => {
            (parameter(node, &["paths", path, method, "parameters", at]), rest)
        }
        ["paths", path, method, rest @ ..] => (format!("{} {path}", method.to_ascii_uppercase()), rest),
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
