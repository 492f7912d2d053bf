//! A contract that was read. In: a node of its tree. Out: where references lead, and what of a schema this server asks about.
//! Never: an opinion about which API it is.

use crate::error::Error;
use crate::extensions::{Idempotency, RootExtensions, Signing};
use crate::json;
use crate::operation::Operation;
use crate::origin::{Defect, Source};
use serde_json::Value;
use std::ptr;

/// Keys of the methods in a path item.
pub(crate) const METHODS: [&str; 9] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace", "query",
];

/// Limit of the parts of a composition in the search for a keyword.
const PARTS: usize = 256;

/// A contract, read once.
#[derive(Debug)]
pub struct Contract {
    /// The whole document.
    pub root: Value,
    /// 3.0 (schemas of its own) or later (JSON Schema 2020-12).
    pub(crate) is_30: bool,
    /// The path of the first server's URL, put before every path.
    pub(crate) prefix: String,
    /// All operations, in the order of the document.
    pub operations: Vec<Operation>,
    /// The extensions of the whole contract.
    pub extensions: RootExtensions,
    pub(crate) origin: Source,
}

impl Contract {
    /// The error that says where nodes of the contract are wrong.
    pub(crate) fn wrong(&self, wrong: &[Defect<'_>]) -> Error {
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

    /// Returns the operation with an id.
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    /// Returns the rules by which calls of an operation are signed.
    pub fn signing(&self, operation: &Operation) -> Option<&Signing> {
        self.extensions.signing.get(operation.scheme.as_ref()?)
    }

    /// The rules of the idempotency keys of an operation.
    pub(crate) fn keys<'a>(&'a self, operation: &'a Operation) -> Option<&'a Idempotency> {
        let common = self.extensions.idempotency.as_ref().filter(|_| operation.keyed);
        operation.own_keys.as_deref().or(common)
    }

    /// Returns the header of idempotency keys, if the contract has them.
    pub fn key_header(&self) -> Option<&str> {
        self.extensions.idempotency.as_ref().map(|keys| keys.header.as_str())
    }

    /// The names of the keys of security schemes that are in a query.
    pub(crate) fn query_keys(&self) -> impl Iterator<Item = &str> {
        let schemes = json::members(self.root.pointer("/components/securitySchemes"));
        let schemes = schemes.map(|(_, scheme)| self.resolve(scheme));
        let keys = schemes.filter(|scheme| scheme.get("in").and_then(Value::as_str) == Some("query"));
        keys.filter_map(|scheme| scheme.get("name")?.as_str())
    }

    /// The node of an operation.
    pub(crate) fn node_of(&self, operation: &Operation) -> Option<&Value> {
        let path = operation.template.strip_prefix(&self.prefix)?;
        let item = self.resolve(self.root.get("paths")?.get(path)?);
        let mut all = methods(item);
        all.find(|(method, _)| *method == operation.method)
            .map(|(_, node)| node)
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
    pub(crate) fn at(&self, pointer: &str) -> Option<&Value> {
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

    /// The example of a media type: its own, or the first of those with names.
    pub(crate) fn media_example<'a>(&'a self, media: &'a Value) -> Option<&'a Value> {
        let named = || {
            let example = self.resolve(json::members(media.get("examples")).next()?.1);
            example.get("dataValue").or_else(|| example.get("value"))
        };
        media.get("example").or_else(named)
    }

    /// A schema and its compositions, at every depth, in the order in which they are written.
    fn parts<'a>(&'a self, schema: &'a Value) -> Vec<&'a Value> {
        let mut found = Vec::new();
        self.collect(schema, 0, &mut found);
        found
    }

    fn collect<'a>(&'a self, schema: &'a Value, depth: usize, found: &mut Vec<&'a Value>) {
        let schema = self.resolve(schema);
        // Compositions that share parts would be walked once for each way to a part.
        if depth > 16 || found.iter().any(|known| ptr::eq(*known, schema)) {
            return;
        }
        found.push(schema);
        for word in ["allOf", "oneOf", "anyOf"] {
            for part in json::items(schema.get(word)) {
                self.collect(part, depth + 1, found);
            }
        }
    }

    /// All properties of an object schema, those of its compositions included.
    pub(crate) fn properties<'a>(&'a self, schema: &'a Value) -> Vec<(&'a str, &'a Value)> {
        let mut found: Vec<(&str, &Value)> = Vec::new();
        for (number, part) in self.parts(schema).into_iter().enumerate() {
            for (name, property) in json::members(part.get("properties")) {
                // Names of one object differ; those of its compositions can be the same.
                if number == 0 || !found.iter().any(|(known, _)| known == name) {
                    found.push((name, property));
                }
            }
        }
        found
    }

    pub(crate) fn property<'a>(&'a self, schema: &'a Value, name: &str) -> Option<&'a Value> {
        let own = |schema: &'a Value| schema.get("properties")?.get(name);
        let schema = self.resolve(schema);
        own(schema).or_else(|| self.parts(schema).into_iter().find_map(own))
    }

    /// The schemas of a property, one of each alternative that has it.
    pub(crate) fn all_of<'a>(&'a self, schema: &'a Value, name: &str) -> Vec<&'a Value> {
        let parts = self.parts(schema).into_iter();
        parts.filter_map(|part| part.get("properties")?.get(name)).collect()
    }

    /// The members that an object schema requires, those of its `allOf` included.
    pub(crate) fn required(&self, schema: &Value) -> Vec<String> {
        let (mut parts, mut at) = (vec![self.resolve(schema)], 0);
        while let Some(part) = parts.get(at).copied() {
            for inner in json::items(part.get("allOf")).map(|inner| self.resolve(inner)) {
                if !parts.iter().any(|known| ptr::eq(*known, inner)) {
                    parts.push(inner);
                }
            }
            at += 1;
        }
        let names = parts.into_iter().flat_map(|part| json::items(part.get("required")));
        names.filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// Returns `true` if an object schema requires a member.
    pub(crate) fn requires(&self, schema: &Value, member: &str) -> bool {
        self.required(schema).iter().any(|known| known == member)
    }

    /// Returns a keyword of a schema: its own, that of its reference, or that of a part of its `allOf`.
    pub fn word<'a>(&'a self, schema: &'a Value, word: &str) -> Option<&'a Value> {
        self.word_within(schema, word, &mut Vec::new())
    }

    fn word_within<'a>(&'a self, schema: &'a Value, word: &str, seen: &mut Vec<&'a Value>) -> Option<&'a Value> {
        if let Some(found) = schema.get(word) {
            return Some(found);
        }
        if schema.get("$ref").is_some() {
            let target = self.resolve(schema);
            return if target.get("$ref").is_some() {
                None
            } else {
                self.word_within(target, word, seen)
            };
        }
        let parts = schema.get("allOf").and_then(Value::as_array)?;
        parts.iter().find_map(|part| {
            if seen.len() > PARTS || seen.iter().any(|known| ptr::eq(*known, self.resolve(part))) {
                return None;
            }
            seen.push(self.resolve(part));
            self.word_within(part, word, seen)
        })
    }

    /// A member of a schema that is a text.
    pub(crate) fn text<'a>(&'a self, schema: &'a Value, word: &str) -> Option<&'a str> {
        self.word(schema, word)?.as_str()
    }

    /// A member of a schema that is a whole number.
    pub(crate) fn number(&self, schema: &Value, word: &str) -> Option<u64> {
        self.word(schema, word)?.as_u64()
    }

    /// The items of a word of a schema that is a list.
    pub(crate) fn listed<'a>(&'a self, schema: &'a Value, word: &str) -> Option<&'a [Value]> {
        self.word(schema, word)?.as_array().map(Vec::as_slice)
    }

    /// The texts that an alternative itself states for the member that chooses it.
    pub(crate) fn own_tags<'a>(&'a self, alternative: &'a Value, name: &str) -> Vec<&'a str> {
        let mut properties = self.properties(alternative).into_iter();
        let Some((_, tag)) = properties.find(|(own, _)| *own == name) else {
            return Vec::new();
        };
        let listed = self.listed(tag, "enum").unwrap_or_default();
        let texts = self.word(tag, "const").into_iter().chain(listed);
        texts.filter_map(Value::as_str).collect()
    }

    /// Returns `true` if a schema says `true` by a word.
    pub(crate) fn is_set(&self, schema: &Value, word: &str) -> bool {
        self.word(schema, word) == Some(&Value::Bool(true))
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
        let types = self.listed(schema, "type").unwrap_or_default();
        self.is_set(schema, "nullable") || types.iter().any(|name| name == "null")
    }

    /// Returns `true` for a member that no answer has.
    pub(crate) fn is_write_only(&self, property: &Value) -> bool {
        self.is_set(property, "writeOnly")
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

    /// Passes each value that a schema describes to a function, with its pointer and its schema; parents first.
    pub(crate) fn visit<'a>(
        &'a self,
        schema: &'a Value,
        value: &'a Value,
        at: &str,
        each: &mut dyn FnMut(&str, &'a Value, &'a Value),
    ) {
        each(at, schema, value);
        for (member, property) in self.properties(schema) {
            if let Some(value) = value.as_object().and_then(|members| members.get(member)) {
                self.visit(property, value, &format!("{at}/{}", json::token(member)), each);
            }
        }
        let item = self.word(schema, "items").unwrap_or(&Value::Null);
        for (index, value) in json::items(Some(value)).enumerate() {
            self.visit(item, value, &format!("{at}/{index}"), each);
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
        self.text(schema, "x-newtype").unwrap_or(name).to_owned()
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

/// Returns the operations of a path item, each with its method. The methods of `additionalOperations` are as they are sent.
pub(crate) fn methods(item: &Value) -> impl Iterator<Item = (String, &Value)> {
    let fixed = METHODS
        .iter()
        .filter_map(|key| Some((key.to_ascii_uppercase(), item.get(key)?)));
    let others = json::members(item.get("additionalOperations"));
    fixed.chain(others.map(|(method, node)| (method.clone(), node)))
}
