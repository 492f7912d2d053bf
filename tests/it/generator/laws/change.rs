//! Ways to change a contract at random: bytes, trees, additions, texts.

use crate::words::{self, Step};
use proptest::prelude::*;
use serde_yaml::{Mapping, Value};

/// A change of bytes.
#[derive(Debug, Clone)]
pub(crate) enum Edit {
    Flip(usize, u8),
    Cut(usize, usize),
    Insert(usize, Vec<u8>),
    Repeat(usize, usize, usize),
}

impl Edit {
    pub(crate) fn apply(&self, bytes: &mut Vec<u8>) {
        let length = bytes.len().max(1);
        match self {
            Self::Flip(at, mask) => {
                if let Some(byte) = bytes.get_mut(at % length) {
                    *byte ^= mask;
                }
            }
            Self::Cut(at, count) => {
                let start = (at % length).min(bytes.len());
                bytes.drain(start..(start + count).min(bytes.len()));
            }
            Self::Insert(at, new) => {
                let start = (at % length).min(bytes.len());
                bytes.splice(start..start, new.iter().copied());
            }
            Self::Repeat(at, count, times) => {
                let start = (at % length).min(bytes.len());
                let piece = bytes[start..(start + count).min(bytes.len())].repeat(*times);
                bytes.splice(start..start, piece);
            }
        }
    }
}

/// A few changes of bytes.
pub(crate) fn bytes() -> impl Strategy<Value = Vec<Edit>> {
    let pieces: Vec<&'static [u8]> = vec![
        b"\n",
        b"{",
        b"}",
        b"[",
        b"]",
        b"'",
        b"\"",
        b": ",
        b"- ",
        b"&a ",
        b"*a",
        b"!!str ",
        b"<<: ",
        b"---\n",
        b"...\n",
        b"|\n",
        b">\n",
        b"\t",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\0",
        b"\\u0000",
        b"$ref: '#'",
        b"~",
        b"null",
        b"#",
        b"1e999",
        b"? ",
        b"%YAML 1.1\n",
        b"\r",
    ];
    let edit = prop_oneof![
        (any::<usize>(), 1..=255u8).prop_map(|(at, mask)| Edit::Flip(at, mask)),
        (any::<usize>(), 1..40usize).prop_map(|(at, count)| Edit::Cut(at, count)),
        (any::<usize>(), prop::sample::select(pieces)).prop_map(|(at, piece)| Edit::Insert(at, piece.to_vec())),
        (any::<usize>(), 1..60usize, 1..40usize).prop_map(|(at, count, times)| Edit::Repeat(at, count, times)),
    ];
    prop::collection::vec(edit, 1..4)
}

/// A change of a tree.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    Remove(usize),
    Replace(usize, Value),
    Rename(usize, Value),
    Copy(usize, usize),
    Swap(usize, usize),
    Wrap(usize),
    Add(usize, String, Value),
}

fn scalars() -> impl Strategy<Value = Value> {
    let texts: Vec<&'static str> = vec![
        "",
        " ",
        "a",
        "string",
        "object",
        "array",
        "integer",
        "null",
        "true",
        "#",
        "#/components/schemas/Thing",
        "#/components/schemas/Thing/properties",
        "#/paths",
        "/",
        "//",
        "/{",
        "/{a}{b}",
        "{a}",
        "3.1.0",
        "3.0.3",
        "application/json",
        "multipart/form-data",
        "*/*",
        "text/event-stream",
        "default",
        "200",
        "XX",
        "date-time",
        "byte",
        "binary",
        "int64",
        "uint64",
        "decimal",
        "path",
        "query",
        "form",
        "deepObject",
        "fn",
        "Self",
        "r#type",
        "é",
        "日本",
        "\u{202e}",
        "\u{61c}",
        "\u{200f}",
        "a\nb",
        "../..",
        "\u{0}",
        "0x10",
        "1e999999999",
        "-",
        "_",
        "x-",
        "https://a.example",
        "client-id",
        "sha256",
        "effect",
    ];
    prop_oneof![
        3 => prop::sample::select(texts).prop_map(|text| Value::String(text.into())),
        1 => prop::sample::select(vec![Value::Null, Value::Bool(true), Value::Bool(false)]),
        1 => any::<i64>().prop_map(|number| Value::Number(number.into())),
        1 => prop::sample::select(vec![0.5, -1e300, f64::MAX, 1e19]).prop_map(|number| Value::Number(number.into())),
        1 => (0..40_000usize).prop_map(|length| Value::String("a".repeat(length))),
        1 => prop::sample::select(vec!["[]", "{}", "[[]]", "[{}]", "[null]", "{a: {}}", "{$ref: '#/components/schemas/Thing'}", "{$ref: '#'}", "{allOf: [{}]}",
            "{oneOf: [{type: string}, {type: string}]}", "{type: array}", "{enum: []}", "{enum: [a, a, 1, null, [], {}]}", "{type: object, additionalProperties: {$ref: '#/components/schemas/Thing'}}"])
            .prop_map(|text| serde_yaml::from_str(text).expect("YAML")),
    ]
}

/// A change of a tree.
pub(crate) fn mutation() -> impl Strategy<Value = Change> {
    let words: Vec<&'static str> = vec![
        "type",
        "$ref",
        "allOf",
        "oneOf",
        "anyOf",
        "enum",
        "const",
        "properties",
        "required",
        "items",
        "additionalProperties",
        "nullable",
        "format",
        "discriminator",
        "parameters",
        "requestBody",
        "responses",
        "content",
        "schema",
        "security",
        "servers",
        "tags",
        "operationId",
        "description",
        "default",
        "example",
        "examples",
        "readOnly",
        "minimum",
        "maxLength",
        "pattern",
        "x-newtype",
        "x-sensitive",
        "x-sdk",
        "x-bound",
        "x-payload-hash",
        "x-lifecycle",
        "x-problem-registry",
        "x-problems",
        "x-pagination",
        "x-idempotency",
        "x-webhooks",
        "x-signing",
        "x-documented",
        "paths",
        "components",
        "webhooks",
        "not",
        "$defs",
        "prefixItems",
    ];
    prop_oneof![
        any::<usize>().prop_map(Change::Remove),
        (any::<usize>(), scalars()).prop_map(|(at, value)| Change::Replace(at, value)),
        (any::<usize>(), scalars())
            .prop_map(|(at, value)| Change::Rename(at, Value::String(value.as_str().unwrap_or("renamed").to_owned()))),
        (any::<usize>(), any::<usize>()).prop_map(|(from, to)| Change::Copy(from, to)),
        (any::<usize>(), any::<usize>()).prop_map(|(one, other)| Change::Swap(one, other)),
        any::<usize>().prop_map(Change::Wrap),
        (any::<usize>(), prop::sample::select(words), scalars()).prop_map(|(at, key, value)| Change::Add(
            at,
            key.into(),
            value
        )),
    ]
}

/// All places of a tree, but its root.
pub(crate) fn places(value: &Value) -> Vec<Vec<Step>> {
    fn collect(value: &Value, path: &mut Vec<Step>, found: &mut Vec<Vec<Step>>) {
        let steps: Vec<(Step, &Value)> = match value {
            Value::Mapping(map) => map.iter().map(|(key, inner)| (Step::Key(key.clone()), inner)).collect(),
            Value::Sequence(items) => items
                .iter()
                .enumerate()
                .map(|(index, inner)| (Step::Index(index), inner))
                .collect(),
            _ => Vec::new(),
        };
        for (step, inner) in steps {
            path.push(step);
            found.push(path.clone());
            collect(inner, path, found);
            path.pop();
        }
    }
    let mut found = Vec::new();
    collect(value, &mut Vec::new(), &mut found);
    found
}

impl Change {
    pub(crate) fn apply(&self, contract: &mut Value) {
        let places = places(contract);
        let pick = |at: &usize| places.get(at % places.len().max(1)).cloned();
        match self {
            Self::Remove(at) => {
                if let Some(path) = pick(at) {
                    *contract = words::without(contract, &path);
                }
            }
            Self::Replace(at, value) => {
                if let Some(node) = pick(at).and_then(|path| words::at(contract, &path)) {
                    *node = value.clone();
                }
            }
            Self::Rename(at, key) => {
                let Some((Step::Key(old), above)) =
                    pick(at).and_then(|path| path.split_last().map(|(last, above)| (last.clone(), above.to_vec())))
                else {
                    return;
                };
                if let Some(Value::Mapping(map)) = words::at(contract, &above) {
                    let entries: Vec<_> = std::mem::take(map).into_iter().collect();
                    map.extend(
                        entries
                            .into_iter()
                            .map(|(name, value)| (if name == old { key.clone() } else { name }, value)),
                    );
                }
            }
            Self::Copy(from, to) => {
                let Some(value) = pick(from).and_then(|path| words::at(contract, &path).cloned()) else {
                    return;
                };
                if let Some(node) = pick(to).and_then(|path| words::at(contract, &path)) {
                    *node = value;
                }
            }
            Self::Swap(one, other) => {
                let (Some(one), Some(other)) = (pick(one), pick(other)) else {
                    return;
                };
                let (Some(first), Some(second)) =
                    (words::at(contract, &one).cloned(), words::at(contract, &other).cloned())
                else {
                    return;
                };
                if let Some(node) = words::at(contract, &one) {
                    *node = second;
                }
                if let Some(node) = words::at(contract, &other) {
                    *node = first;
                }
            }
            Self::Wrap(at) => {
                if let Some(node) = pick(at).and_then(|path| words::at(contract, &path)) {
                    *node = Value::Sequence(vec![node.clone()]);
                }
            }
            Self::Add(at, key, value) => {
                let maps = matching(contract, |node, _| node.is_mapping());
                let Some(path) = maps.get(at % maps.len().max(1)) else {
                    return;
                };
                if let Some(Value::Mapping(map)) = words::at(contract, path) {
                    map.insert(Value::String(key.clone()), value.clone());
                }
            }
        }
    }
}

/// Something new in a contract.
#[derive(Debug, Clone)]
pub(crate) enum Addition {
    /// A component schema: its name, and where among the others.
    Schema(String, usize),
    /// An optional member of the object schema of that number.
    Member(String, usize, usize),
    /// A value of the enum of that number.
    Value(String, usize, usize),
    /// An operation: path, id, tag.
    Operation(String, Option<String>, Option<String>, usize),
    /// An optional query parameter of the operation of that number.
    Parameter(String, usize),
}

/// Names that are new, and names that are near to those that cases have.
fn names() -> impl Strategy<Value = String> {
    let near: Vec<&'static str> = vec![
        "Thing",
        "thing",
        "THING",
        "Things",
        "ThingList",
        "ThingRequest",
        "ThingPart",
        "Book",
        "book_page",
        "Error",
        "Unknown",
        "unknown",
        "extra",
        "new",
        "id",
        "type",
        "status",
        "read",
        "list",
        "readBook",
        "read_book",
        "addBook",
        "ReadBookRequired",
        "ThingInline",
        "inline",
        "Loan",
        "zz",
        "A",
        "a",
        "a_b",
        "aB",
        "a-b",
        "Colour",
        "Card",
        "value",
        "ThingValue",
        "putThing",
        "kind",
        "default",
        "Option",
        "String",
    ];
    prop_oneof![2 => prop::sample::select(near).prop_map(str::to_owned), 1 => "[a-z]{2,6}[A-Z][a-z]{1,5}"]
}

/// A few additions.
pub(crate) fn additions() -> impl Strategy<Value = Vec<Addition>> {
    let any_place = any::<usize>;
    let addition = prop_oneof![
        2 => (names(), any_place()).prop_map(|(name, at)| Addition::Schema(name, at)),
        3 => (names(), any_place(), any_place()).prop_map(|(name, which, at)| Addition::Member(name, which, at)),
        2 => (names(), any_place(), any_place()).prop_map(|(name, which, at)| Addition::Value(name, which, at)),
        2 => (names(), prop::option::of(names()), prop::option::of(names()), any_place())
            .prop_map(|(path, id, tag, at)| Addition::Operation(format!("/{path}/added"), id, tag, at)),
        1 => (names(), any_place()).prop_map(|(name, which)| Addition::Parameter(name, which)),
    ];
    prop::collection::vec(addition, 1..4)
}

fn insert(map: &mut Mapping, at: usize, key: &str, value: Value) {
    if map.contains_key(key) {
        return;
    }
    let mut entries: Vec<_> = std::mem::take(map).into_iter().collect();
    entries.insert(at % (entries.len() + 1), (Value::String(key.to_owned()), value));
    map.extend(entries);
}

/// Places of a contract that a test of `what` finds.
fn matching(contract: &Value, what: impl Fn(&Value, &[Step]) -> bool) -> Vec<Vec<Step>> {
    let mut copy = contract.clone();
    places(contract)
        .into_iter()
        .filter(|path| words::at(&mut copy, path).is_some_and(|node| what(node, path)))
        .collect()
}

fn is_key(step: &Step, word: &str) -> bool {
    matches!(step, Step::Key(Value::String(key)) if key == word)
}

/// Objects with named members that stand where a schema stands, and are open to more. One without members is a map, which
/// its first member makes a struct.
fn object_schemas(contract: &Value) -> Vec<Vec<Step>> {
    matching(contract, |node, path| {
        let word = path.iter().any(|step| {
            ["example", "examples", "default", "x-lifecycle"]
                .iter()
                .any(|word| is_key(step, word))
        });
        let below = path
            .first()
            .is_some_and(|step| is_key(step, "components") || is_key(step, "paths"));
        !word
            && below
            && path.last().is_some_and(|step| is_key(step, "properties"))
            && node.as_mapping().is_some_and(|members| !members.is_empty())
            && path.len() > 3
    })
}

fn text_enums(contract: &Value) -> Vec<Vec<Step>> {
    let mut copy = contract.clone();
    matching(contract, |node, path| {
        let below = path.first().is_some_and(|step| is_key(step, "components"));
        let texts = node
            .as_sequence()
            .is_some_and(|values| values.len() > 1 && values.iter().all(Value::is_string));
        below && path.last().is_some_and(|step| is_key(step, "enum")) && texts
    })
    .into_iter()
    .filter(|path| {
        // Enums with a problem registry are left out: a new value would need a new row.
        let above = &path[..path.len() - 1];
        words::at(&mut copy, above).is_some_and(|schema| schema.get("x-problem-registry").is_none())
    })
    .collect()
}

fn operations(contract: &Value) -> Vec<Vec<Step>> {
    matching(contract, |node, path| {
        path.len() == 3 && is_key(&path[0], "paths") && node.get("responses").is_some()
    })
}

impl Addition {
    pub(crate) fn apply(&self, contract: &mut Value) {
        match self {
            Self::Schema(name, at) => {
                let schema = serde_yaml::from_str(
                    "{ type: object, properties: { part: { type: object, properties: { x: { type: string } } } } }",
                );
                let components = contract.get_mut("components").and_then(Value::as_mapping_mut);
                let Some(Value::Mapping(schemas)) = components.and_then(|components| components.get_mut("schemas"))
                else {
                    return;
                };
                insert(schemas, *at, name, schema.expect("YAML"));
            }
            Self::Member(name, which, at) => {
                let schemas = object_schemas(contract);
                let Some(path) = schemas.get(which % schemas.len().max(1)) else {
                    return;
                };
                let Some(Value::Mapping(members)) = words::at(contract, path) else {
                    return;
                };
                insert(
                    members,
                    *at,
                    name,
                    serde_yaml::from_str("{ type: object, properties: { x: { type: string, enum: [a, b] } } }")
                        .expect("YAML"),
                );
            }
            Self::Value(name, which, at) => {
                let enums = text_enums(contract);
                let Some(path) = enums.get(which % enums.len().max(1)) else {
                    return;
                };
                add_value(contract, path, *at, name);
            }
            Self::Operation(path, id, tag, at) => {
                let mut operation: Value = serde_yaml::from_str(
                    "{ responses: { '200': { description: Added., content: { application/json: { schema: { type: object, properties: { x: { type: string } } } } } } } }",
                )
                .expect("YAML");
                let Value::Mapping(words) = &mut operation else { return };
                words.extend(id.iter().map(|id| ("operationId".into(), Value::String(id.clone()))));
                words.extend(
                    tag.iter()
                        .map(|tag| ("tags".into(), Value::Sequence(vec![Value::String(tag.clone())]))),
                );
                let mut item = Mapping::new();
                item.insert("get".into(), operation);
                let Some(Value::Mapping(paths)) = contract.get_mut("paths") else {
                    return;
                };
                insert(paths, *at, path, Value::Mapping(item));
            }
            Self::Parameter(name, which) => {
                let operations = operations(contract);
                let Some(path) = operations.get(which % operations.len().max(1)) else {
                    return;
                };
                let Some(Value::Mapping(operation)) = words::at(contract, path) else {
                    return;
                };
                let mut parameter: Value =
                    serde_yaml::from_str("{ in: query, schema: { type: string } }").expect("YAML");
                parameter["name"] = Value::String(name.clone());
                let parameters = operation
                    .entry("parameters".into())
                    .or_insert(Value::Sequence(Vec::new()));
                let Value::Sequence(parameters) = parameters else {
                    return;
                };
                if !parameters
                    .iter()
                    .any(|other| other.get("$ref").is_some() || other.get("name") == parameter.get("name"))
                {
                    parameters.push(parameter);
                }
            }
        }
    }
}

/// Adds a value to an enum, and to its lifecycle as a state in which nothing more happens.
fn add_value(contract: &mut Value, path: &[Step], at: usize, name: &str) {
    let Some(Value::Sequence(values)) = words::at(contract, path) else {
        return;
    };
    if values.iter().any(|value| value.as_str() == Some(name)) {
        return;
    }
    values.insert(at % (values.len() + 1), name.into());
    let Some(Value::Mapping(lifecycle)) =
        words::at(contract, &path[..path.len() - 1]).and_then(|schema| schema.get_mut("x-lifecycle"))
    else {
        return;
    };
    if let Value::Sequence(terminal) = lifecycle
        .entry("terminal".into())
        .or_insert(Value::Sequence(Vec::new()))
    {
        terminal.push(name.into());
    }
}

/// The contract with a new member in every object, a new value in every enum, and a new operation and a new schema
/// between all others.
pub(crate) fn grown_everywhere(contract: &Value) -> Value {
    let mut grown = contract.clone();
    for path in text_enums(contract) {
        add_value(&mut grown, &path, 0, "QUITE_NEW");
    }
    for path in object_schemas(contract) {
        if let Some(Value::Mapping(members)) = words::at(&mut grown, &path) {
            insert(
                members,
                0,
                "quiteNewMember",
                serde_yaml::from_str("{ type: object, properties: { x: { type: string } } }").expect("YAML"),
            );
        }
    }
    Addition::Operation(
        "/quite/new".into(),
        Some("readQuiteNew".into()),
        Some("Quite new".into()),
        3,
    )
    .apply(&mut grown);
    Addition::Schema("AQuiteNewSchema".into(), 0).apply(&mut grown);
    grown
}

/// A text that would like to be code.
pub(crate) fn hostile_text() -> impl Strategy<Value = String> {
    let pieces: Vec<&'static str> = vec![
        "\"",
        "'",
        "\\",
        "*/",
        "/*",
        "//",
        "///",
        "#[",
        "]",
        "}",
        "{",
        "{{",
        "}}",
        "{%",
        "%}",
        "\n",
        "\r",
        "\r\n",
        "\t",
        "\u{2028}",
        "\u{202e}",
        "\u{0}",
        "\u{7f}",
        "r#",
        "\"#",
        "\"##",
        "fn evil() {}",
        "; mod evil {",
        "evil!()",
        "<script>",
        "</details>",
        "```",
        "```\nfn evil() {}\n```",
        "    evil();",
        "../",
        "/",
        "\\..\\",
        "..",
        "~",
        "%",
        "$",
        "é",
        "日",
        "Self",
        "crate",
        "struct",
        "_",
        "-",
        " ",
        "1",
        "[dependencies]\nevil = \"*\"",
        "\"\"\"",
        "'''",
        "#![allow(warnings)]",
        "@generated",
        "[link](javascript:evil)",
        "](",
        "`",
        "|",
        "\u{feff}",
        "😀",
        "\\u{41}",
        "\\n",
        "{0}",
        "{evil}",
    ];
    prop::collection::vec(prop::sample::select(pieces), 1..4).prop_map(|pieces| pieces.concat())
}
