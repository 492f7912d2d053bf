//! Parsing of rules: text comes in, schemas go out. Text of an unknown form gives no rule.

use super::pattern::Pattern;
use super::schema::{Bound, BoundKind, Form, Need, Operation, Schema, Size, Tagged, Variant};
use super::violation::Location;
use crate::json::{self, JsonValue, Kind, Limits, Object};
use crate::value::is_decimal;

/// The rules of types that other rules refer to, sorted by name.
type Types = &'static [(&'static str, &'static str)];

pub(super) fn operation(text: &str, types: Types) -> Option<Operation> {
    let document: JsonValue = json::from_slice_within(text.as_bytes(), &Limits::OWN).ok()?;
    let mut operation = Operation::default();
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

pub(super) fn schema(text: &str, types: Types) -> Option<Schema> {
    let document: JsonValue = json::from_slice_within(text.as_bytes(), &Limits::OWN).ok()?;
    one(&document, types)
}

fn one(value: &JsonValue, types: Types) -> Option<Schema> {
    let mut schema = Schema::default();
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
                schema.tagged = Some(Tagged {
                    member: value.get("propertyName")?.as_str()?.to_owned(),
                    rules: named(value.get("mapping")?.as_object()?, types)?,
                });
            }
            _ => return None,
        }
    }
    Some(schema)
}

fn variant(value: &JsonValue, types: Types) -> Option<Variant> {
    let forms = |forms: &JsonValue| forms.as_array()?.iter().map(form).collect::<Option<Vec<Form>>>();
    Some(Variant {
        fits: value.get("fits").map_or(Some(None), |value| forms(value).map(Some))?,
        rules: value
            .get("rules")
            .map_or_else(|| Some(Schema::default()), |rules| one(rules, types))?,
    })
}

fn form(value: &JsonValue) -> Option<Form> {
    let texts_of = |object: &JsonValue| {
        let each = object.as_object()?.iter();
        each.map(|(name, values)| Some((name.to_owned(), texts(values)?)))
            .collect()
    };
    Some(Form {
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

fn bound(kind: BoundKind, value: &JsonValue) -> Option<Bound> {
    let number = value.as_number()?.as_str().to_owned();
    is_decimal(&number).then_some(Bound { kind, number })
}

fn list(value: &JsonValue, types: Types) -> Option<Vec<Schema>> {
    value.as_array()?.iter().map(|value| one(value, types)).collect()
}

fn named(object: &Object, types: Types) -> Option<Vec<(String, Schema)>> {
    let read = |(name, value): (&str, &JsonValue)| Some((name.to_owned(), one(value, types)?));
    object.iter().map(read).collect()
}

/// Returns the index of a type in the list.
fn index(types: Types, name: &str) -> Option<usize> {
    types.binary_search_by_key(&name, |(name, _)| *name).ok()
}
