//! Merges the keywords of a set of schemas.
//!
//! In: the parts of a conjunction (a schema, its `$ref`, its `allOf`, and theirs). Out: [`Merged`], one flat set of
//! keywords, with the first contradiction and both of its locations. Reads the document alone; makes no type.

use std::{cell::RefCell, collections::HashSet};

use indexmap::IndexMap;

use crate::{
    document::{Discriminator, Document, Extensions, JsonType, Literal, Schema, SchemaId, Types},
    ir,
    source::{NodeId, Span},
};

/// A schema, with or without its `oneOf` and `anyOf`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct SchemaPart {
    pub(super) id: SchemaId,
    pub(super) bare: bool,
}

impl SchemaPart {
    pub(super) fn new(id: SchemaId) -> Self {
        Self { id, bare: false }
    }
}

/// One `oneOf` or `anyOf`.
pub(super) struct SchemaAlternatives<'d> {
    pub(super) alternatives: &'d [SchemaId],
    pub(super) discriminator: Option<&'d Discriminator>,
    pub(super) owner: &'d Schema,
}

/// Merged keywords of the parts.
#[derive(Default)]
pub(super) struct Merged<'d> {
    /// Kinds that all parts allow, without `null`; empty if none states any.
    pub(super) types: Types,
    pub(super) literals: Option<Vec<&'d Literal>>,
    pub(super) properties: IndexMap<&'d str, Vec<SchemaId>>,
    pub(super) required: IndexMap<&'d str, Span>,
    pub(super) additional: Vec<SchemaId>,
    pub(super) patterns: Vec<SchemaId>,
    pub(super) items: Vec<SchemaId>,
    /// Positions of the first part that has any, and the number of parts that have.
    pub(super) prefix: &'d [SchemaId],
    pub(super) prefixes: usize,
    pub(super) groups: Vec<SchemaAlternatives<'d>>,
    /// A discriminator without `oneOf` or `anyOf`: the schema is the base of others.
    pub(super) base: Option<(SchemaId, &'d Discriminator)>,
    /// Bounds for any kind of value; [`Self::limits_of`] adds the sizes of one kind.
    pub(super) limits: ir::Constraints,
    /// Minimum and maximum of characters, items, members.
    sizes: [[Option<u64>; 2]; 3],
    pub(super) format: Option<&'d str>,
    pub(super) encoding: Option<&'d str>,
    /// `readOnly` and `writeOnly` of any part.
    pub(super) read_only: bool,
    pub(super) write_only: bool,
    pub(super) never: Option<Span>,
    pub(super) conflict: Option<Conflict>,
    /// Extensions of the parts at this place (not behind a reference), outermost first.
    pub(super) extensions: Vec<&'d Extensions>,
    /// Nodes of all parts, including those behind references.
    pub(super) said: Vec<NodeId>,
    /// Schemas at this place, outermost first.
    pub(super) here: Vec<&'d Schema>,
    types_at: Span,
}

/// Pending work on a part: visit what it consists of, then add it.
enum MergeStep {
    Enter(SchemaPart, bool),
    Add(SchemaPart),
}

/// Two locations that contradict each other.
pub(super) struct Conflict {
    pub(super) message: String,
    pub(super) first: Span,
    pub(super) second: Span,
}

impl<'d> Merged<'d> {
    /// Merges all parts.
    pub(super) fn new(document: &'d Document, parts: &[SchemaPart]) -> Self {
        let mut merged = Self::default();
        let mut seen = HashSet::new();
        for part in parts {
            merged.collect(document, *part, &mut seen);
        }
        if let Some(data) = merged.properties.get_mut("data") {
            let contents = data.iter().filter_map(|id| document.event_contents.get(id).copied());
            let contents: Vec<SchemaId> = contents.collect();
            if !contents.is_empty() {
                *data = contents;
            }
        }
        merged
    }

    /// Adds a part after everything it refers to and consists of, however long that chain is; each schema once.
    fn collect(&mut self, document: &'d Document, part: SchemaPart, seen: &mut HashSet<SchemaPart>) {
        let mut open = vec![MergeStep::Enter(part, true)];
        while let Some(step) = open.pop() {
            match step {
                MergeStep::Enter(part, here) => {
                    if !seen.insert(part) {
                        continue;
                    }
                    let schema = document.schema(part.id);
                    if here {
                        self.here.push(schema);
                        self.extensions.push(&schema.extensions);
                    }
                    open.push(MergeStep::Add(part));
                    let inner = |id: SchemaId| SchemaPart { id, ..part };
                    open.extend(schema.all_of.iter().rev().map(|id| MergeStep::Enter(inner(*id), here)));
                    let target = schema.reference.map(|reference| inner(reference.target));
                    open.extend(target.map(|target| MergeStep::Enter(target, false)));
                }
                MergeStep::Add(part) => self.add(document.schema(part.id), part),
            }
        }
        let schema = document.schema(part.id);
        if let Some(discriminator) = schema.discriminator.as_deref()
            && schema.one_of.is_empty()
            && schema.any_of.is_empty()
        {
            self.base = Some((part.id, discriminator));
        }
    }

    fn add(&mut self, schema: &'d Schema, part: SchemaPart) {
        if schema.boolean == Some(false) {
            self.never.get_or_insert(schema.span);
        }
        self.said.push(schema.node);
        self.read_only |= schema.read_only;
        self.write_only |= schema.write_only;
        self.add_types(schema);
        self.add_literals(schema);
        for property in &schema.properties {
            self.properties.entry(&property.name).or_default().push(property.schema);
        }
        for (name, span) in &schema.required {
            self.required.entry(name).or_insert(*span);
        }
        let rare = schema.rare();
        // Members that another part describes are evaluated.
        let rest = rare.unevaluated_properties.filter(|_| self.additional.is_empty());
        self.additional.extend(schema.additional.or(rest));
        self.patterns
            .extend(rare.pattern_properties.iter().map(|property| property.schema));
        self.items.extend(schema.items.or(rare.unevaluated_items));
        if self.prefix.is_empty() {
            self.prefix = &rare.prefix_items;
        }
        self.prefixes += usize::from(!rare.prefix_items.is_empty());
        if !part.bare {
            for alternatives in [&schema.one_of, &schema.any_of] {
                if !alternatives.is_empty() {
                    let discriminator = schema.discriminator.as_deref();
                    self.groups.push(SchemaAlternatives {
                        alternatives,
                        discriminator,
                        owner: schema,
                    });
                }
            }
        }
        self.format = self.format.or(schema.format.as_deref());
        self.encoding = self.encoding.or(rare.content_encoding.as_deref());
        self.add_limits(schema);
    }

    fn add_types(&mut self, schema: &Schema) {
        let types = schema.types.without_null();
        if types.is_empty() {
            return;
        }
        if self.types.is_empty() {
            self.types = types;
            self.types_at = schema.span;
            return;
        }
        let both = intersection(self.types, types);
        if both.is_empty() {
            let word = |types: Types| types.iter().map(JsonType::word).collect::<Vec<_>>().join(" or ");
            let message = format!("a value cannot be {} and {} at once", word(self.types), word(types));
            self.conflict.get_or_insert(Conflict {
                message,
                first: self.types_at,
                second: schema.span,
            });
        } else {
            self.types = both;
        }
    }

    fn add_literals(&mut self, schema: &'d Schema) {
        let own: Option<Vec<&Literal>> = match (&schema.constant, &schema.enumeration) {
            (Some(constant), _) => Some(vec![constant]),
            (None, Some(values)) if !values.is_empty() => Some(values.iter().collect()),
            _ => None,
        };
        let Some(own) = own else { return };
        self.literals = Some(match self.literals.take() {
            None => own,
            Some(before) => {
                let scalars: HashSet<&Option<ir::Scalar>> = own.iter().map(|literal| &literal.scalar).collect();
                let both: Vec<&Literal> = before
                    .iter()
                    .filter(|literal| scalars.contains(&literal.scalar))
                    .copied()
                    .collect();
                if both.is_empty() && before.iter().chain(&own).all(|literal| literal.scalar.is_some()) {
                    let first = before.first().map(|literal| literal.span).unwrap_or_default();
                    let message = "no value is in both lists of values".to_owned();
                    self.conflict.get_or_insert(Conflict {
                        message,
                        first,
                        second: schema.span,
                    });
                }
                both
            }
        });
    }

    fn add_limits(&mut self, schema: &Schema) {
        let from = schema.limits();
        let sizes = [
            [from.min_length, from.max_length],
            [from.min_items, from.max_items],
            [from.min_properties, from.max_properties],
        ];
        // All of them hold: the narrowest is enough.
        for ([least, most], [stated_least, stated_most]) in self.sizes.iter_mut().zip(sizes) {
            *least = (*least).max(stated_least);
            *most = [*most, stated_most].into_iter().flatten().min();
        }
        let to = &mut self.limits;
        let mut others = ir::Constraints::default();
        state(&mut to.pattern, from.pattern.clone(), &mut others.pattern);
        let exclusive = |bound: &Option<String>| bound.clone().map(|text| (text, true));
        state(&mut to.minimum, exclusive(&from.exclusive_minimum), &mut others.minimum);
        state(&mut to.maximum, exclusive(&from.exclusive_maximum), &mut others.maximum);
        state(&mut to.multiple_of, from.multiple_of.clone(), &mut others.multiple_of);
        // A schema may state an inclusive and an exclusive bound; both hold.
        let mut inclusive = ir::Constraints::default();
        let plain = |bound: &Option<String>| bound.clone().map(|text| (text, false));
        state(&mut to.minimum, plain(&from.minimum), &mut inclusive.minimum);
        state(&mut to.maximum, plain(&from.maximum), &mut inclusive.maximum);
        let stated = [others, inclusive];
        to.others.extend(
            stated
                .into_iter()
                .filter(|limits| *limits != ir::Constraints::default()),
        );
        to.unique |= from.unique_items;
        to.format = to.format.take().or_else(|| schema.format.as_deref().map(str::to_owned));
    }

    /// Returns the bounds of a value of that kind: `minItems`, for instance, does not apply to a string.
    pub(super) fn limits_of(&self, kind: JsonType) -> ir::Constraints {
        let [min_size, max_size] = self.sizes_of(kind);
        ir::Constraints {
            min_size,
            max_size,
            ..self.limits.clone()
        }
    }

    /// Returns minimum and maximum of characters, items or members of a value of that kind.
    pub(super) fn sizes_of(&self, kind: JsonType) -> [Option<u64>; 2] {
        match kind {
            JsonType::String => self.sizes[0],
            JsonType::Array => self.sizes[1],
            JsonType::Object => self.sizes[2],
            _ => [None, None],
        }
    }

    /// Returns the possible kinds of a value, guessed from the keywords without `type`; empty: any.
    pub(super) fn kinds(&self) -> Types {
        if !self.types.is_empty() {
            return self.types;
        }
        let mut kinds = Types::default();
        if self.says_object() {
            kinds.insert(JsonType::Object);
        } else if !self.items.is_empty()
            || !self.prefix.is_empty()
            || self.limits.unique
            || self.sizes_of(JsonType::Array) != [None, None]
        {
            kinds.insert(JsonType::Array);
        } else if self.limits.minimum.is_some() || self.limits.maximum.is_some() || self.limits.multiple_of.is_some() {
            kinds.insert(JsonType::Number);
        } else if self.limits.pattern.is_some()
            || (self.sizes_of(JsonType::String) != [None, None] && self.format.is_none())
            || self.format.is_some_and(is_text_format)
            || self.encoding.is_some()
        {
            kinds.insert(JsonType::String);
        }
        kinds
    }

    /// Returns true if it names members.
    fn says_object(&self) -> bool {
        !self.properties.is_empty()
            || !self.additional.is_empty()
            || !self.patterns.is_empty()
            || !self.required.is_empty()
            || self.sizes_of(JsonType::Object) != [None, None]
    }

    /// Returns true if it states more than the kind of a value and the grouping of `oneOf` or `anyOf`.
    pub(super) fn says_structure(&self) -> bool {
        !self.properties.is_empty()
            || !self.additional.is_empty()
            || !self.patterns.is_empty()
            || !self.items.is_empty()
            || !self.prefix.is_empty()
            || self.literals.is_some()
    }

    /// Returns true if it only states required members (an alternative that is a rule, not a type).
    pub(super) fn is_rule(&self) -> bool {
        !self.says_structure() && self.groups.is_empty() && self.format.is_none() && self.never.is_none() && {
            let kinds = self.types;
            kinds.is_empty() || (kinds.only() == Some(JsonType::Object) && !self.required.is_empty())
        }
    }

    /// Returns true if it says no more than the kinds of a value.
    pub(super) fn is_kind_alone(&self) -> bool {
        !self.says_structure()
            && self.groups.is_empty()
            && self.required.is_empty()
            && self.never.is_none()
            && self.conflict.is_none()
            && self.format.is_none()
            && self.encoding.is_none()
            && self.sizes == [[None, None]; 3]
            && self.limits == ir::Constraints::default()
            && ["x-newtype", "x-sensitive"]
                .iter()
                .all(|word| self.extension(word).is_none())
    }

    /// Returns the first extension of that name at this place.
    pub(super) fn extension(&self, name: &str) -> Option<crate::source::NodeId> {
        self.extensions.iter().find_map(|extensions| extensions.get(name))
    }
}

/// Adds the value of a part; if another part states a different one, keeps both.
fn state<T: PartialEq>(known: &mut Option<T>, stated: Option<T>, other: &mut Option<T>) {
    if known.is_none() {
        *known = stated;
    } else if *known != stated {
        *other = stated;
    }
}

/// Returns true for formats of text.
fn is_text_format(format: &str) -> bool {
    !matches!(
        format,
        "int32" | "int64" | "uint32" | "uint64" | "float" | "double" | "number" | "decimal"
    )
}

/// Returns the kinds in both sets; an integer is a number.
fn intersection(left: Types, right: Types) -> Types {
    let mut both = Types::default();
    for ty in left.iter() {
        let number = |types: Types| types.contains(JsonType::Number);
        if right.contains(ty) || (ty == JsonType::Integer && number(right)) {
            both.insert(ty);
        } else if ty == JsonType::Number && right.contains(JsonType::Integer) {
            both.insert(JsonType::Integer);
        }
    }
    both
}

/// Meaning of a schema without its annotations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Essence {
    /// Accepts every value.
    Nothing,
    /// Same as that schema, with another description.
    Is(SchemaId),
    /// A schema with constraints of its own.
    Own,
}

/// Meaning of every schema without its annotations, computed once for each.
pub(super) struct Essences<'d> {
    document: &'d Document,
    /// Schemas that the mapping of a base names: a value of the discriminator makes each a type of its own.
    mapped: HashSet<SchemaId>,
    known: RefCell<Vec<Option<Essence>>>,
}

impl<'d> Essences<'d> {
    pub(super) fn new(document: &'d Document) -> Self {
        Self {
            document,
            mapped: document.schemas.iter().flat_map(mapped).collect(),
            known: RefCell::new(vec![None; document.schemas.len()]),
        }
    }

    /// Returns the meaning of a schema.
    pub(super) fn essence_of(&self, id: SchemaId) -> Essence {
        let at = id.0 as usize;
        if let Some(known) = self.known.borrow().get(at).copied().flatten() {
            return known;
        }
        let essence = self.work_out(id);
        if let Some(slot) = self.known.borrow_mut().get_mut(at) {
            *slot = Some(essence);
        }
        essence
    }

    /// Computes the meaning through nested `allOf`, without following references.
    fn work_out(&self, id: SchemaId) -> Essence {
        let schema = self.document.schema(id);
        if schema.is_unconstrained() {
            return Essence::Nothing;
        }
        let is_variant = self.mapped.contains(&id) && !schema.all_of.is_empty();
        if schema.extensions.get("x-newtype").is_some() || !only_refers(schema) || is_variant {
            return Essence::Own;
        }
        let mut sole = schema.reference.map(|reference| reference.target);
        for part in &schema.all_of {
            let target = match self.essence_of(*part) {
                Essence::Nothing => continue,
                Essence::Is(target) => target,
                Essence::Own => *part,
            };
            if sole.is_some_and(|before| before != target) {
                return Essence::Own;
            }
            sole = Some(target);
        }
        match sole {
            None => Essence::Nothing,
            // A `type` beside the reference either repeats the type of its target, or constrains.
            Some(target) if !schema.types.without_null().is_empty() && !self.repeats(schema.types, target) => {
                Essence::Own
            }
            Some(target) => Essence::Is(target),
        }
    }

    /// Returns true if a schema only allows these kinds in any case; without `type` it counts as an object.
    fn repeats(&self, types: Types, target: SchemaId) -> bool {
        let said = Merged::new(self.document, &[SchemaPart::new(target)]).types;
        if said.is_empty() {
            types.only() == Some(JsonType::Object)
        } else {
            said == types.without_null()
        }
    }
}

/// Returns the schemas that the mapping of a base names.
fn mapped(base: &Schema) -> impl Iterator<Item = SchemaId> {
    let is_base = base.one_of.is_empty() && base.any_of.is_empty();
    let by = base.discriminator.as_deref().filter(|_| is_base);
    by.into_iter()
        .flat_map(|by| by.mapping.iter().filter_map(|row| row.target))
}

/// Returns true if it has only `$ref`, `allOf` and `type`.
fn only_refers(schema: &Schema) -> bool {
    (schema.reference.is_some() || !schema.all_of.is_empty())
        && schema.enumeration.is_none()
        && schema.constant.is_none()
        && schema.properties.is_empty()
        && schema.required.is_empty()
        && schema.additional.is_none()
        && schema.items.is_none()
        && schema.any_of.is_empty()
        && schema.one_of.is_empty()
        && *schema.limits() == crate::document::Constraints::default()
        && schema.rare().prefix_items.is_empty()
        && schema.rare().pattern_properties.is_empty()
        && schema.rare().unevaluated_properties.is_none()
}
