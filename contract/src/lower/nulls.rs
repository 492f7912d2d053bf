//! Nullability of schemas.
//!
//! In: the document, and the values in its examples. Out: for every schema, true if its value may be `null`. Computed
//! for all schemas at once, so that the result for schemas in a cycle does not depend on the order of requests. Makes
//! no type.

use super::{context::Context, example_kinds, merge::Essence};
use crate::{
    document::{JsonType, Literal, SchemaId},
    ir,
};

impl Context<'_, '_> {
    /// Returns true if the value may be `null`.
    pub(super) fn is_nullable(&self, id: SchemaId) -> bool {
        let nulls = self.nulls.get_or_init(|| self.settle_nulls());
        nulls.get(id.0 as usize).copied().unwrap_or_default()
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
        if schema.nullable || self.example_kinds.nulls.contains(&schema.node) {
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
            .filter(|part| self.essences.of(*part) != Essence::Nothing)
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
