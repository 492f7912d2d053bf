//! Scalars: formats by kind and `format` (unknown formats stay text), nullability, and `enum` and `const`: open enumerations of literals,
//! with the texts of their values.

use std::collections::{HashMap, HashSet};

use super::context::Context;
use super::example_kinds;
use super::merge::{Essence, Merged};
use super::provenance::mark_values;
use crate::document::{self, Document, JsonType, Literal, SchemaId};
use crate::ir::{self, Documentation, EnumValue, Scalar, ScalarFormat, Shape};
use crate::limits;
use crate::source::number;

/// Returns the format of a scalar of that kind.
pub(super) fn format(document: &Document, kind: JsonType, merged: &Merged<'_>) -> ScalarFormat {
    match kind {
        JsonType::Boolean => ScalarFormat::Bool,
        JsonType::Integer => integer(document, merged),
        JsonType::Number => match merged.format {
            Some("float" | "double") => ScalarFormat::Float,
            Some("int32" | "int64" | "uint64" | "uint32") => integer(document, merged),
            _ => ScalarFormat::Number,
        },
        _ => match merged.format {
            Some("date-time") => ScalarFormat::Timestamp,
            Some("date") => ScalarFormat::Date,
            Some("decimal") => ScalarFormat::Decimal,
            Some("byte") => ScalarFormat::Base64,
            _ if merged
                .encoding
                .is_some_and(|encoding| encoding.eq_ignore_ascii_case("base64")) =>
            {
                ScalarFormat::Base64
            }
            _ => ScalarFormat::Text,
        },
    }
}

/// Returns the smallest integer that holds what the contract allows; 64 bits without bounds. Values in the contract
/// itself must fit too, whatever the format states.
fn integer(document: &Document, merged: &Merged<'_>) -> ScalarFormat {
    let stated = stated_integer(merged);
    let fits = |format: ScalarFormat| shown(document, merged).all(|value| holds(format, value));
    match stated {
        ScalarFormat::I32 if !fits(ScalarFormat::I32) && fits(ScalarFormat::I64) => ScalarFormat::I64,
        stated if fits(stated) => stated,
        _ => ScalarFormat::Integer,
    }
}

/// Returns integers in examples or the default of the schema.
fn shown<'d>(document: &'d Document, merged: &Merged<'d>) -> impl Iterator<Item = i128> {
    let nodes = merged
        .here
        .iter()
        .flat_map(|schema| schema.examples.iter().chain(&schema.default));
    nodes.filter_map(|node| number::whole(&document.node(*node).as_number()?))
}

fn holds(format: ScalarFormat, value: i128) -> bool {
    match format {
        ScalarFormat::I32 => i32::try_from(value).is_ok(),
        ScalarFormat::I64 => i64::try_from(value).is_ok(),
        ScalarFormat::U64 => u64::try_from(value).is_ok(),
        _ => true,
    }
}

/// Returns the integer of format and bounds. A bound outside of the format wins over the format.
fn stated_integer(merged: &Merged<'_>) -> ScalarFormat {
    let limits = &merged.limits;
    let least = limits
        .minimum
        .as_ref()
        .and_then(|(text, excluded)| number::least(text, *excluded));
    let most = limits
        .maximum
        .as_ref()
        .and_then(|(text, excluded)| number::most(text, *excluded));
    let all = |format: ScalarFormat| least.into_iter().chain(most).all(|bound| holds(format, bound));
    let unsigned = least.is_some_and(|least| least >= 0);
    if !all(ScalarFormat::I64) {
        let is_held = unsigned && most.is_some() && all(ScalarFormat::U64);
        return if is_held {
            ScalarFormat::U64
        } else {
            ScalarFormat::Integer
        };
    }
    match merged.format {
        Some("uint64" | "uint") if least.is_none_or(|least| least >= 0) => ScalarFormat::U64,
        Some("uint64" | "uint") if most.is_none() => ScalarFormat::Integer,
        Some("int8" | "int16" | "uint8" | "uint16" | "int32") if all(ScalarFormat::I32) => ScalarFormat::I32,
        _ => ScalarFormat::I64,
    }
}

// Nullability of schemas.

impl Context<'_, '_> {
    /// Returns true if the value may be `null`.
    pub(super) fn is_nullable(&self, id: SchemaId) -> bool {
        let nulls = self.index.nulls.get_or_init(|| self.settle_nulls());
        nulls.get(id.0 as usize).copied().unwrap_or_default()
    }

    /// Returns true if a value that all these schemas describe may be `null`; those that state nothing have no say.
    pub(super) fn are_nullable(&self, ids: &[SchemaId]) -> bool {
        let is_silent = |id: SchemaId| self.index.essences.essence_of(id) == Essence::Nothing;
        let allows = |id: SchemaId| self.is_nullable(id);
        ids.iter().any(|id| allows(*id)) && ids.iter().all(|id| allows(*id) || is_silent(*id))
    }

    /// Computes the least fixed point: starts with no `null`, and re-evaluates the users of a schema that became
    /// nullable.
    fn settle_nulls(&self) -> Vec<bool> {
        let schemas = &self.document.schemas;
        let mut owners: Vec<Vec<SchemaId>> = vec![Vec::new(); schemas.len()];
        let mut open = Vec::with_capacity(schemas.len());
        for (id, schema) in (0u32..).map(SchemaId).zip(schemas) {
            example_kinds::alike(schema).for_each(|part| owners[part.0 as usize].push(id));
            open.push(id);
        }
        let mut nulls = vec![false; schemas.len()];
        while let Some(id) = open.pop() {
            if !nulls[id.0 as usize] && self.says_null(id, &nulls) {
                nulls[id.0 as usize] = true;
                open.extend(&owners[id.0 as usize]);
            }
        }
        nulls
    }

    /// Returns true if a schema allows `null`, given the nullable ones so far.
    fn says_null(&self, id: SchemaId, nulls: &[bool]) -> bool {
        let schema = self.document.schema(id);
        if schema.nullable || self.index.example_kinds.nulls.contains(&schema.node) {
            return true;
        }
        if !schema.types.is_empty() {
            return schema.types.contains(JsonType::Null);
        }
        if let Some(constant) = &schema.constant {
            return is_null(constant);
        }
        if let Some(values) = &schema.enumeration {
            return values.iter().any(is_null);
        }
        let may = |id: &SchemaId| nulls[id.0 as usize];
        let all_of = schema.all_of.iter().copied();
        let parts: Vec<SchemaId> = all_of
            .chain(schema.reference.map(|reference| reference.target))
            .filter(|part| self.index.essences.essence_of(*part) != Essence::Nothing)
            .collect();
        let groups = [&schema.one_of, &schema.any_of];
        let says_something = !parts.is_empty() || groups.iter().any(|group| !group.is_empty());
        says_something
            && parts.iter().all(may)
            && groups
                .iter()
                .all(|group| group.is_empty() || group.iter().any(|one| self.is_null(*one) || may(one)))
    }

    /// Returns true if `null` is the only value.
    pub(super) fn is_null(&self, id: SchemaId) -> bool {
        let Some(id) = self.resolve(id) else { return false };
        let schema = self.document.schema(id);
        (schema.types.contains(JsonType::Null) && schema.types.without_null().is_empty())
            || schema.constant.as_deref().is_some_and(is_null)
            || schema
                .enumeration
                .as_ref()
                .is_some_and(|values| !values.is_empty() && values.iter().all(is_null))
    }
}

fn is_null(literal: &Literal) -> bool {
    literal.scalar == Some(ir::Scalar::Null)
}

// Enumerations (`enum`, `const`).

/// Lists beside `enum` with a name for each value, as other tools write them.
const NAMES: [&str; 2] = ["x-enum-varnames", "x-enumNames"];

/// List beside `enum` with a description for each value.
const DESCRIPTIONS: &str = "x-enum-descriptions";

impl<'d> Context<'d, '_> {
    /// Returns the enumeration, or `None` if the literals do not make one.
    pub(super) fn enumeration(&mut self, merged: &Merged<'d>) -> Option<Shape> {
        let literals = merged.literals.as_ref()?;
        if literals.len() > limits::ENUM_VALUES {
            let span = merged.here.first().map(|schema| schema.span).unwrap_or_default();
            let help = "write a `pattern`, or return the list from an operation; in lenient mode any value of the type is accepted";
            let detail = format!(
                "{} values, but at most {} are generated",
                literals.len(),
                limits::ENUM_VALUES
            );
            self.unsupported(span, "an `enum` with too many values", &detail, help);
            return None;
        }
        let mut seen = HashSet::new();
        let mut values: Vec<ir::EnumValue> = Vec::new();
        let mut null = false;
        for literal in literals {
            // Lists and objects as values: the type alone describes them.
            match in_shortest_form(literal.scalar.as_ref()?) {
                Scalar::Null => null = true,
                value if fits_constraints(&value, merged) && seen.insert(value.clone()) => {
                    values.push(ir::EnumValue {
                        value,
                        name: None,
                        text: ir::Documentation::default(),
                    });
                }
                _ => {}
            }
        }
        if values.is_empty() {
            return null.then_some(Shape::Null);
        }
        let both = |value: bool| values.iter().any(|known| known.value == Scalar::Bool(value));
        if values.len() == 2 && both(true) && both(false) {
            return Some(Shape::Scalar(ir::ScalarFormat::Bool, merged.limits.clone()));
        }
        mark_values(merged, self.document, &mut values);
        self.beside_values(merged, &mut values);
        let words = ["x-problem-registry", "x-lifecycle", "x-sdk"].map(|name| merged.extension(name));
        self.taken.borrow_mut().extend(words.into_iter().flatten());
        let [problems, lifecycle, prefix] = words;
        let problems = problems.and_then(|node| self.registry(node, &values));
        let lifecycle = lifecycle.and_then(|node| self.lifecycle(node, &values));
        let variant_prefix = prefix.and_then(|node| self.variant_prefix(node, &values));
        Some(Shape::Enum(ir::EnumShape {
            values,
            allows_others: false,
            limits: ir::Constraints::default(),
            variant_prefix,
            lifecycle,
            problems,
        }))
    }

    /// Reads the names and descriptions of values from lists beside `enum`. A list of another length has no effect.
    fn beside_values(&mut self, merged: &Merged<'d>, values: &mut [ir::EnumValue]) {
        for word in NAMES.into_iter().chain([DESCRIPTIONS]) {
            let Some(node) = merged.extension(word) else { continue };
            let list = self.document.node(node);
            let Some(literals) = list.parent().and_then(|schema| schema.get("enum")) else {
                continue;
            };
            if list.items().count() != literals.items().count() {
                continue;
            }
            self.taken.borrow_mut().insert(node);
            let places = values.iter().enumerate();
            let places: HashMap<Scalar, usize> = places.map(|(at, value)| (value.value.clone(), at)).collect();
            for (literal, said) in literals.items().zip(list.items()) {
                let literal = literal.scalar().map(|scalar| in_shortest_form(&scalar));
                let place = literal.and_then(|literal| places.get(&literal).copied());
                let value = place.and_then(|place| values.get_mut(place));
                let Some((value, text)) = value.zip(said.as_str()) else {
                    continue;
                };
                if word == DESCRIPTIONS {
                    value.text.description = document::said(said).map(str::to_owned);
                } else if ir::EnumValue::is_name(text) {
                    value.name = Some(text.to_owned());
                }
            }
        }
    }
}

/// Returns the literal; an integer that is written as a fraction or with an exponent (`2.0`) as its digits.
fn in_shortest_form(scalar: &Scalar) -> Scalar {
    let whole = |text: &String| number::whole(text).and_then(|whole| i64::try_from(whole).ok());
    match scalar {
        Scalar::Number(text) => whole(text).map_or_else(|| scalar.clone(), |whole| Scalar::Number(whole.to_string())),
        _ => scalar.clone(),
    }
}

/// Returns true if the schema allows literals of this kind.
fn fits_constraints(value: &Scalar, merged: &Merged<'_>) -> bool {
    let types = merged.types;
    types.is_empty()
        || match value {
            Scalar::Null => true,
            Scalar::Bool(_) => types.contains(JsonType::Boolean),
            Scalar::Number(_) => types.contains(JsonType::Integer) || types.contains(JsonType::Number),
            Scalar::String(_) => types.contains(JsonType::String),
        }
}

// Texts of values from the description.

/// Marks between a value and its text.
const SEPARATORS: [&str; 4] = [":", " - ", " \u{2013} ", " \u{2014} "];

/// Moves the items of lists that begin with a value in code marks from the description to the
/// values. A list with an item of something else stays.
pub(super) fn take_value_texts(text: &mut Documentation, values: &mut [EnumValue]) {
    let Some(description) = text.description.as_deref() else {
        return;
    };
    if !description.contains('`') || values.iter().any(|value| value.text.description.is_some()) {
        return;
    }
    let (mut rest, mut taken): (Vec<&str>, Vec<ListItem>) = (Vec::new(), Vec::new());
    for paragraph in description.split("\n\n") {
        match list_items(paragraph, values) {
            Some(items) => taken.extend(items),
            None => rest.push(paragraph),
        }
    }
    let rest = rest.join("\n\n");
    for item in taken {
        if let Some(value) = values.get_mut(item.value) {
            value.text.description = Some(item.text);
        }
    }
    text.description = (!rest.trim().is_empty()).then_some(rest);
}

/// An item of a list: the place of its value, and its text.
struct ListItem {
    value: usize,
    text: String,
}

/// Reads a paragraph as a list of values; `None` if it is anything else.
fn list_items(paragraph: &str, values: &[EnumValue]) -> Option<Vec<ListItem>> {
    let mut items: Vec<ListItem> = Vec::new();
    for line in paragraph.lines() {
        let marked = ["- ", "* ", "+ "].iter().find_map(|mark| line.strip_prefix(mark));
        match (marked, items.last_mut()) {
            (Some(line), _) => items.push(list_item(line, values)?),
            (None, Some(last)) if line.starts_with("  ") => {
                last.text.push(' ');
                last.text.push_str(line.trim());
            }
            _ => return None,
        }
    }
    (!items.is_empty()).then_some(items)
}

fn list_item(line: &str, values: &[EnumValue]) -> Option<ListItem> {
    let (literal, after) = line.trim_start().strip_prefix('`')?.split_once('`')?;
    let text = SEPARATORS.iter().find_map(|mark| after.strip_prefix(mark))?.trim();
    let value = values.iter().position(|value| value.value.text() == literal)?;
    let text = text.to_owned();
    (!text.is_empty()).then_some(ListItem { value, text })
}

#[cfg(test)]
mod tests {
    use super::take_value_texts;
    use crate::ir::{Documentation, EnumValue, Scalar};

    fn taken(description: &str) -> (Option<String>, Vec<Option<String>>) {
        let value = |text: &str| EnumValue {
            value: Scalar::String(text.to_owned()),
            name: None,
            text: Documentation::default(),
        };
        let (mut text, mut values) = (Documentation::default(), vec![value("A"), value("B")]);
        text.description = Some(description.to_owned());
        take_value_texts(&mut text, &mut values);
        let texts = values.into_iter().map(|value| value.text.description);
        (text.description, texts.collect())
    }

    #[test]
    fn a_list_of_values_describes_them() {
        let some = |text: &str| Some(text.to_owned());
        let (rest, texts) = taken("States.\n\n- `A`: first,\n  on two lines.\n- `B` - second.\n\nOpen.");
        assert_eq!(rest, some("States.\n\nOpen."));
        assert_eq!(texts, [some("first, on two lines."), some("second.")]);
        assert_eq!(taken("* `B`: second."), (None, vec![None, some("second.")]));
    }

    #[test]
    fn a_list_of_anything_else_stays() {
        for text in [
            "States.\n- `A`: first.",
            "- `A`: first.\n- `C`: third.",
            "- `A`: first.\nMore.",
            "- A: first.",
            "- `A` first.",
            "- `A`:",
        ] {
            assert_eq!(taken(text), (Some(text.to_owned()), vec![None, None]), "{text}");
        }
    }
}
