//! Families: a base schema with a discriminator and no alternatives is a union of the schemas that extend it.
//!
//! A value of the discriminator belongs to the schema that the mapping names, else to the one whose own member or name
//! has it. Values of the base's own list that no other schema has belong to the base; without a list, its default does.

use std::collections::HashSet;

use super::{
    context::Context,
    merge::{Essence, Merged, SchemaPart},
    schema::Naming,
};
use crate::{
    diag::Code,
    document::{Discriminator, SchemaId},
    ir::{self, Shape},
};

impl<'d> Context<'d, '_> {
    /// Returns the union of a base and the schemas that extend it; `None` if there are none.
    pub(super) fn family(&mut self, base: SchemaId, by: &'d Discriminator, named: &Naming<'_>) -> Option<Shape> {
        let mut heirs = self.mapped(by);
        let values = self.allowed(&Merged::new(self.document, &[SchemaPart::new(base)]), by);
        let direct = self.index.subtypes.get(&base).map_or(0, Vec::len);
        for (place, id) in self.heirs_of(base).into_iter().enumerate() {
            if heirs.iter().any(|(known, _)| *known == id) {
                continue;
            }
            let tags = self.tags_of_heir(id, base, &values, by);
            let is_taken = |tag: &String| heirs.iter().any(|(_, tags)| tags.contains(tag));
            if place < direct || !tags.iter().any(is_taken) {
                heirs.push((id, tags));
            }
        }
        // If no name is among the values, the content of a value tells more than names would.
        if heirs.iter().any(|(_, tags)| !tags.is_empty()) {
            for (id, tags) in heirs.iter_mut().filter(|(_, tags)| tags.is_empty()) {
                tags.extend(self.index.names.get(id).map(|name| (*name).to_owned()));
            }
        }
        heirs.retain(|(id, _)| self.arena.slots.contains_key(id));
        if heirs.iter().all(|(id, _)| *id == base) {
            return None;
        }
        let is_free = |value: &String| !heirs.iter().any(|(_, tags)| tags.contains(value));
        // A base without a list of values may say its own as the default.
        let own = self.own_default(base, by).filter(|_| values.is_empty());
        let free: Vec<String> = values.into_iter().chain(own).filter(is_free).collect();
        match heirs.iter_mut().find(|(id, _)| *id == base) {
            Some((_, tags)) => tags.extend(free),
            None if free.is_empty() => {}
            None => heirs.push((base, free)),
        }
        let combinations: Vec<Vec<SchemaId>> = heirs.iter().map(|(id, _)| vec![*id]).collect();
        let mut variants = Vec::new();
        for (id, tags) in heirs {
            let variant = if id == base {
                self.base_itself(base, by, named)
            } else {
                let ty = self.arena.slots.get(&id).copied()?;
                self.tell_idle_tag(&[SchemaPart::new(id)], by, &tags);
                ir::Variant::new(ty)
            };
            variants.push(ir::Variant { tags, ..variant });
        }
        self.map_default(by, &combinations, &mut variants);
        let discriminator = self.told_by(Some(by), &mut variants);
        Some(Shape::Union(ir::UnionShape {
            variants,
            discriminator,
            ..ir::UnionShape::default()
        }))
    }

    /// Gives a value that is mapped to a schema beside the alternatives to the alternative that this schema extends, or is
    /// an alternative of. Reports a value of none.
    pub(super) fn map_heirs(
        &mut self,
        by: &Discriminator,
        combinations: &[Vec<SchemaId>],
        variants: &mut [ir::Variant],
    ) {
        let below: Vec<HashSet<SchemaId>> = combinations
            .iter()
            .map(|ids| ids.first().map(|id| self.below(*id)).unwrap_or_default())
            .collect();
        for row in &by.mapping {
            let Some(target) = row.target else { continue };
            if variants.iter().any(|variant| variant.tags.contains(&row.tag)) {
                continue;
            }
            let targets = [Some(target), self.resolve(target)];
            let is_below = |at: &usize| targets.iter().flatten().any(|id| below[*at].contains(id));
            // Of a schema and one that it extends, the first has fewer below it.
            let nearest = (0..below.len()).filter(is_below).min_by_key(|at| below[*at].len());
            if let Some(at) = nearest {
                let parts: Vec<SchemaPart> = combinations[at].iter().map(|id| SchemaPart::new(*id)).collect();
                self.tell_idle_tag(&parts, by, std::slice::from_ref(&row.tag));
                variants[at].tags.push(row.tag.clone());
                continue;
            }
            let message = format!(
                "the mapping `{}` refers to a schema that is not an alternative of the union",
                row.tag
            );
            let help = "list the schema among the alternatives, or remove the row of `mapping`";
            self.report.fault(Code::BadDiscriminator, row.span, message, help);
        }
    }

    /// Marks the variant of the schema that `defaultMapping` names. Reports one that is not a variant.
    pub(super) fn map_default(
        &mut self,
        by: &Discriminator,
        combinations: &[Vec<SchemaId>],
        variants: &mut [ir::Variant],
    ) {
        let Some(target) = by.default else { return };
        let targets = [Some(target), self.resolve(target)];
        let is_it = |id: &SchemaId| targets.contains(&Some(*id)) || targets.contains(&self.resolve(*id));
        let own = combinations.iter().position(|ids| ids.iter().any(is_it));
        if let Some(variant) = own.and_then(|at| variants.get_mut(at)) {
            variant.is_default = true;
        } else {
            let message = "`defaultMapping` refers to a schema that is not a variant of the union";
            let help = "list the schema among the alternatives, or remove `defaultMapping`";
            self.report
                .fault(Code::BadDiscriminator, by.span, message.to_owned(), help);
        }
    }

    /// Returns a schema, the one that it is another name of, those that extend them, and their alternatives.
    fn below(&self, id: SchemaId) -> HashSet<SchemaId> {
        let (mut all, mut open) = (HashSet::new(), vec![id]);
        while let Some(id) = open.pop() {
            if all.insert(id) {
                if let Essence::Is(same) = self.index.essences.essence_of(id) {
                    open.push(same);
                }
                open.extend(self.index.subtypes.get(&id).into_iter().flatten());
                let groups = Merged::new(self.document, &[SchemaPart::new(id)]).groups;
                open.extend(groups.iter().flat_map(|group| group.alternatives.iter().copied()));
            }
        }
        all
    }

    /// Returns the components of the mapping, each with its values.
    fn mapped(&self, by: &Discriminator) -> Vec<(SchemaId, Vec<String>)> {
        let mut heirs: Vec<(SchemaId, Vec<String>)> = Vec::new();
        for row in &by.mapping {
            let Some(target) = row.target.and_then(|target| self.resolve(target)) else {
                continue;
            };
            match heirs.iter_mut().find(|(id, _)| *id == target) {
                Some((_, tags)) => tags.push(row.tag.clone()),
                None => heirs.push((target, vec![row.tag.clone()])),
            }
        }
        heirs
    }

    /// Returns the components that extend a schema, directly first, and those that extend them.
    fn heirs_of(&self, base: SchemaId) -> Vec<SchemaId> {
        let (mut seen, mut all) = (HashSet::from([base]), vec![base]);
        let mut at = 0;
        while let Some(id) = all.get(at) {
            let next = self.index.subtypes.get(id).into_iter().flatten();
            let new: Vec<SchemaId> = next.copied().filter(|id| seen.insert(*id)).collect();
            all.extend(new);
            at += 1;
        }
        all.split_off(1)
    }

    /// Returns the discriminator values of a schema that the mapping does not name. If it inherits the whole list of the
    /// base, its name chooses among them, or none.
    fn tags_of_heir(&self, id: SchemaId, base: SchemaId, values: &[String], by: &'d Discriminator) -> Vec<String> {
        let parts = [SchemaPart::new(id)];
        if !values.is_empty() && self.allowed(&Merged::new(self.document, &parts), by) == values {
            let name = |id: SchemaId| self.index.names.get(&id).copied().unwrap_or_default();
            let is_mapped = |value: &&String| by.mapping.iter().any(|row| row.tag == **value);
            let free = values.iter().filter(|value| !is_mapped(value));
            let named = named_by(name(id), name(base), free);
            return named.map(str::to_owned).into_iter().collect();
        }
        self.tags(&[id], &parts, by)
    }

    /// Returns the default of the discriminator's member of a base.
    fn own_default(&self, base: SchemaId, by: &Discriminator) -> Option<String> {
        let merged = Merged::new(self.document, &[SchemaPart::new(base)]);
        let member = merged.properties.get(by.property.as_str())?;
        let parts: Vec<SchemaPart> = member.iter().map(|id| SchemaPart::new(*id)).collect();
        let here = Merged::new(self.document, &parts).here;
        let default = here.iter().find_map(|schema| schema.default)?;
        self.document.node(default).as_str().map(str::to_owned)
    }

    /// Returns the variant for values that are of the base and of no schema that extends it.
    fn base_itself(&mut self, base: SchemaId, by: &Discriminator, named: &Naming<'_>) -> ir::Variant {
        let mut words = self.words(named);
        words.push("base".to_owned());
        let merged = Merged::new(self.document, &[SchemaPart::new(base)]);
        let shape = self.object(&merged, named);
        let ty = self.anonymous(shape, by.span);
        self.arena.types[ty.0 as usize].name = ir::NameHint::Derived(words);
        let mut origin = self.places.origin(self.document.schema(base).node);
        origin.pointer.push_str("/base");
        self.arena.types[ty.0 as usize].origin = origin;
        ir::Variant {
            name: Some("base".to_owned()),
            ..ir::Variant::new(ty)
        }
    }
}

/// Returns the value that a schema's name means: the name itself, or the same words in another notation, with or without
/// the name of the base. `None` if no value is meant, or if several are.
fn named_by<'v>(name: &str, base: &str, values: impl Iterator<Item = &'v String>) -> Option<&'v str> {
    let plain = |text: &str| -> String {
        let letters = text.chars().filter(|letter| letter.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let (wanted, base) = (plain(name), plain(base));
    let rank = |value: &str| {
        let plain = plain(value);
        if value == name {
            3
        } else if plain == wanted {
            2
        } else {
            u8::from([format!("{plain}{base}"), format!("{base}{plain}")].contains(&wanted))
        }
    };
    let ranked: Vec<(u8, &str)> = values.map(|value| (rank(value), value.as_str())).collect();
    let best = ranked.iter().map(|(rank, _)| *rank).max().filter(|rank| *rank > 0)?;
    let mut meant = ranked.iter().filter(|(rank, _)| *rank == best);
    match (meant.next(), meant.next()) {
        (Some((_, value)), None) => Some(value),
        _ => None,
    }
}
