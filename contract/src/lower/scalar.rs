//! Scalars: formats by kind and `format`. Unknown formats are kept as text in the limits.

use super::context::Context;
use super::example_kinds;
use super::merge::{Essence, Merged};
use crate::document::{Document, JsonType, Literal, SchemaId};
use crate::ir;
use crate::ir::ScalarFormat;
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
