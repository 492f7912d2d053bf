//! Rules in parsed form: those of one operation and those of one value. Text of an unknown form gives no rule.

use crate::json::{self, JsonValue, Kind, Limits, Object};
use crate::rules::violation::Location;
use crate::value::is_decimal;
use regex_lite::Regex;
use std::sync::OnceLock;

/// The rules of one operation.
#[derive(Debug, Default)]
pub(super) struct OperationRules {
    pub(super) parameters: Vec<(Location, String, ValueRules)>,
    /// By media type.
    pub(super) bodies: Vec<(String, ValueRules)>,
}

impl OperationRules {
    /// Returns `true` if all patterns can be compiled.
    pub(super) fn is_readable(&self) -> bool {
        let parameters = self.parameters.iter().map(|(.., schema)| schema);
        parameters
            .chain(self.bodies.iter().map(|(_, schema)| schema))
            .all(ValueRules::is_readable)
    }
}

/// Constraints on one value. Each constrains one kind of JSON value and accepts all others.
#[derive(Debug, Default)]
pub(super) struct ValueRules {
    pub(super) length: Size,
    pub(super) items_count: Size,
    pub(super) members_count: Size,
    pub(super) pattern: Option<Pattern>,
    pub(super) bounds: Vec<NumberBound>,
    pub(super) unique: bool,
    /// The value must be a text, not a number.
    pub(super) text: bool,
    /// There must be no value: the schema `false`.
    pub(super) never: bool,
    /// Index of the type with further rules.
    pub(super) reference: Option<usize>,
    /// Schema of each item beyond `positions`.
    pub(super) items: Option<Box<ValueRules>>,
    pub(super) positions: Vec<ValueRules>,
    pub(super) members: Vec<(String, ValueRules)>,
    /// Schema of each member that is not in `members`.
    pub(super) others: Option<Box<ValueRules>>,
    /// Schemas that must all hold.
    pub(super) all: Vec<ValueRules>,
    /// Schemas of which one must hold.
    pub(super) any: Vec<ValueRules>,
    pub(super) tagged: Option<TagRules>,
    /// Variants of a union without a tag: the rules of one that the value fits must hold.
    pub(super) variants: Vec<UnionVariant>,
    pub(super) needs: Vec<Need>,
}

impl ValueRules {
    /// Returns `true` if all patterns can be compiled.
    pub(super) fn is_readable(&self) -> bool {
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
pub(super) struct Size {
    pub(super) least: Option<u64>,
    pub(super) most: Option<u64>,
}

/// A bound of a number; the text is a number.
#[derive(Debug)]
pub(super) struct NumberBound {
    pub(super) kind: BoundKind,
    pub(super) number: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BoundKind {
    Least,
    Above,
    Most,
    Below,
    Multiple,
}

/// Sets of members of which one must be there.
#[derive(Debug)]
pub(super) struct Need {
    /// Condition: these members are there, each with one of these texts (an empty list accepts any value).
    pub(super) when: Vec<(String, Vec<String>)>,
    pub(super) one: Vec<Vec<String>>,
}

/// A variant of a union without a tag.
#[derive(Debug)]
pub(super) struct UnionVariant {
    /// Forms of its values; `None` if it takes any.
    pub(super) fits: Option<Vec<ValueForm>>,
    pub(super) rules: ValueRules,
}

/// A form of JSON values.
#[derive(Debug)]
pub(super) struct ValueForm {
    pub(super) kind: Kind,
    /// Members that are there.
    pub(super) required: Vec<String>,
    /// Members that have one of these texts, if they are there and texts.
    pub(super) texts: Vec<(String, Vec<String>)>,
}

/// Rules that depend on the text of a member.
#[derive(Debug)]
pub(super) struct TagRules {
    pub(super) member: String,
    pub(super) rules: Vec<(String, ValueRules)>,
    /// Rules for a missing text, and for any other.
    pub(super) default: Option<Box<ValueRules>>,
}

/// A regular expression that is compiled on first use.
#[derive(Debug)]
pub(super) struct Pattern {
    text: String,
    regex: OnceLock<Option<Regex>>,
}

impl Pattern {
    pub(super) fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            regex: OnceLock::new(),
        }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns `true` if the text contains a match. An expression that cannot be compiled accepts every text.
    pub(super) fn fits(&self, text: &str) -> bool {
        let regex = self.regex.get_or_init(|| Regex::new(&self.text).ok());
        regex.as_ref().is_none_or(|regex| regex.is_match(text))
    }

    pub(super) fn is_readable(&self) -> bool {
        Regex::new(&self.text).is_ok()
    }
}

/// The rules of types that other rules refer to, sorted by name.
type Types = &'static [(&'static str, &'static str)];

pub(super) fn operation(text: &str, types: Types) -> Option<OperationRules> {
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

pub(super) fn schema(text: &str, types: Types) -> Option<ValueRules> {
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
