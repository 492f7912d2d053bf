//! `oneOf`, `anyOf` and discriminators: unions.
//!
//! Alternatives that are rules (`required` alone) are not types; `null` is not an alternative; keywords beside the
//! alternatives are part of each of them. The passes, which see the shapes, detect unions that turn out to be single
//! types.

use indexmap::IndexSet;
use std::collections::{BTreeMap, HashSet};

use super::{
    context::Context,
    merge::{Merged, SchemaAlternatives, SchemaPart},
    possibility::possibility_word,
    schema::Naming,
};
use crate::limits;
use crate::{
    diag::{Code, Diagnostic},
    document::{Discriminator, JsonType, Literal, SchemaId},
    ir::{self, Shape},
};

impl<'d> Context<'d, '_> {
    /// Returns the union; `None` if there is none.
    pub(super) fn possibilities(&mut self, merged: &Merged<'d>, named: &Naming<'_>) -> Option<Shape> {
        if let Some((base, discriminator)) = merged.base
            && merged.groups.is_empty()
        {
            return self.family(base, discriminator, named);
        }
        let groups: Vec<&SchemaAlternatives<'d>> =
            merged.groups.iter().filter(|group| self.tells_types(group)).collect();
        if groups.is_empty() {
            return None;
        }
        let discriminator = groups.iter().find_map(|group| group.discriminator);
        let mut base: Vec<SchemaPart> = named
            .parts
            .iter()
            .map(|part| SchemaPart { bare: true, ..*part })
            .collect();
        let common = Merged::new(self.document, &base);
        let is_told_alone = common.types.is_empty() || !groups.iter().any(|group| self.leaves_type(group));
        if !common.says_structure() && common.required.is_empty() && is_told_alone {
            self.tell_idle_type(&common, &groups);
            if common.limits != ir::Constraints::default() {
                let reason = "bounds beside `oneOf` or `anyOf`, which check no value";
                *self.fallbacks.entry(reason.to_owned()).or_default() += 1;
            }
            base.clear();
        }
        let mut combinations: Vec<Vec<SchemaId>> = vec![Vec::new()];
        for group in &groups {
            let mut alternatives: Vec<SchemaId> = group
                .alternatives
                .iter()
                .copied()
                .filter(|id| !self.is_null(*id))
                .collect();
            if alternatives.is_empty() {
                return Some(Shape::Null);
            }
            // Every union accepts "anything else" already.
            if alternatives.iter().filter(|id| self.resolve(**id).is_some()).count() > 1 {
                alternatives.retain(|id| self.resolve(*id).is_some());
            }
            if combinations.len() * alternatives.len() > limits::ALTERNATIVES && groups.len() > 1 {
                let help = "write the intended combinations as components and list those";
                self.unsupported(
                    group.owner.span,
                    "`oneOf` and `anyOf` multiply to too many alternatives",
                    "",
                    help,
                );
                return Some(Shape::Any);
            }
            combinations = combinations
                .iter()
                .flat_map(|start| alternatives.iter().map(|id| [start.as_slice(), &[*id]].concat()))
                .collect();
            // Of alternatives that several schemas narrow, those that contradict the others are empty.
            if merged.said.len() > 1 && combinations.iter().any(|ids| self.is_possible(ids, &base)) {
                combinations.retain(|ids| self.is_possible(ids, &base));
            }
        }
        if let [only] = combinations.as_slice() {
            return Some(self.only_possibility(only, &base, named));
        }
        let mut variants = Vec::with_capacity(combinations.len());
        for ids in &combinations {
            variants.push(self.variant(ids, &base, discriminator, named));
        }
        if let Some(by) = discriminator {
            self.map_heirs(by, &combinations, &mut variants);
            self.map_default(by, &combinations, &mut variants);
        }
        let discriminator = self.told_by(discriminator, &mut variants);
        Some(Shape::Union(ir::UnionShape {
            variants,
            discriminator,
            ..ir::UnionShape::default()
        }))
    }

    /// Returns false if no value can be of all these alternatives and of what stands beside them.
    fn is_possible(&self, ids: &[SchemaId], base: &[SchemaPart]) -> bool {
        let alternatives = ids.iter().map(|id| SchemaPart::new(*id));
        let parts: Vec<SchemaPart> = base.iter().copied().chain(alternatives).collect();
        let merged = Merged::new(self.document, &parts);
        let is_possible = |name: &&str| {
            let parts = merged.properties.get(*name).map_or(&[][..], Vec::as_slice);
            let parts: Vec<SchemaPart> = parts.iter().map(|id| SchemaPart::new(*id)).collect();
            Merged::new(self.document, &parts).conflict.is_none()
        };
        merged.conflict.is_none() && merged.never.is_none() && merged.required.keys().all(is_possible)
    }

    /// Reports a `type` beside alternatives that are all of other types: the alternatives count, and any other value is
    /// kept.
    fn tell_idle_type(&mut self, common: &Merged<'d>, groups: &[&SchemaAlternatives<'d>]) {
        let number = |kind| {
            if kind == JsonType::Integer {
                JsonType::Number
            } else {
                kind
            }
        };
        let other = |id: &SchemaId| {
            let types = Merged::new(self.document, &[SchemaPart::new(*id)]).types;
            let same = |kind| common.types.iter().any(|stated| number(stated) == number(kind));
            !types.is_empty() && !types.iter().any(same)
        };
        let idle = groups
            .iter()
            .find(|group| !common.types.is_empty() && group.alternatives.iter().all(other));
        if let Some(group) = idle {
            let message = "none of the alternatives has the `type` that is next to them";
            let diagnostic = Diagnostic::new(Code::Contradiction, message).at(group.owner.span);
            self.report.push(
                diagnostic
                    .help("remove `type`, or correct it or the alternatives")
                    .note("the alternatives are used; any other value is kept unchanged"),
            );
        }
    }

    /// Lowers a single alternative (besides `null`): the schema is that alternative.
    fn only_possibility(&mut self, ids: &[SchemaId], base: &[SchemaPart], named: &Naming<'_>) -> Shape {
        let parts: Vec<SchemaPart> = base
            .iter()
            .copied()
            .chain(ids.iter().map(|id| SchemaPart::new(*id)))
            .collect();
        match ids {
            [id] if base.is_empty() => match self.resolve(*id) {
                Some(target) if !self.arena.slots.contains_key(&target) => {
                    let parts = [SchemaPart::new(target)];
                    let merged = self.merged(&parts);
                    if merged.conflict.is_some() {
                        return Shape::Any;
                    }
                    let inner = Naming {
                        words: named.words.clone(),
                        parts: &parts,
                    };
                    let span = self.document.schema(target).span;
                    self.deeper(span, |context| context.shape(&merged, &inner))
                }
                _ => {
                    let core = self.core(*id);
                    Shape::Alias(self.marked(core, ids))
                }
            },
            _ => {
                if let Some(component) = self.only_component(&self.essential(&parts)) {
                    return Shape::Alias(component);
                }
                let merged = self.merged(&parts);
                if merged.conflict.is_some() {
                    return Shape::Any;
                }
                let span = merged.here.first().map(|schema| schema.span).unwrap_or_default();
                self.deeper(span, |context| context.shape(&merged, named))
            }
        }
    }

    /// Returns true if one of the alternatives, besides `null`, is a bound or a format whose type is stated beside it.
    fn leaves_type(&self, group: &SchemaAlternatives<'d>) -> bool {
        group.alternatives.iter().any(|id| {
            let merged = Merged::new(self.document, &[SchemaPart::new(*id)]);
            let is_silent = merged.kinds().is_empty() && merged.literals.is_none() && merged.groups.is_empty();
            (is_silent && !self.is_null(*id)) || self.resolve(*id).is_none()
        })
    }

    /// Returns true if the alternatives differ in more than required members.
    fn tells_types(&self, group: &SchemaAlternatives<'d>) -> bool {
        !group
            .alternatives
            .iter()
            .all(|id| Merged::new(self.document, &[SchemaPart::new(*id)]).is_rule())
    }

    fn variant(
        &mut self,
        ids: &[SchemaId],
        base: &[SchemaPart],
        by: Option<&'d Discriminator>,
        named: &Naming<'_>,
    ) -> ir::Variant {
        let parts: Vec<SchemaPart> = base
            .iter()
            .copied()
            .chain(ids.iter().map(|id| SchemaPart::new(*id)))
            .collect();
        let called: Vec<String> = ids.iter().map(|id| self.called(*id)).collect();
        let mut words = self.words(named);
        words.extend(called.iter().cloned());
        let ty = self.conjunction(&parts, words);
        let name = match ids {
            [id] if base.is_empty() => {
                let is_component = self.resolve(*id).is_some_and(|id| self.arena.slots.contains_key(&id));
                let structured = matches!(
                    self.arena.types[ty.0 as usize].shape,
                    Shape::Object(_) | Shape::Enum(_) | Shape::Union(_)
                );
                let named = structured || self.document.schema(*id).title.is_some();
                (named && !is_component).then(|| called.join(" "))
            }
            _ => Some(called.join(" ")),
        };
        let mut tags = Vec::new();
        if let Some(by) = by {
            tags = self.tags(ids, &parts, by);
            self.tell_idle_tag(&parts, by, &tags);
        }
        ir::Variant {
            tags,
            name,
            ..ir::Variant::new(self.marked(ty, ids))
        }
    }

    /// Returns the name of a variant inside of its union.
    fn called(&self, id: SchemaId) -> String {
        let target = self.resolve(id).unwrap_or(id);
        match self.index.names.get(&target) {
            Some(name) => (*name).to_owned(),
            None => possibility_word(self.document.node(self.document.schema(id).node)),
        }
    }

    /// Returns the discriminator values of an alternative: those of the mapping, else those its own member allows and
    /// no other alternative is mapped to, else the name of its component. The name counts if the member allows it
    /// beside values that may be those of all alternatives. A nested union has the values of its alternatives.
    pub(super) fn tags(&self, ids: &[SchemaId], parts: &[SchemaPart], by: &'d Discriminator) -> Vec<String> {
        let mut tags = Vec::new();
        let mut seen = HashSet::new();
        let mut open = vec![(ids.to_vec(), parts.to_vec(), by)];
        while let Some((ids, parts, by)) = open.pop() {
            if !seen.insert(
                ids.iter()
                    .map(|id| self.resolve(*id).unwrap_or(*id))
                    .collect::<Vec<_>>(),
            ) {
                continue;
            }
            let merged = Merged::new(self.document, &parts);
            match (self.own_tags(&ids, &merged, by), merged.groups.first()) {
                (None, Some(group)) => {
                    let by = group.discriminator.unwrap_or(by);
                    let inner = group.alternatives.iter().rev();
                    open.extend(inner.map(|id| (vec![*id], vec![SchemaPart::new(*id)], by)));
                }
                (None, None) => tags.extend(self.name(&ids)),
                (Some(own), _) => tags.extend(own),
            }
        }
        tags
    }

    /// Returns the component name of an alternative.
    fn name(&self, ids: &[SchemaId]) -> Option<String> {
        let known = |id: &SchemaId| {
            self.index
                .names
                .get(id)
                .or_else(|| self.index.names.get(&self.resolve(*id)?))
        };
        ids.iter().find_map(known).map(|name| (*name).to_owned())
    }

    /// Returns the values from the mapping and the member of an alternative; `None` if neither states any.
    fn own_tags(&self, ids: &[SchemaId], merged: &Merged<'d>, by: &Discriminator) -> Option<Vec<String>> {
        let is_one = |target: SchemaId| ids.iter().any(|id| self.resolve(*id) == Some(target));
        let is_meant = |target: SchemaId| is_one(target) || self.resolve(target).is_some_and(is_one);
        let rows = by.mapping.iter().filter(|row| row.target.is_some_and(is_meant));
        let mapped: Vec<String> = rows.map(|row| row.tag.clone()).collect();
        if !mapped.is_empty() {
            return Some(mapped);
        }
        let mut free = self.allowed(merged, by);
        if free.is_empty() {
            return None;
        }
        free.retain(|text| !by.mapping.iter().any(|row| row.tag == *text));
        let is_own = by.mapping.is_empty() && free.len() < limits::MANY_VALUES;
        let name = self.name(ids).filter(|name| !is_own && free.contains(name));
        Some(name.map_or(free, |name| vec![name]))
    }

    /// Returns the texts that the discriminator's member of an alternative allows; empty: any.
    pub(super) fn allowed(&self, merged: &Merged<'d>, by: &Discriminator) -> Vec<String> {
        let Some(entry) = merged.properties.get(by.property.as_str()) else {
            return Vec::new();
        };
        let parts: Vec<SchemaPart> = entry.iter().map(|id| SchemaPart::new(*id)).collect();
        let literals = Merged::new(self.document, &parts).literals.unwrap_or_default();
        let text = |literal: &&Literal| match &literal.scalar {
            Some(ir::Scalar::String(text) | ir::Scalar::Number(text)) => Some(text.clone()),
            Some(ir::Scalar::Bool(value)) => Some(value.to_string()),
            _ => None,
        };
        let values: IndexSet<String> = literals.iter().filter_map(text).collect();
        values.into_iter().collect()
    }

    /// Reports a discriminator value of an alternative whose own member never has it.
    pub(super) fn tell_idle_tag(&mut self, parts: &[SchemaPart], by: &Discriminator, tags: &[String]) {
        let merged = Merged::new(self.document, parts);
        let allowed = self.allowed(&merged, by);
        let idle = tags.iter().find(|tag| !allowed.is_empty() && !allowed.contains(tag));
        if let (Some(tag), Some(part)) = (idle, parts.last()) {
            let message = format!(
                "the mapping `{tag}` refers to a variant whose `{}` never has this value",
                by.property
            );
            let diagnostic = Diagnostic::new(Code::Contradiction, message)
                .at(by.span)
                .also(self.document.schema(part.id).span, "this variant");
            self.report
                .push(diagnostic.help("correct the row of `mapping`, or the values of the member"));
        }
    }

    /// Returns the discriminator, if it distinguishes the variants.
    pub(super) fn told_by(
        &mut self,
        by: Option<&Discriminator>,
        variants: &mut [ir::Variant],
    ) -> Option<ir::Discriminator> {
        let by = by?;
        let mut owners: BTreeMap<String, usize> = BTreeMap::new();
        for (index, variant) in variants.iter_mut().enumerate() {
            variant
                .tags
                .retain(|tag| *owners.entry(tag.clone()).or_insert(index) == index);
        }
        if let Some(silent) = variants
            .iter()
            .find(|variant| variant.tags.is_empty() && !variant.is_default)
        {
            let span = self.arena.types[silent.ty.0 as usize].origin.span;
            let message = format!("no value of `{}` selects one of the variants", by.property);
            let diagnostic = Diagnostic::new(Code::BadDiscriminator, message)
                .at(by.span)
                .also(span, "this variant");
            self.report
                .push(diagnostic.help("add a row of `mapping` for the variant, or give its member a unique value"));
            for variant in variants.iter_mut() {
                variant.tags.clear();
                variant.is_default = false;
            }
            return None;
        }
        Some(ir::Discriminator {
            member: by.property.clone(),
        })
    }
}
