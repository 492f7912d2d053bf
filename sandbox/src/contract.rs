//! A contract that was read. In: a node of its tree. Out: where references lead, and what of a schema this server asks about.
//! Never: an opinion about which API it is.

use crate::error::Error;
use crate::extensions::Extensions;
use crate::operation::Operation;
use crate::origin::{Origin, Wrong};
use serde_json::Value;

/// A contract, read once.
#[derive(Debug)]
pub(crate) struct Contract {
    pub(crate) root: Value,
    /// 3.0 (schemas of its own) or later (JSON Schema 2020-12).
    pub(crate) is_30: bool,
    /// The path of the first server's URL, put before every path.
    pub(crate) prefix: String,
    pub(crate) operations: Vec<Operation>,
    pub(crate) extensions: Extensions,
    pub(crate) origin: Origin,
}

impl Contract {
    /// The error that says where nodes of the contract are wrong.
    pub(crate) fn wrong(&self, wrong: &[Wrong<'_>]) -> Error {
        self.origin.error(&self.root, wrong)
    }

    /// Returns `true` if it uses this vocabulary; in others, a word of the same name may be that of somebody else.
    pub(crate) fn is_ours(&self) -> bool {
        !self.extensions.sdk.is_null() || !self.extensions.signing.is_empty()
    }

    /// Returns `true` if the contract says what exists at the start (`x-seed`), so that nothing is taken from its examples.
    pub(crate) fn has_seed(&self) -> bool {
        self.is_ours() && self.root.get("x-seed").is_some()
    }

    /// The node of an operation.
    pub(crate) fn node_of(&self, operation: &Operation) -> Option<&Value> {
        let path = operation.template.strip_prefix(&self.prefix)?;
        let item = self.resolve(self.root.get("paths")?.get(path)?);
        item.get(operation.method.to_ascii_lowercase())
    }

    /// Follows `$ref` from a node to where it leads.
    pub(crate) fn resolve<'a>(&'a self, node: &'a Value) -> &'a Value {
        let mut at = node;
        for _ in 0..64 {
            let Some(reference) = at.get("$ref").and_then(Value::as_str) else {
                return at;
            };
            let Some(target) = reference.strip_prefix('#').and_then(|pointer| self.at(pointer)) else {
                return at;
            };
            at = target;
        }
        at
    }

    /// The node of a JSON Pointer. Most have no escapes, and are followed without a copy of their names.
    fn at(&self, pointer: &str) -> Option<&Value> {
        if pointer.contains('~') || !pointer.starts_with('/') {
            return self.root.pointer(pointer);
        }
        pointer
            .split('/')
            .skip(1)
            .try_fold(&self.root, |node, name| match node {
                Value::Array(_) => node.pointer(&format!("/{name}")),
                _ => node.get(name),
            })
    }

    /// The component that a schema names, directly or as the one element of an `allOf`.
    pub(crate) fn component(schema: &Value) -> Option<String> {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            return reference.rsplit('/').next().map(str::to_owned);
        }
        match schema.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
            Some([only]) => Self::component(only),
            _ => None,
        }
    }

    /// A schema under its component name.
    pub(crate) fn schema(&self, component: &str) -> Option<&Value> {
        self.root.pointer("/components/schemas")?.get(component)
    }

    /// All properties of an object schema, those of its compositions included.
    pub(crate) fn properties<'a>(&'a self, schema: &'a Value) -> Vec<(&'a str, &'a Value)> {
        let mut found = Vec::new();
        self.collect(schema, 0, &mut found);
        found
    }

    fn collect<'a>(&'a self, schema: &'a Value, depth: usize, found: &mut Vec<(&'a str, &'a Value)>) {
        let schema = self.resolve(schema);
        if depth > 16 {
            return;
        }
        for (name, property) in schema
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            // Names of one object differ; those of its compositions can be the same.
            if depth == 0 || !found.iter().any(|(known, _)| known == name) {
                found.push((name, property));
            }
        }
        for word in ["allOf", "oneOf", "anyOf"] {
            for part in schema.get(word).and_then(Value::as_array).into_iter().flatten() {
                self.collect(part, depth + 1, found);
            }
        }
    }

    pub(crate) fn property<'a>(&'a self, schema: &'a Value, name: &str) -> Option<&'a Value> {
        self.property_within(schema, name, 0)
    }

    fn property_within<'a>(&'a self, schema: &'a Value, name: &str, depth: usize) -> Option<&'a Value> {
        let schema = self.resolve(schema);
        if depth > 16 {
            return None;
        }
        let own = schema.get("properties").and_then(|properties| properties.get(name));
        own.or_else(|| {
            let words = ["allOf", "oneOf", "anyOf"].into_iter();
            let mut parts = words.flat_map(|word| schema.get(word).and_then(Value::as_array).into_iter().flatten());
            parts.find_map(|part| self.property_within(part, name, depth + 1))
        })
    }

    /// The schemas of a property, one of each alternative that has it.
    pub(crate) fn all_of<'a>(&'a self, schema: &'a Value, name: &str) -> Vec<&'a Value> {
        let mut found = Vec::new();
        self.collect_all_of(schema, name, 0, &mut found);
        found
    }

    fn collect_all_of<'a>(&'a self, schema: &'a Value, name: &str, depth: usize, found: &mut Vec<&'a Value>) {
        let schema = self.resolve(schema);
        if depth > 16 {
            return;
        }
        found.extend(schema.get("properties").and_then(|properties| properties.get(name)));
        for word in ["allOf", "oneOf", "anyOf"] {
            for part in schema.get(word).and_then(Value::as_array).into_iter().flatten() {
                self.collect_all_of(part, name, depth + 1, found);
            }
        }
    }

    /// The members that an object schema requires, those of its `allOf` included.
    pub(crate) fn required(&self, schema: &Value) -> Vec<String> {
        let schema = self.resolve(schema);
        let own = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        let mut names: Vec<String> = own.filter_map(Value::as_str).map(str::to_owned).collect();
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            names.extend(self.required(part));
        }
        names
    }

    /// A word of a schema: its own, that of what it refers to, or that of a part of its `allOf`.
    pub(crate) fn word<'a>(&'a self, schema: &'a Value, word: &str) -> Option<&'a Value> {
        self.word_within(schema, word, 0)
    }

    fn word_within<'a>(&'a self, schema: &'a Value, word: &str, depth: usize) -> Option<&'a Value> {
        if depth > 16 {
            return None;
        }
        if let Some(found) = schema.get(word) {
            return Some(found);
        }
        if schema.get("$ref").is_some() {
            let target = self.resolve(schema);
            return if target.get("$ref").is_some() {
                None
            } else {
                self.word_within(target, word, depth + 1)
            };
        }
        let parts = schema.get("allOf").and_then(Value::as_array)?;
        parts.iter().find_map(|part| self.word_within(part, word, depth + 1))
    }

    /// The type that a schema names, the first that is not `null`.
    pub(crate) fn type_of<'a>(&'a self, schema: &'a Value) -> Option<&'a str> {
        match self.word(schema, "type")? {
            Value::String(name) => Some(name),
            Value::Array(names) => names.iter().filter_map(Value::as_str).find(|name| *name != "null"),
            _ => None,
        }
    }

    /// `true` if null is a value of the schema.
    pub(crate) fn nullable(&self, schema: &Value) -> bool {
        self.word(schema, "nullable") == Some(&Value::Bool(true))
            || self
                .word(schema, "type")
                .and_then(Value::as_array)
                .is_some_and(|types| types.iter().any(|name| name == "null"))
    }

    /// Returns `true` for a member that no answer has.
    pub(crate) fn is_write_only(&self, property: &Value) -> bool {
        self.word(property, "writeOnly") == Some(&Value::Bool(true))
    }

    /// Removes the members that no answer has.
    pub(crate) fn hide(&self, schema: &Value, value: &mut Value) {
        match value {
            Value::Object(members) => {
                for (name, property) in self.properties(schema) {
                    if self.is_write_only(property) {
                        members.remove(name);
                    } else if let Some(member) = members.get_mut(name) {
                        self.hide(property, member);
                    }
                }
            }
            Value::Array(items) => {
                let item = self.word(schema, "items").unwrap_or(&Value::Null);
                for one in items {
                    self.hide(item, one);
                }
            }
            _ => {}
        }
    }

    /// Returns `true` for the schema of whole numbers.
    pub(crate) fn is_integer(&self, schema: &Value) -> bool {
        self.type_of(schema) == Some("integer")
    }

    /// An id in the type of its schema.
    pub(crate) fn id(&self, schema: &Value, id: &str) -> Value {
        let number = id.parse::<i64>().ok().filter(|_| self.is_integer(schema));
        number.map_or_else(|| Value::String(id.to_owned()), Value::from)
    }

    /// The kind of an id: the `x-newtype` of a schema, or the name under which it is used.
    pub(crate) fn kind(&self, name: &str, schema: &Value) -> String {
        self.word(schema, "x-newtype")
            .and_then(Value::as_str)
            .unwrap_or(name)
            .to_owned()
    }

    /// The schema at a pointer into a value of `schema`; `*` stands for an item of an array.
    pub(crate) fn schema_at<'a>(&'a self, schema: &'a Value, tokens: &[String]) -> Option<&'a Value> {
        let Some((first, rest)) = tokens.split_first() else {
            return Some(schema);
        };
        let item = || {
            self.word(schema, "items")
                .filter(|_| first == "*" || first.parse::<usize>().is_ok())
        };
        let next = item().or_else(|| self.property(schema, first))?;
        self.schema_at(next, rest)
    }
}
