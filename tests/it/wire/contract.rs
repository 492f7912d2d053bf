//! A contract as these tests read it: operations, examples and the registry, straight from the YAML and not through the
//! generator, so that a mistake of the generator shows up as a disagreement.

use std::path::Path;

use serde_json::Value;

/// An OpenAPI document.
#[derive(Debug)]
pub(crate) struct Contract {
    document: Value,
}

/// One operation.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub id: String,
    pub safe: bool,
    /// It declares a 201.
    pub creates: bool,
    pub problems: Vec<String>,
}

/// One row of the registry of problem codes.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub code: String,
    pub status: u16,
    /// `not-executed` or `unknown`, of an object `unknown, creating not-executed`.
    pub outcome: String,
    pub retry: String,
    pub stored: bool,
    pub actor: String,
    pub advice: String,
}

impl Contract {
    /// Reads a contract, its path seen from the repository.
    pub(crate) fn from_file(file: &str) -> Self {
        let text = std::fs::read_to_string(Self::path(file)).unwrap();
        Self {
            document: serde_yaml::from_str(&text).unwrap(),
        }
    }

    /// A contract that was read, and perhaps changed.
    pub(crate) fn from_document(document: Value) -> Self {
        Self { document }
    }

    /// Returns the path of a file of the repository.
    pub(crate) fn path(file: &str) -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file)
    }

    /// The text at a JSON Pointer.
    pub(crate) fn text(&self, pointer: &str) -> &str {
        let node = self.document.pointer(pointer);
        node.and_then(Value::as_str)
            .unwrap_or_else(|| panic!("the contract says nothing at {pointer}"))
    }

    fn nodes(&self) -> impl Iterator<Item = (&str, &Value)> {
        let items = self.document["paths"].as_object().unwrap().values();
        items
            .flat_map(|item| item.as_object().unwrap())
            .filter(|(method, _)| ["get", "post", "put", "patch", "delete"].contains(&method.as_str()))
            .map(|(method, node)| (method.as_str(), node))
    }

    /// All operations.
    pub(crate) fn operations(&self) -> Vec<Operation> {
        self.nodes()
            .map(|(method, node)| Operation {
                id: node["operationId"].as_str().unwrap().to_owned(),
                safe: method == "get",
                // A link of a file names the file's id in the request.
                creates: node["responses"].get("201").is_some()
                    && node["operationId"] != "uploadOrLinkAFileToAPartnerCustomer",
                problems: texts(&node["x-problems"]),
            })
            .collect()
    }

    /// All rows of the registry.
    pub(crate) fn registry(&self) -> Vec<Row> {
        let schemas = self.document["components"]["schemas"].as_object().unwrap();
        let rows = schemas
            .values()
            .find_map(|schema| schema.get("x-problem-registry"))
            .unwrap();
        let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
        let read = |(code, row): (&String, &Value)| Row {
            code: code.clone(),
            status: row["status"]
                .as_u64()
                .and_then(|status| u16::try_from(status).ok())
                .unwrap(),
            outcome: row["outcome"].as_str().map_or_else(
                || {
                    format!(
                        "{}, creating {}",
                        text(&row["outcome"], "otherwise"),
                        text(&row["outcome"], "creating")
                    )
                },
                str::to_owned,
            ),
            retry: text(row, "retry"),
            stored: row["stored"].as_bool().unwrap(),
            actor: text(row, "actor"),
            advice: text(row, "advice"),
        };
        rows.as_object().unwrap().iter().map(read).collect()
    }

    /// The JSON body that the contract shows for a request: the named example, or the only one.
    pub(crate) fn example(&self, operation: &str, name: &str) -> Value {
        let (_, node) = self.nodes().find(|(_, node)| node["operationId"] == operation).unwrap();
        let media = &node["requestBody"]["content"]["application/json"];
        let example = match name {
            "" => media.get("example"),
            name => media["examples"][name].get("value"),
        };
        example
            .unwrap_or_else(|| panic!("no example {name:?} of {operation}"))
            .clone()
    }

    /// The same without the members that a client fills in itself: evidence of an approval, and what is bound to it.
    pub(crate) fn request(&self, operation: &str, name: &str) -> Value {
        let mut own = Vec::new();
        filled_in(&self.document["components"]["schemas"], &mut own);
        let mut body = self.example(operation, name);
        leave_out(&mut body, &own);
        body
    }
}

fn texts(node: &Value) -> Vec<String> {
    let all = node.as_array().into_iter().flatten();
    all.map(|text| text.as_str().unwrap().to_owned()).collect()
}

fn filled_in(node: &Value, names: &mut Vec<String>) {
    match node {
        Value::Object(members) => {
            for (name, member) in members {
                if member.get("x-payload-hash").is_some() || member.get("x-bound").is_some() {
                    names.push(name.clone());
                }
                filled_in(member, names);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| filled_in(item, names)),
        _ => {}
    }
}

fn leave_out(body: &mut Value, names: &[String]) {
    match body {
        Value::Object(members) => {
            members.retain(|name, _| !names.contains(name));
            members.values_mut().for_each(|member| leave_out(member, names));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| leave_out(item, names)),
        _ => {}
    }
}
