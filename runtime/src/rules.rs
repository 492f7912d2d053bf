//! Validation of requests: lengths, patterns, ranges and counts of the contract, with the meaning of JSON Schema.
//!
//! The rules of an API come in as text (constants of generated code), with the parts of a request; every violation goes out
//! with its place. Answers are not checked, nothing may be changed, and no value may be shown.
//!
//! A rule constrains one kind of value, and accepts all other kinds. Members that are always required are enforced by the
//! generated types; those required beside other members are a rule (`needs`). Variants of a union without a tag have the forms
//! of their values beside their rules (`variants`): the rules of one variant that a value fits must hold.
//!
//! Only a client with `validate_requests(true)` checks its requests. All others read no rule: the contract may be stricter than the
//! server, and the server refuses what violates it.

mod check;

pub(crate) use check::{PartValue, RequestRules};

use std::fmt;
use std::sync::OnceLock;

use regex_lite::Regex;

use crate::json::{self, JsonValue, Kind, Limits, Object};
use crate::value::is_decimal;

/// The rules of one API: those of each operation by its id, and those of the types that they refer to. Both are sorted by name.
#[derive(Debug)]
pub struct Rules {
    operations: &'static [(&'static str, &'static str)],
    types: &'static [(&'static str, &'static str)],
    read: OnceLock<ParsedRules>,
}

/// The rules parsed so far: an API may have many rules, while a program calls few operations.
#[derive(Debug)]
struct ParsedRules {
    operations: Vec<OnceLock<OperationRules>>,
    types: Vec<OnceLock<ValueRules>>,
}

impl Rules {
    /// Creates rules from text, with both lists sorted by name.
    pub const fn new(
        operations: &'static [(&'static str, &'static str)],
        types: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self {
            operations,
            types,
            read: OnceLock::new(),
        }
    }

    /// Returns `true` if all of the text can be parsed: for the tests of a generator.
    pub fn are_readable(&self) -> bool {
        let sorted = |list: &[(&str, &str)]| list.is_sorted_by(|one, next| one.0 < next.0);
        sorted(self.operations)
            && sorted(self.types)
            && self
                .operations
                .iter()
                .all(|(_, text)| operation(text, self.types).is_some_and(|one| one.is_readable()))
            && self
                .types
                .iter()
                .all(|(_, text)| schema(text, self.types).is_some_and(|one| one.is_readable()))
    }

    fn list(&self) -> &ParsedRules {
        self.read.get_or_init(|| ParsedRules {
            operations: self.operations.iter().map(|_| OnceLock::new()).collect(),
            types: self.types.iter().map(|_| OnceLock::new()).collect(),
        })
    }

    fn operation(&self, id: &str) -> Option<&OperationRules> {
        let index = self.operations.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        let text = self.operations[index].1;
        let read = &self.list().operations[index];
        Some(read.get_or_init(|| operation(text, self.types).unwrap_or_default()))
    }

    fn of_type(&self, index: usize) -> &ValueRules {
        let read = &self.list().types[index];
        read.get_or_init(|| schema(self.types[index].1, self.types).unwrap_or_default())
    }
}

/// The rules of one operation.
#[derive(Debug, Default)]
struct OperationRules {
    parameters: Vec<(Location, String, ValueRules)>,
    /// By media type.
    bodies: Vec<(String, ValueRules)>,
}

impl OperationRules {
    /// Returns `true` if all patterns can be compiled.
    fn is_readable(&self) -> bool {
        let parameters = self.parameters.iter().map(|(.., schema)| schema);
        parameters
            .chain(self.bodies.iter().map(|(_, schema)| schema))
            .all(ValueRules::is_readable)
    }
}

/// Constraints on one value. Each constrains one kind of JSON value and accepts all others.
#[derive(Debug, Default)]
struct ValueRules {
    length: Size,
    items_count: Size,
    members_count: Size,
    pattern: Option<Pattern>,
    bounds: Vec<NumberBound>,
    unique: bool,
    /// The value must be a text, not a number.
    text: bool,
    /// There must be no value: the schema `false`.
    never: bool,
    /// Index of the type with further rules.
    reference: Option<usize>,
    /// Schema of each item beyond `positions`.
    items: Option<Box<ValueRules>>,
    positions: Vec<ValueRules>,
    members: Vec<(String, ValueRules)>,
    /// Schema of each member that is not in `members`.
    others: Option<Box<ValueRules>>,
    /// Schemas that must all hold.
    all: Vec<ValueRules>,
    /// Schemas of which one must hold.
    any: Vec<ValueRules>,
    tagged: Option<TagRules>,
    /// Variants of a union without a tag: the rules of one that the value fits must hold.
    variants: Vec<UnionVariant>,
    needs: Vec<Need>,
}

impl ValueRules {
    /// Returns `true` if all patterns can be compiled.
    fn is_readable(&self) -> bool {
        let named = self
            .members
            .iter()
            .chain(self.tagged.iter().flat_map(|tagged| &tagged.rules));
        let inside = named
            .map(|(_, schema)| schema)
            .chain(&self.positions)
            .chain(&self.any)
            .chain(self.variants.iter().map(|variant| &variant.rules))
            .chain(&self.all);
        let default = self.tagged.iter().filter_map(|tagged| tagged.default.as_ref());
        let boxed = self
            .items
            .iter()
            .chain(&self.others)
            .chain(default)
            .map(|schema| &**schema);
        self.pattern.as_ref().is_none_or(Pattern::is_readable) && inside.chain(boxed).all(ValueRules::is_readable)
    }
}

/// Bounds of a count.
#[derive(Debug, Default, Clone, Copy)]
struct Size {
    least: Option<u64>,
    most: Option<u64>,
}

/// A bound of a number; the text is a number.
#[derive(Debug)]
struct NumberBound {
    kind: BoundKind,
    number: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BoundKind {
    Least,
    Above,
    Most,
    Below,
    Multiple,
}

/// Sets of members of which one must be there.
#[derive(Debug)]
struct Need {
    /// Condition: these members are there, each with one of these texts (an empty list accepts any value).
    when: Vec<(String, Vec<String>)>,
    one: Vec<Vec<String>>,
}

/// A variant of a union without a tag.
#[derive(Debug)]
struct UnionVariant {
    /// Forms of its values; `None` if it takes any.
    fits: Option<Vec<ValueForm>>,
    rules: ValueRules,
}

/// A form of JSON values.
#[derive(Debug)]
struct ValueForm {
    kind: Kind,
    /// Members that are there.
    required: Vec<String>,
    /// Members that have one of these texts, if they are there and texts.
    texts: Vec<(String, Vec<String>)>,
}

/// Rules that depend on the text of a member.
#[derive(Debug)]
struct TagRules {
    member: String,
    rules: Vec<(String, ValueRules)>,
    /// Rules for a missing text, and for any other.
    default: Option<Box<ValueRules>>,
}

/// A regular expression that is compiled on first use.
#[derive(Debug)]
struct Pattern {
    text: String,
    regex: OnceLock<Option<Regex>>,
}

impl Pattern {
    fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            regex: OnceLock::new(),
        }
    }

    fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns `true` if the text contains a match. An expression that cannot be compiled accepts every text.
    fn fits(&self, text: &str) -> bool {
        let regex = self.regex.get_or_init(|| Regex::new(&self.text).ok());
        regex.as_ref().is_none_or(|regex| regex.is_match(text))
    }

    fn is_readable(&self) -> bool {
        Regex::new(&self.text).is_ok()
    }
}

/// The rules of types that other rules refer to, sorted by name.
type Types = &'static [(&'static str, &'static str)];

/// Parses the rules of one operation. Text of an unknown form gives no rule.
fn operation(text: &str, types: Types) -> Option<OperationRules> {
    let document: JsonValue = json::from_slice_within(text.as_bytes(), &Limits::OWN).ok()?;
    let mut operation = OperationRules::default();
    for (place, named) in document.as_object()?.iter() {
        let location = match place {
            "path" => Some(Location::Path),
            "query" => Some(Location::Query),
            "header" => Some(Location::Header),
            "cookie" => Some(Location::Cookie),
            "body" => None,
            _ => return None,
        };
        for (name, value) in named.as_object()?.iter() {
            let schema = one(value, types)?;
            match location {
                Some(location) => operation.parameters.push((location, name.to_owned(), schema)),
                None => operation.bodies.push((name.to_owned(), schema)),
            }
        }
    }
    Some(operation)
}

/// Parses the rules of one value. Text of an unknown form gives no rule.
fn schema(text: &str, types: Types) -> Option<ValueRules> {
    let document: JsonValue = json::from_slice_within(text.as_bytes(), &Limits::OWN).ok()?;
    one(&document, types)
}

fn one(value: &JsonValue, types: Types) -> Option<ValueRules> {
    let mut schema = ValueRules::default();
    if value.as_bool() == Some(false) {
        schema.never = true;
        return Some(schema);
    }
    for (word, value) in value.as_object()?.iter() {
        let count = || value.as_number().and_then(crate::value::Number::as_u64);
        let size = |size: &mut Size, least: bool| {
            let count = Some(count()?);
            *(if least { &mut size.least } else { &mut size.most }) = count;
            Some(())
        };
        match word {
            "minLength" => size(&mut schema.length, true)?,
            "maxLength" => size(&mut schema.length, false)?,
            "minItems" => size(&mut schema.items_count, true)?,
            "maxItems" => size(&mut schema.items_count, false)?,
            "minProperties" => size(&mut schema.members_count, true)?,
            "maxProperties" => size(&mut schema.members_count, false)?,
            "minimum" => schema.bounds.push(bound(BoundKind::Least, value)?),
            "exclusiveMinimum" => schema.bounds.push(bound(BoundKind::Above, value)?),
            "maximum" => schema.bounds.push(bound(BoundKind::Most, value)?),
            "exclusiveMaximum" => schema.bounds.push(bound(BoundKind::Below, value)?),
            "multipleOf" => schema.bounds.push(bound(BoundKind::Multiple, value)?),
            "pattern" => {
                let pattern = Pattern::new(value.as_str()?);
                schema.pattern = Some(pattern);
            }
            "type" if value.as_str() == Some("string") => schema.text = true,
            "uniqueItems" => schema.unique = value.as_bool()?,
            "$ref" => schema.reference = Some(index(types, value.as_str()?)?),
            "items" => schema.items = Some(Box::new(one(value, types)?)),
            "additionalProperties" => schema.others = Some(Box::new(one(value, types)?)),
            "prefixItems" => schema.positions = list(value, types)?,
            "allOf" => schema.all = list(value, types)?,
            "anyOf" => schema.any = list(value, types)?,
            "properties" => schema.members = named(value.as_object()?, types)?,
            "variants" => {
                let each = value.as_array()?.iter();
                schema.variants = each.map(|value| variant(value, types)).collect::<Option<_>>()?;
            }
            "needs" => schema.needs = value.as_array()?.iter().map(need).collect::<Option<_>>()?,
            "discriminator" => {
                schema.tagged = Some(TagRules {
                    member: value.get("propertyName")?.as_str()?.to_owned(),
                    rules: named(value.get("mapping")?.as_object()?, types)?,
                    default: match value.get("defaultMapping") {
                        Some(default) => Some(Box::new(one(default, types)?)),
                        None => None,
                    },
                });
            }
            _ => return None,
        }
    }
    Some(schema)
}

fn variant(value: &JsonValue, types: Types) -> Option<UnionVariant> {
    let forms = |forms: &JsonValue| forms.as_array()?.iter().map(form).collect::<Option<Vec<ValueForm>>>();
    Some(UnionVariant {
        fits: value.get("fits").map_or(Some(None), |value| forms(value).map(Some))?,
        rules: value
            .get("rules")
            .map_or_else(|| Some(ValueRules::default()), |rules| one(rules, types))?,
    })
}

fn form(value: &JsonValue) -> Option<ValueForm> {
    let texts_of = |object: &JsonValue| {
        let each = object.as_object()?.iter();
        each.map(|(name, values)| Some((name.to_owned(), texts(values)?)))
            .collect()
    };
    Some(ValueForm {
        kind: match value.get("kind")?.as_str()? {
            "null" => Kind::Null,
            "boolean" => Kind::Bool,
            "number" => Kind::Number,
            "string" => Kind::String,
            "array" => Kind::Array,
            "object" => Kind::Object,
            _ => return None,
        },
        required: value.get("required").map_or_else(|| Some(Vec::new()), texts)?,
        texts: value.get("texts").map_or_else(|| Some(Vec::new()), texts_of)?,
    })
}

fn need(value: &JsonValue) -> Option<Need> {
    let mut when = value.get("when")?.as_object()?.iter();
    Some(Need {
        when: when.try_fold(Vec::new(), |mut all, (name, values)| {
            all.push((name.to_owned(), texts(values)?));
            Some(all)
        })?,
        one: value.get("one")?.as_array()?.iter().map(texts).collect::<Option<_>>()?,
    })
}

fn texts(value: &JsonValue) -> Option<Vec<String>> {
    let each = value.as_array()?.iter();
    each.map(|text| text.as_str().map(str::to_owned)).collect()
}

fn bound(kind: BoundKind, value: &JsonValue) -> Option<NumberBound> {
    let number = value.as_number()?.as_str().to_owned();
    is_decimal(&number).then_some(NumberBound { kind, number })
}

fn list(value: &JsonValue, types: Types) -> Option<Vec<ValueRules>> {
    value.as_array()?.iter().map(|value| one(value, types)).collect()
}

fn named(object: &Object, types: Types) -> Option<Vec<(String, ValueRules)>> {
    let read = |(name, value): (&str, &JsonValue)| Some((name.to_owned(), one(value, types)?));
    object.iter().map(read).collect()
}

/// Returns the index of a type in the list.
fn index(types: Types, name: &str) -> Option<usize> {
    types.binary_search_by_key(&name, |(name, _)| *name).ok()
}

/// The location of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Location {
    /// The path.
    Path,
    /// The query.
    Query,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
}

impl Location {
    /// Returns the name of OpenAPI, such as `query`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }
}

/// One violation of the contract's constraints. Does not show the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    parameter: Option<(Location, String)>,
    pointer: String,
    rule: String,
}

impl Violation {
    /// Returns the name of the parameter; `None` for the body.
    pub fn parameter(&self) -> Option<&str> {
        self.parameter.as_ref().map(|(_, name)| name.as_str())
    }

    /// Returns the JSON Pointer (RFC 6901) of the value in the body or the parameter; empty for the whole of it.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// Returns the violated rule.
    pub fn rule(&self) -> &str {
        &self.rule
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.parameter {
            Some((location, name)) => write!(f, "{} parameter `{name}{}`", location.name(), self.pointer)?,
            None if self.pointer.is_empty() => f.write_str("the body")?,
            None => write!(f, "`{}`", self.pointer)?,
        }
        write!(f, " {}", self.rule)
    }
}

/// All violations of a request, each once, parameters first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Violations(pub(crate) Vec<Violation>);

impl std::ops::Deref for Violations {
    type Target = [Violation];

    fn deref(&self) -> &[Violation] {
        &self.0
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.0.iter().enumerate() {
            write!(f, "{}{violation}", if index == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
