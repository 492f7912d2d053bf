//! Finds the schemas whose value may be `null`.
//!
//! In: the document, and what its examples show. Out: for every schema whether its value may be `null`. Schemas that lead
//! to each other are settled together, so that no answer depends on which of them is asked for first. Makes no type.

use super::{context::Context, example_kinds, merge::Essence};
use crate::{
    contract::{JsonType, Literal, SchemaId},
    ir,
};

impl Context<'_, '_> {
    /// Can the value be `null`?
    pub(super) fn is_nullable(&self, id: SchemaId) -> bool {
        let nulls = self.nulls.get_or_init(|| self.settle_nulls());
        nulls.get(id.0 as usize).copied().unwrap_or_default()
    }

    /// Starts with no `null` anywhere, and asks whoever speaks of a schema again once that one may be `null`.
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

    /// True where a schema allows `null`, as far as it is known which others do.
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

    /// True where `null` is the only value.
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
