//! Names of nodes for sentences: `Pet.name`, `limit of GET /pets`.

use sdkwright_contract::source::Node;

use crate::contract::Contract;

/// Words of a pointer that name nothing to a reader.
#[rustfmt::skip]
const SILENT: [&str; 12] = [
    "properties", "schema", "content", "schemas", "allOf", "oneOf", "anyOf", "prefixItems", "components", "parameters", "responses",
    "paths",
];

/// Keywords with a schema that does not say what a value is: a sentence about it names the keyword.
const APART: [&str; 7] = [
    "not",
    "contains",
    "propertyNames",
    "if",
    "then",
    "else",
    "dependentSchemas",
];

/// Returns a schema or one of its members as the subject of a sentence: `Pet.name`, the request body of `POST /pets`.
pub(crate) fn schema<'t>(contract: &Contract<'t>, node: Node<'t>) -> String {
    place(contract, node, &node.pointer())
}

/// Returns what stands at a pointer as the subject of a sentence, in the file of a node.
pub(crate) fn place<'t>(contract: &Contract<'t>, node: Node<'t>, pointer: &str) -> String {
    let tokens: Vec<String> = pointer
        .split('/')
        .skip(1)
        .map(|token| token.replace("~1", "/").replace("~0", "~"))
        .collect();
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    let (start, rest) = start(contract, node, &tokens);
    let (mut name, mut holder) = match start {
        Start::Name(name) => (name, None),
        Start::Holder(holder) => (String::new(), Some(holder)),
    };
    let mut rest = rest.iter();
    while let Some(token) = rest.next() {
        match *token {
            "properties" => {
                if let Some(member) = rest.next() {
                    if !name.is_empty() {
                        name.push('.');
                    }
                    name.push_str(member);
                }
            }
            "items" => name.push_str("[]"),
            "additionalProperties" => name.push_str("{}"),
            "patternProperties" => {
                rest.next();
                name.push_str("{}");
            }
            keyword if APART.contains(&keyword) => {
                if keyword == "dependentSchemas" {
                    rest.next();
                }
                holder = Some(format!("the schema in `{keyword}` of {}", subject(&name, holder)));
                name.clear();
            }
            // Behind these stand values, and no schemas.
            "enum" | "const" | "default" | "example" | "examples" => break,
            _ => {}
        }
    }
    subject(&name, holder)
}

/// Returns the words for a member of what is named by words.
fn subject(name: &str, holder: Option<String>) -> String {
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
fn start<'p, 't>(contract: &Contract<'t>, node: Node<'t>, tokens: &'p [&'p str]) -> (Start, &'p [&'p str]) {
    let Some(NamedCall {
        words: call,
        is_sent_back,
        rest,
    }) = call(tokens)
    else {
        let (name, rest) = named(contract, node, tokens);
        return (Start::Name(name), rest);
    };
    let of = if is_sent_back { "to" } else { "of" };
    match rest {
        ["parameters", _, behind @ ..] => {
            let to = &tokens[..tokens.len() - behind.len()];
            (Start::Name(parameter(node, to)), behind)
        }
        ["responses", status, "headers", name, behind @ ..] => {
            let words = format!("the header `{name}` of the response {status} {of} {call}");
            (Start::Holder(words), behind)
        }
        ["responses", status, behind @ ..] => (Start::Holder(format!("the response {status} {of} {call}")), behind),
        _ if is_sent_back => (Start::Holder(call), rest),
        ["requestBody", behind @ ..] => (Start::Holder(format!("the request body of {call}")), behind),
        _ => (Start::Name(call.trim_matches('`').to_owned()), rest),
    }
}

/// An operation, event or callback.
struct NamedCall<'p> {
    words: String,
    is_sent_back: bool,
    /// The tokens of the pointer below it.
    rest: &'p [&'p str],
}

/// Returns the operation, event or callback that a pointer begins with.
fn call<'p>(tokens: &'p [&'p str]) -> Option<NamedCall<'p>> {
    let (mut call, mut is_sent_back, mut rest) = match tokens {
        ["paths", _, "parameters", ..] => return None,
        ["paths", path, "additionalOperations", method, rest @ ..] => (format!("`{method} {path}`"), false, rest),
        ["paths", path, method, rest @ ..] => (format!("`{} {path}`", method.to_ascii_uppercase()), false, rest),
        ["webhooks", name, "additionalOperations", _, rest @ ..]
        | ["webhooks", name, _, rest @ ..]
        | ["x-webhooks", "events", name, _, rest @ ..] => (format!("the event `{name}`"), true, rest),
        ["components", "callbacks", name, _, _, rest @ ..] => (format!("the callback `{name}`"), true, rest),
        _ => return None,
    };
    while let ["callbacks", name, _, _, behind @ ..] = rest {
        call = callback(name, &call);
        (is_sent_back, rest) = (true, behind);
    }
    Some(NamedCall {
        words: call,
        is_sent_back,
        rest,
    })
}

/// Returns the words for a callback.
pub(crate) fn callback(name: &str, of: &str) -> String {
    format!("the callback `{name}` of {of}")
}

/// Returns the name that a pointer begins with, and the tokens behind it.
fn named<'p, 't>(contract: &Contract<'t>, node: Node<'t>, tokens: &'p [&'p str]) -> (String, &'p [&'p str]) {
    let root = root(node);
    match tokens {
        ["components", _, name, rest @ ..] | ["$defs" | "definitions", name, rest @ ..] => ((*name).to_owned(), rest),
        ["paths", path, "parameters", at, rest @ ..] => (parameter(node, &["paths", path, "parameters", at]), rest),
        // A file that is one schema has its name.
        _ if is_schema(root) => (stem(&contract.place(root).file).to_owned(), tokens),
        [name, rest @ ..] if root.get(name).is_some_and(is_schema) => ((*name).to_owned(), rest),
        _ => {
            let told = tokens.iter().rev().find(|token| !SILENT.contains(token));
            (told.map_or_else(String::new, |token| (*token).to_owned()), &[])
        }
    }
}

/// Returns true for a node that can be nothing but a schema.
fn is_schema(node: Node<'_>) -> bool {
    let lists = ["enum", "allOf", "oneOf", "anyOf"];
    node.get("type").is_some_and(|types| !types.is_map())
        || lists.iter().any(|key| node.get(key).is_some_and(Node::is_seq))
        || node.get("properties").is_some_and(Node::is_map)
}

/// Returns the name of a file without its folder and its ending.
fn stem(file: &str) -> &str {
    let name = file.rsplit(['/', ':']).next().unwrap_or(file);
    name.split('.').next().unwrap_or(name)
}

fn root(node: Node<'_>) -> Node<'_> {
    let mut root = node;
    while let Some(parent) = root.parent() {
        root = parent;
    }
    root
}

/// Returns the name of the parameter at a pointer.
fn parameter(node: Node<'_>, tokens: &[&str]) -> String {
    let mut at = Some(root(node));
    for token in tokens {
        at = at.and_then(|node| match token.parse::<usize>() {
            Ok(index) if node.is_seq() => node.items().nth(index),
            _ => node.get(token),
        });
    }
    let name = at.and_then(|node| node.get("name")).and_then(Node::as_str);
    name.unwrap_or("the parameter").to_owned()
}
