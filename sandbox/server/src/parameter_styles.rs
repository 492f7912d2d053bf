//! In: a parameter as it is on the wire, in a style of OpenAPI, and its schema. Out: the JSON value that the schema describes. Never: an
//! escaped character that separates.

use crate::contract::Contract;
use crate::encode::{EncodedPair, Escapes};
use crate::json;
use crate::operation::{JSON, Parameter};
use crate::schema::{Direction, FieldError, Schemas};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::ptr;

/// Limit of the alternatives of a schema.
const ALTERNATIVES: usize = 64;
/// The style of a field of a form without a stated one: a list repeats its name, and an object is JSON.
const FIELD: &str = "";
/// Limit of the brackets after a name in `deepObject`.
const BRACKETS: usize = 32;

/// The place of a value on the wire.
#[derive(Debug, Clone, Copy)]
pub(crate) enum RawParameter<'a> {
    /// A segment of the path, or a header.
    Text(&'a str),
    /// The pairs of a query, of cookies or of a form, with those of other parameters.
    Pairs(&'a [EncodedPair<'a>]),
}

/// Reads parameters.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ParameterReader<'a> {
    pub(crate) contract: &'a Contract,
    pub(crate) schemas: &'a Schemas,
    pub(crate) escapes: Escapes,
    /// The names of the other parameters of the same place.
    pub(crate) others: &'a [&'a str],
}

/// The form of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ValueShape {
    Scalar,
    List,
    Object,
}

/// Names and values with brackets after the name.
#[derive(Debug, Default)]
struct BracketTree {
    texts: Vec<String>,
    members: BTreeMap<String, BracketTree>,
}

/// Returns the text of a path parameter without the marks of its style.
pub(crate) fn plain_segment(parameter: &Parameter, segment: &str) -> String {
    let text = match parameter.style.as_str() {
        "label" => segment.strip_prefix('.').unwrap_or(segment),
        "matrix" => {
            let named = segment
                .strip_prefix(';')
                .and_then(|text| text.strip_prefix(parameter.name.as_str()));
            named.map_or(segment, |rest| rest.strip_prefix('=').unwrap_or(rest))
        }
        _ => segment,
    };
    Escapes::Percent.decode(text)
}

fn twice() -> String {
    "the parameter is there more than once".to_owned()
}

impl<'a> ParameterReader<'a> {
    /// Reads a parameter, and returns its value with everything that is wrong with it; no value if the request does not have it. Of the
    /// alternatives of its schema, the first one decides that the value fits.
    pub(crate) fn parse(self, parameter: &Parameter, given: RawParameter<'_>) -> (Option<Value>, Vec<FieldError>) {
        let wrong = |message: String| vec![FieldError::new("", "style", message)];
        if parameter.is_json() {
            return match self.json(parameter, given) {
                Ok(None) => (None, Vec::new()),
                Ok(Some(value)) => {
                    let errors = self.check(&parameter.schema, &value);
                    (Some(value), errors)
                }
                Err(message) => (Some(Value::Null), wrong(message)),
            };
        }
        let mut best: Option<(Value, Vec<FieldError>)> = None;
        for schema in self.alternatives(&parameter.schema) {
            for shape in self.shapes(schema) {
                let (value, errors) = match self.shaped(parameter, given, schema, shape) {
                    Ok(None) => continue,
                    Ok(Some(value)) => {
                        let errors = self.check(&parameter.schema, &value);
                        (value, errors)
                    }
                    Err(message) => (Value::Null, wrong(message)),
                };
                if errors.is_empty() {
                    return (Some(value), errors);
                }
                if best.as_ref().is_none_or(|(_, known)| errors.len() < known.len()) {
                    best = Some((value, errors));
                }
            }
        }
        best.map_or((None, Vec::new()), |(value, errors)| (Some(value), errors))
    }

    /// Returns the empty object that an absent parameter means: one whose members are pairs themselves, and all optional.
    pub(crate) fn empty(self, parameter: &Parameter) -> Option<Value> {
        let are_pairs = parameter.place == "query" && !parameter.is_json();
        let are_pairs = are_pairs && (parameter.style == "deepObject" || parameter.explode);
        let empty = Value::Object(Map::new());
        (are_pairs && self.is_object(&parameter.schema) && self.fits(&parameter.schema, &empty)).then_some(empty)
    }

    /// Returns `true` if values of a schema are objects, or can be.
    pub(crate) fn is_object(self, schema: &Value) -> bool {
        let mut alternatives = self.alternatives(schema).into_iter();
        alternatives.any(|one| self.shapes(one).contains(&ValueShape::Object)) || self.shapes(schema).len() > 1
    }

    fn check(self, schema: &Value, value: &Value) -> Vec<FieldError> {
        self.schemas.check(self.contract, schema, Direction::Request, value)
    }

    /// Returns a schema, and the alternatives of its unions at each depth.
    pub(crate) fn alternatives<'s>(self, schema: &'s Value) -> Vec<&'s Value>
    where
        'a: 's,
    {
        let (mut found, mut at) = (vec![schema], 0);
        while at < found.len() {
            for word in ["oneOf", "anyOf"] {
                for branch in self.contract.listed(found[at], word).unwrap_or_default() {
                    let is_known =
                        |known: &&Value| ptr::eq(self.contract.resolve(known), self.contract.resolve(branch));
                    if found.len() < ALTERNATIVES && !found.iter().any(is_known) {
                        found.push(branch);
                    }
                }
            }
            at += 1;
        }
        found
    }

    /// Returns the forms that values of a schema have.
    fn shapes(self, schema: &Value) -> Vec<ValueShape> {
        let has = |word: &str| self.contract.word(schema, word).is_some();
        let names: Vec<&str> = match self.contract.word(schema, "type") {
            Some(Value::String(name)) => vec![name],
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            _ if has("items") || has("prefixItems") => vec!["array"],
            _ if !self.contract.properties(schema).is_empty() || has("additionalProperties") => vec!["object"],
            _ => vec!["string", "array"],
        };
        let mut shapes = Vec::new();
        for name in names {
            let shape = match name {
                "array" => ValueShape::List,
                "object" => ValueShape::Object,
                _ => ValueShape::Scalar,
            };
            if !shapes.contains(&shape) {
                shapes.push(shape);
            }
        }
        shapes
    }

    /// Reads a parameter whose media type is JSON.
    fn json(self, parameter: &Parameter, given: RawParameter<'_>) -> Result<Option<Value>, String> {
        let text = match given {
            RawParameter::Text(text) => text,
            RawParameter::Pairs(pairs) => match self.named(&parameter.name, pairs).as_slice() {
                [] => return Ok(None),
                [only] => only,
                _ => return Err(twice()),
            },
        };
        let value = serde_json::from_str(&self.escapes.decode(text));
        value
            .map(Some)
            .map_err(|error| format!("the parameter is not JSON: {error}"))
    }

    /// Returns the values of a name.
    fn named<'p>(self, name: &str, pairs: &[EncodedPair<'p>]) -> Vec<&'p str> {
        let named = pairs.iter().filter(|pair| self.escapes.decode(pair.name) == name);
        named.map(|pair| pair.value).collect()
    }

    /// Reads a parameter as a value of one form.
    fn shaped(
        self,
        parameter: &Parameter,
        given: RawParameter<'_>,
        schema: &Value,
        shape: ValueShape,
    ) -> Result<Option<Value>, String> {
        let (style, explode) = (parameter.style.as_str(), parameter.explode);
        let pairs = match given {
            RawParameter::Text(text) => {
                let text = match style {
                    "label" => text
                        .strip_prefix('.')
                        .ok_or("a parameter in the style `label` begins with `.`")?,
                    "matrix" => return self.matrix(parameter, text, schema, shape),
                    _ => text,
                };
                let separators: &[&str] = if style == "label" && explode { &["."] } else { &[","] };
                return self.separated(text, separators, explode, schema, shape).map(Some);
            }
            RawParameter::Pairs(pairs) => pairs,
        };
        if style == "deepObject" && shape != ValueShape::Scalar {
            return self.deep(&parameter.name, pairs, schema);
        }
        let shape = match shape {
            ValueShape::Object if style == FIELD => ValueShape::Scalar,
            ValueShape::Object if explode => return self.exploded(pairs, schema),
            other => other,
        };
        let values = self.named(&parameter.name, pairs);
        match (values.as_slice(), shape) {
            ([], _) => Ok(None),
            (_, ValueShape::List) if explode => {
                let texts = values.iter().map(|text| self.escapes.decode(text));
                Ok(Some(self.list(schema, texts)))
            }
            ([only], _) => {
                let separators: &[&str] = match (style, self.escapes) {
                    ("spaceDelimited", Escapes::Plain) => &[" "],
                    ("pipeDelimited", Escapes::Plain) => &["|"],
                    ("tsv", Escapes::Plain) => &["\t"],
                    ("spaceDelimited", _) => &["%20", "+", " "],
                    ("pipeDelimited", _) => &["%7C", "%7c", "|"],
                    ("tsv", _) => &["%09"],
                    _ => &[","],
                };
                self.separated(only, separators, false, schema, shape).map(Some)
            }
            _ => Err(twice()),
        }
    }

    /// Reads a value of the style `matrix`: `;name=value`, or exploded `;name=item;name=item` and `;member=value`.
    fn matrix(
        self,
        parameter: &Parameter,
        text: &str,
        schema: &Value,
        shape: ValueShape,
    ) -> Result<Option<Value>, String> {
        let text = text
            .strip_prefix(';')
            .ok_or("a parameter in the style `matrix` begins with `;`")?;
        let pairs: Vec<EncodedPair<'_>> = text.split(';').map(EncodedPair::new).collect();
        let flat = Parameter {
            style: "form".to_owned(),
            ..parameter.clone()
        };
        let value = self.shaped(&flat, RawParameter::Pairs(&pairs), schema, shape)?;
        value
            .map(Some)
            .ok_or_else(|| format!("the parameter is not `;{}=..`", parameter.name))
    }

    /// Reads one text with separators between its items or members.
    fn separated(
        self,
        text: &str,
        separators: &[&str],
        explode: bool,
        schema: &Value,
        shape: ValueShape,
    ) -> Result<Value, String> {
        let decode = |text: &str| {
            let text = self.escapes.decode(text);
            if self.escapes == Escapes::Plain {
                text.trim().to_owned()
            } else {
                text
            }
        };
        if shape == ValueShape::Scalar {
            return Ok(self.scalar(schema, &self.escapes.decode(text)));
        }
        let mut pieces = vec![text];
        for separator in separators {
            pieces = pieces.into_iter().flat_map(|piece| piece.split(separator)).collect();
        }
        if shape == ValueShape::List {
            return Ok(self.list(schema, pieces.into_iter().map(decode)));
        }
        let mut members = Map::new();
        let mut add = |name: &str, value: &str| {
            let name = decode(name);
            let value = self.scalar(self.member(schema, &name), &decode(value));
            members.insert(name, value);
        };
        if explode {
            for piece in pieces {
                let (name, value) = piece.split_once('=').ok_or("a member is not `name=value`")?;
                add(name, value);
            }
        } else {
            for two in pieces.chunks(2) {
                let [name, value] = two else {
                    return Err("a member has a name and no value".to_owned());
                };
                add(name, value);
            }
        }
        Ok(Value::Object(members))
    }

    /// Reads the members of an object that are pairs themselves. A member that is a list repeats its name.
    fn exploded(self, pairs: &[EncodedPair<'_>], schema: &Value) -> Result<Option<Value>, String> {
        let is_open = match self.contract.word(schema, "additionalProperties") {
            Some(rule) => *rule != Value::Bool(false),
            None => self.contract.properties(schema).is_empty(),
        };
        let mut trees: BTreeMap<String, BracketTree> = BTreeMap::new();
        for pair in pairs {
            let name = self.escapes.decode(pair.name);
            let is_own = self.contract.property(schema, &name).is_some();
            if !is_own && (!is_open || self.others.contains(&name.as_str())) {
                continue;
            }
            trees
                .entry(name)
                .or_default()
                .texts
                .push(self.escapes.decode(pair.value));
        }
        self.members(trees, schema)
    }

    /// Reads `name[member]=value`, at any depth: the items of a list have their number or nothing in the brackets.
    fn deep(self, name: &str, pairs: &[EncodedPair<'_>], schema: &Value) -> Result<Option<Value>, String> {
        let mut root = BracketTree::default();
        for pair in pairs {
            let key = self.escapes.decode(pair.name);
            let Some(mut rest) = key
                .strip_prefix(name)
                .filter(|rest| rest.is_empty() || rest.starts_with('['))
            else {
                continue;
            };
            let (mut at, mut depth) = (&mut root, 0);
            while let Some((member, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
                (at, rest, depth) = (at.members.entry(member.to_owned()).or_default(), after, depth + 1);
                if depth > BRACKETS {
                    return Err(format!("a name has more than {BRACKETS} pairs of brackets"));
                }
            }
            if !rest.is_empty() {
                return Err("the brackets of a name do not match".to_owned());
            }
            at.texts.push(self.escapes.decode(pair.value));
        }
        if root.texts.is_empty() && root.members.is_empty() {
            return Ok(None);
        }
        self.grown(root, schema).map(Some)
    }

    fn members(self, trees: BTreeMap<String, BracketTree>, schema: &Value) -> Result<Option<Value>, String> {
        let mut members = Map::new();
        for (name, tree) in trees {
            let value = self.grown(tree, self.member(schema, &name))?;
            members.insert(name, value);
        }
        Ok((!members.is_empty()).then_some(Value::Object(members)))
    }

    /// Reads the value of a name with brackets: by the first alternative of its schema that it fits.
    fn grown(self, tree: BracketTree, schema: &Value) -> Result<Value, String> {
        let mut shapes = self.alternatives(schema).into_iter().flat_map(|one| {
            let shapes = self.shapes(one).into_iter();
            shapes.map(move |shape| (one, shape))
        });
        if tree.members.is_empty() {
            let list = shapes.find(|(_, shape)| *shape == ValueShape::List);
            return match (tree.texts.as_slice(), list) {
                ([only], None) => Ok(self.scalar(schema, only)),
                ([only], Some(_)) if self.fits(schema, &self.scalar(schema, only)) => Ok(self.scalar(schema, only)),
                (_, Some((schema, _))) => Ok(self.list(schema, tree.texts.into_iter())),
                _ => Err(twice()),
            };
        }
        let is_item = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
        let has_items = tree.members.keys().all(|name| is_item(name));
        let list = shapes.find(|(_, shape)| has_items && *shape == ValueShape::List);
        let Some((schema, _)) = list else {
            let value = self.members(tree.members, schema)?;
            return Ok(value.unwrap_or_else(|| Value::Object(Map::new())));
        };
        let mut items = Vec::new();
        let mut numbered: Vec<(String, BracketTree)> = tree.members.into_iter().collect();
        numbered.sort_by_key(|(number, _)| number.parse::<u64>().ok());
        for (name, item) in numbered {
            if name.is_empty() && item.members.is_empty() {
                items.extend(
                    item.texts
                        .iter()
                        .enumerate()
                        .map(|(at, text)| self.scalar(self.item(schema, at), text)),
                );
            } else {
                items.push(self.grown(item, self.item(schema, items.len()))?);
            }
        }
        Ok(Value::Array(items))
    }

    fn list(self, schema: &Value, texts: impl Iterator<Item = String>) -> Value {
        let items = texts.enumerate();
        items
            .map(|(at, text)| self.scalar(self.item(schema, at), &text))
            .collect()
    }

    /// Returns the schema of an item.
    pub(crate) fn item<'s>(self, schema: &'s Value, at: usize) -> &'s Value
    where
        'a: 's,
    {
        let first = self
            .contract
            .listed(schema, "prefixItems")
            .and_then(|items| items.get(at));
        first
            .or_else(|| self.contract.word(schema, "items"))
            .unwrap_or(&Value::Null)
    }

    /// Returns the schema of a member.
    fn member<'s>(self, schema: &'s Value, name: &str) -> &'s Value
    where
        'a: 's,
    {
        let other = || self.contract.word(schema, "additionalProperties");
        self.contract
            .property(schema, name)
            .or_else(other)
            .unwrap_or(&Value::Null)
    }

    pub(crate) fn fits(self, schema: &Value, value: &Value) -> bool {
        self.check(schema, value).is_empty()
    }

    /// Returns the value of a text: of those that it can be, the first that fits the schema.
    pub(crate) fn scalar(self, schema: &Value, text: &str) -> Value {
        let string = Value::String(text.to_owned());
        let parsed = serde_json::from_str::<Value>(text).ok();
        let null = text.is_empty().then_some(Value::Null);
        let mut others = parsed.into_iter().chain(null);
        if self.fits(schema, &string) {
            return string;
        }
        let wanted = self.contract.type_of(schema);
        let is_of_type = |value: &Value| match wanted {
            Some("integer" | "number") => value.is_number(),
            Some("boolean") => value.is_boolean(),
            _ => false,
        };
        let of_type = others.clone().find(is_of_type);
        others
            .find(|value| self.fits(schema, value))
            .or(of_type)
            .unwrap_or(string)
    }
}

/// Returns the parameter that a member of a form is, in the style of its encoding.
pub(crate) fn of_form(name: &str, schema: &Value, encoding: &Value) -> Parameter {
    let stated = |word: &str| encoding.get(word);
    let is_stated = ["style", "explode", "allowReserved"]
        .iter()
        .any(|word| stated(word).is_some());
    let usual = if is_stated { "form" } else { FIELD };
    let style = stated("style").and_then(Value::as_str).unwrap_or(usual);
    let media = stated("contentType").and_then(Value::as_str).unwrap_or_default();
    let style = if !is_stated && json::is_media(media) {
        JSON
    } else {
        style
    };
    Parameter {
        place: "query".to_owned(),
        explode: stated("explode").and_then(Value::as_bool).unwrap_or(style == usual),
        style: style.to_owned(),
        ..Parameter::with_schema(name, schema)
    }
}
