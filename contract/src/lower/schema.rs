//! One schema (or one conjunction of schemas) to one type.
//!
//! In: its merged keywords. Out: the shape, in the type that was reserved for it. This file chooses the kind of value;
//! one file per kind, beside this one, builds its shape.

use std::collections::HashSet;

use super::context::{Again, Context};
use super::merge::{Merged, SchemaPart};
use super::scalar;
use crate::limits;
use crate::{
    diag::{Code, Diagnostic},
    document::{JsonType, SchemaId},
    ir::{self, NameHint, Shape, TypeId},
};

impl<'d> Context<'d, '_> {
    /// Fills a type one level deeper, and at the end of the outermost one those that were left for later.
    pub(super) fn fill_below(&mut self, id: TypeId, parts: &[SchemaPart], words: Vec<String>) {
        self.depth += 1;
        self.fill(id, parts, words);
        self.depth -= 1;
        while self.depth == 0
            && let Some((id, part, words)) = self.later.pop()
        {
            self.depth += 1;
            self.fill(id, &[part], words);
            self.depth -= 1;
        }
    }

    /// Returns true for an object that is the whole of a file: files may refer to each other in a chain of any length.
    pub(super) fn is_whole_file(&self, part: SchemaPart) -> bool {
        let schema = self.document.schema(part.id);
        let node = self.document.node(schema.node);
        !part.bare && !schema.properties.is_empty() && node.parent().is_none()
    }

    /// Fills the type `id` from the merged parts.
    pub(super) fn fill(&mut self, id: TypeId, parts: &[SchemaPart], words: Vec<String>) {
        let merged = self.merged(parts);
        let Some(first) = merged.here.first().copied() else {
            return;
        };
        let newtype = self.newtype_name(merged.extension("x-newtype"));
        let sensitive = self.is_sensitive(&merged);
        let named = Naming { words, parts };
        let shape = if merged.conflict.is_some() {
            Shape::Any
        } else {
            self.shape(&merged, &named)
        };
        let mut shape = match newtype {
            Some(name) => {
                let place = Again {
                    id,
                    sensitive,
                    words: self.words(&named),
                    origin: self.places.origin(first.node),
                };
                let Some(shape) = self.newtype(place, &name, shape) else {
                    return;
                };
                self.arena.types[id.0 as usize].name = NameHint::Pinned(name);
                shape
            }
            None => shape,
        };
        let is_defined = matches!(shape, Shape::Object(_) | Shape::Enum(_) | Shape::Union(_));
        if is_defined && self.arena.types[id.0 as usize].name == NameHint::Anonymous {
            self.arena.types[id.0 as usize].name = self.name_of(&named);
        }
        if self.arena.types[id.0 as usize].name != NameHint::Anonymous {
            let mut text = self.text(&merged.here);
            if let Some(own) = self.own_text(parts) {
                (text.title, text.description) = (own.title, own.description);
            }
            text.provenance = self.arena.types[id.0 as usize].text.provenance;
            if let Shape::Enum(shape) = &mut shape {
                scalar::take_value_texts(&mut text, &mut shape.values);
            }
            let origin = self.places.origin(first.node);
            let ty = &mut self.arena.types[id.0 as usize];
            ty.text = text;
            ty.origin = origin;
        }
        let examples = first.examples.iter().map(|node| self.json(*node)).collect();
        let ty = &mut self.arena.types[id.0 as usize];
        ty.examples = examples;
        ty.sensitive |= sensitive;
        ty.shape = shape;
    }

    /// Returns what a variant says of itself, if it says something and stands beside what all variants of its union have: the
    /// words there are the union's.
    fn own_text(&self, parts: &[SchemaPart]) -> Option<ir::Documentation> {
        let (common, own): (Vec<SchemaPart>, Vec<SchemaPart>) = parts.iter().partition(|part| part.bare);
        if common.is_empty() {
            return None;
        }
        let targets = own.iter().filter_map(|part| self.resolve(part.id)).map(SchemaPart::new);
        let all: Vec<SchemaPart> = own.iter().copied().chain(targets).collect();
        let text = self.text(&Merged::new(self.document, &all).here);
        (text.title.is_some() || text.description.is_some()).then_some(text)
    }

    /// Returns the name of a type that no component has.
    fn name_of(&self, named: &Naming<'_>) -> NameHint {
        let elsewhere = match named.parts {
            [one] => self.places.name_elsewhere(self.document.schema(one.id).node),
            _ => None,
        };
        elsewhere.unwrap_or_else(|| NameHint::Derived(self.words(named)))
    }

    /// Returns the words that name an inline type, and what is inside of a type.
    pub(super) fn words(&self, named: &Naming<'_>) -> Vec<String> {
        match named.parts {
            [one] => {
                let node = self.document.schema(one.id).node;
                match self.places.name_elsewhere(node) {
                    Some(NameHint::Elsewhere { name, .. }) => vec![name],
                    _ => self.places.words(node),
                }
            }
            _ => named.words.clone(),
        }
    }

    /// Returns the shape of the merged keywords.
    pub(super) fn shape(&mut self, merged: &Merged<'d>, named: &Naming<'_>) -> Shape {
        if let Some(span) = merged.never {
            let help = "remove the schema `false`, or the part that contains it";
            self.unsupported(span, "no value fits the schema `false`", "", help);
            return Shape::Any;
        }
        if let Some(shape) = self.enumeration(merged) {
            return shape;
        }
        if let Some(shape) = self.possibilities(merged, named) {
            return shape;
        }
        if merged.types.is_empty()
            && let Some(schema) = merged
                .here
                .iter()
                .find(|schema| self.index.example_kinds.others.contains(&schema.node))
        {
            let message = "an example has a value of a type that the keywords of its schema do not describe";
            let diagnostic = Diagnostic::new(Code::ExampleKind, message).at(schema.span);
            self.report.push(
                diagnostic
                    .help("add `type` if values of other types are not possible; without `type` any value is allowed"),
            );
            return Shape::Any;
        }
        if merged.types.is_empty() && merged.here.iter().any(|schema| !schema.types.is_empty()) {
            return Shape::Null;
        }
        let kinds = merged.kinds();
        let mut each = kinds.iter();
        match (each.next(), each.next()) {
            (None, _) => Shape::Any,
            (Some(kind), None) => self.kind(kind, merged, named),
            (Some(JsonType::Integer), Some(JsonType::Number)) if kinds.iter().count() == 2 => {
                self.kind(JsonType::Number, merged, named)
            }
            _ if kinds.iter().count() >= 5 => Shape::Any,
            _ => self.several_kinds(merged, named),
        }
    }

    /// Returns the shape of a value of one kind.
    pub(super) fn kind(&mut self, kind: JsonType, merged: &Merged<'d>, named: &Naming<'_>) -> Shape {
        match kind {
            JsonType::Object => self.object(merged, named),
            JsonType::Array => self.array(merged, named),
            JsonType::Null => Shape::Null,
            JsonType::Boolean | JsonType::Integer | JsonType::Number | JsonType::String => {
                let mut limits = merged.limits_of(kind);
                limits.others.extend(self.limits_of_alternatives(kind, merged));
                Shape::Scalar(scalar::format(self.document, kind, merged), limits)
            }
        }
    }

    /// Returns the bounds of alternatives that are no types, of which one holds.
    fn limits_of_alternatives(&self, kind: JsonType, merged: &Merged<'d>) -> Vec<ir::Constraints> {
        let limits = |id: &SchemaId| Merged::new(self.document, &[SchemaPart::new(*id)]).limits_of(kind);
        let groups = merged.groups.iter().map(|group| ir::Constraints {
            either: group.alternatives.iter().map(limits).collect(),
            ..ir::Constraints::default()
        });
        groups
            .filter(|group| !group.either.iter().any(ir::Constraints::are_none))
            .collect()
    }

    /// Returns a union of kinds, for `type: [string, integer]`.
    fn several_kinds(&mut self, merged: &Merged<'d>, named: &Naming<'_>) -> Shape {
        let origin = merged.here.first().map(|schema| self.places.origin(schema.node));
        let origin = origin.unwrap_or_default();
        let mut variants = Vec::new();
        for kind in merged.kinds().iter() {
            let shape = self.kind(kind, merged, named);
            let needs_name = matches!(shape, Shape::Object(_));
            let ty = self.anonymous(shape, origin.span);
            if needs_name {
                let mut words = self.words(named);
                words.push("object".to_owned());
                self.arena.types[ty.0 as usize].name = NameHint::Derived(words);
                self.arena.types[ty.0 as usize].origin = origin.clone();
            }
            variants.push(ir::Variant::new(ty));
        }
        Shape::Union(ir::UnionShape {
            variants,
            ..ir::UnionShape::default()
        })
    }

    fn array(&mut self, merged: &Merged<'d>, named: &Naming<'_>) -> Shape {
        if !merged.prefix.is_empty() {
            return self.tuple(merged);
        }
        let mut limits = merged.limits_of(JsonType::Array);
        if let Some(count) = self.positions_alone(merged) {
            limits.max_size = Some(count);
            let items = self.any();
            return Shape::Array(ir::ArrayShape { items, limits });
        }
        let items = self.all_of(&merged.items, named, "item");
        Shape::Array(ir::ArrayShape { items, limits })
    }

    /// Returns the type of values within this schema that hold to all of these schemas.
    pub(super) fn all_of(&mut self, ids: &[SchemaId], named: &Naming<'_>, word: &str) -> ir::TypeId {
        let [one] = ids else {
            let parts: Vec<SchemaPart> = ids.iter().map(|id| SchemaPart::new(*id)).collect();
            let mut words = self.words(named);
            words.push(word.to_owned());
            let core = self.conjunction(&parts, words);
            return self.placed(core, ids);
        };
        self.value(*one)
    }

    /// Returns a tuple, if the number of items is fixed; else a list, of one scalar if all items are that, and of JSON values
    /// otherwise.
    fn tuple(&mut self, merged: &Merged<'d>) -> Shape {
        let count = merged.prefix.len();
        let length = u64::try_from(count).unwrap_or(u64::MAX);
        let limits = merged.limits_of(JsonType::Array);
        let is_false = |id: &SchemaId| self.document.schema(*id).boolean == Some(false);
        let closed = merged.items.iter().any(is_false) || limits.max_size.is_some_and(|most| most <= length);
        let whole = limits.min_size.is_some_and(|least| least >= length);
        let (reason, help) = if count > limits::TUPLE {
            ("a tuple of more than 8 items", "use an object with named members")
        } else if merged.prefixes > 1 {
            (
                "positions in several parts of `allOf`",
                "write all positions in one part",
            )
        } else if !closed {
            let help = "write `items: false`, or give all items one schema (`items` alone)";
            ("a tuple that allows items after its positions", help)
        } else if !whole {
            let help = "write `minItems` with the number of positions";
            ("a tuple that may be shorter than its positions", help)
        } else {
            return Shape::Tuple(merged.prefix.iter().map(|id| self.value(*id)).collect());
        };
        let items = self.one_scalar(merged, limits.max_size).unwrap_or_else(|| {
            let own = merged.here.iter().find(|schema| !schema.rare().prefix_items.is_empty());
            let span = own.map(|schema| schema.span).unwrap_or_default();
            self.unsupported(span, reason, "", help);
            self.any()
        });
        Shape::Array(ir::ArrayShape {
            items,
            limits: ir::Constraints {
                max_size: [limits.max_size, self.positions_alone(merged)]
                    .into_iter()
                    .flatten()
                    .min(),
                ..limits
            },
        })
    }

    /// Returns the type of the items of a tuple, if all are one scalar: those at positions, and those behind them unless there
    /// are none. Only the schema that has the positions says so: `unevaluatedItems` depends on what stands inside.
    fn one_scalar(&mut self, merged: &Merged<'d>, most: Option<u64>) -> Option<ir::TypeId> {
        let mut stated = merged
            .here
            .iter()
            .filter(|schema| !schema.rare().prefix_items.is_empty());
        let (Some(schema), None, 1) = (stated.next(), stated.next(), merged.prefixes) else {
            return None;
        };
        let length = u64::try_from(merged.prefix.len()).unwrap_or(u64::MAX);
        let is_closed = self.positions_alone(merged).is_some() || most.is_some_and(|most| most <= length);
        let behind = schema.items.filter(|_| !is_closed);
        if !is_closed && (behind.is_none() || merged.items.len() > 1) {
            return None;
        }
        let kind = |id: &SchemaId| {
            let item = Merged::new(self.document, &[SchemaPart::new(*id)]);
            let is_plain = item.literals.is_none() && item.groups.is_empty();
            item.kinds()
                .only()
                .filter(|kind| is_plain && !matches!(kind, JsonType::Array | JsonType::Object))
        };
        let all = || merged.prefix.iter().chain(&behind);
        let first = kind(merged.prefix.first()?)?;
        if !all().all(|id| kind(id) == Some(first)) {
            return None;
        }
        let types: Vec<ir::TypeId> = all().map(|id| self.value(*id)).collect();
        let one = *types.first()?;
        let is_it = |ty: &ir::TypeId| {
            *ty == one || self.arena.types[ty.0 as usize].shape == self.arena.types[one.0 as usize].shape
        };
        types.iter().all(is_it).then_some(one)
    }

    /// Returns the number of positions beyond which a schema allows no item (`items: false`).
    fn positions_alone(&self, merged: &Merged<'d>) -> Option<u64> {
        let is_false = |id: SchemaId| self.document.schema(id).boolean == Some(false);
        let closed = merged.here.iter().filter(|schema| schema.items.is_some_and(is_false));
        closed.map(|schema| schema.rare().prefix_items.len() as u64).min()
    }

    /// Returns the shape of a scalar or an enumeration with a nominal type; `None` if the place belongs to a newtype
    /// that exists.
    fn newtype(&mut self, place: Again, name: &str, shape: Shape) -> Option<Shape> {
        if !matches!(shape, Shape::Scalar(..) | Shape::Enum(_)) {
            let message = format!("`x-newtype: {name}` is on a schema that is not a scalar");
            let help = "move it to the string, number or boolean inside the schema";
            self.report.fault(Code::BadExtension, place.origin.span, message, help);
            return Some(shape);
        }
        match self
            .arena
            .newtypes
            .get(name)
            .copied()
            .filter(|known| *known != place.id)
        {
            None => {
                self.arena.newtypes.insert(name.to_owned(), place.id);
                Some(match shape {
                    Shape::Scalar(format, limits) => Shape::Newtype(format, limits),
                    other => other,
                })
            }
            Some(known) => {
                self.another_place(place, known, shape);
                None
            }
        }
    }

    /// Makes a place of an existing newtype an alias of it.
    pub(super) fn another_place(&mut self, place: Again, known: TypeId, says: Shape) {
        self.arena.types[place.id.0 as usize].shape = Shape::Alias(known);
        // One type has one `Debug`: if it is sensitive in one place, it is in all of them.
        self.arena.types[known.0 as usize].sensitive |= place.sensitive;
        self.arena.again.push((place, known, says));
    }

    /// Decides the type of each newtype: of a text and an enumeration of texts, the enumeration, whichever comes first.
    /// Reports the places that state another type than the first place, which may have been filled after them; they
    /// become what they state.
    pub(super) fn newtypes_of_two_types(&mut self) {
        for (place, known, says) in std::mem::take(&mut self.arena.again) {
            let other = &mut self.arena.types[known.0 as usize];
            let message = match (&other.shape, &says) {
                (Shape::Newtype(known, _), Shape::Scalar(format, _)) if known == format => continue,
                (Shape::Enum(shape), Shape::Scalar(format, _)) if is_kind(shape, *format) => continue,
                (Shape::Newtype(format, _), Shape::Enum(shape)) if is_kind(shape, *format) => {
                    other.shape = says;
                    continue;
                }
                (Shape::Enum(known), Shape::Enum(shape)) if known == shape => continue,
                (Shape::Enum(_), Shape::Enum(_)) => "two enumerations".to_owned(),
                (elsewhere, here) => format!("{} here and {} elsewhere", called(here), called(elsewhere)),
            };
            let (NameHint::Given(name) | NameHint::Pinned(name)) = &other.name else {
                continue;
            };
            let diagnostic = Diagnostic::new(Code::NewtypeConflict, format!("`{name}` is {message}"));
            self.report.push(
                diagnostic
                    .at(place.origin.span)
                    .also(other.origin.span, "elsewhere")
                    .help("use two names, or one type and format"),
            );
            let ty = &mut self.arena.types[place.id.0 as usize];
            if matches!(says, Shape::Enum(_)) && ty.name == NameHint::Anonymous {
                ty.name = NameHint::Derived(place.words);
                ty.origin = place.origin;
            }
            ty.shape = says;
            ty.sensitive |= place.sensitive;
        }
    }

    fn newtype_name(&self, node: Option<crate::source::NodeId>) -> Option<String> {
        let node = node?;
        self.taken.borrow_mut().insert(node);
        self.document.node(node).as_str().map(str::to_owned)
    }

    /// Returns the value of a boolean extension.
    pub(super) fn flag(&self, node: Option<crate::source::NodeId>) -> bool {
        let Some(node) = node else { return false };
        self.taken.borrow_mut().insert(node);
        self.document.node(node).as_bool().unwrap_or_default()
    }

    /// Returns true for a sensitive value: by `x-sensitive`, or without it by `format: password`.
    pub(super) fn is_sensitive(&self, merged: &Merged<'_>) -> bool {
        match merged.extension("x-sensitive") {
            None => merged.format == Some(PASSWORD),
            stated => self.flag(stated),
        }
    }

    /// Returns true if a value is redacted because of the place of its schema.
    pub(super) fn is_sensitive_here(&self, ids: &[SchemaId]) -> bool {
        let (mut open, mut seen) = (ids.iter().rev().copied().collect::<Vec<_>>(), HashSet::new());
        let (mut node, mut is_password) = (None, false);
        // Not behind a reference.
        while let (Some(id), None) = (open.pop(), node) {
            if seen.insert(id) {
                let schema = self.document.schema(id);
                node = schema.extensions.get("x-sensitive");
                is_password |= schema.format.as_deref() == Some(PASSWORD);
                open.extend(schema.all_of.iter().rev());
            }
        }
        if node.is_none() { is_password } else { self.flag(node) }
    }
}

/// The format of texts that nobody should see.
const PASSWORD: &str = "password";

/// Describes a scalar or an enumeration in a message.
fn called(shape: &Shape) -> String {
    match shape {
        Shape::Scalar(format, _) | Shape::Newtype(format, _) => format!("{format:?}"),
        _ => "an enumeration of other values".to_owned(),
    }
}

/// Returns true if the values of an enumeration are scalars of that kind.
fn is_kind(shape: &ir::EnumShape, format: ir::ScalarFormat) -> bool {
    use ir::ScalarFormat::{Bool, I32, I64, Integer, Text, U64};
    match shape.literals() {
        ir::Literals::Text => format == Text,
        ir::Literals::Whole => matches!(format, I32 | I64 | U64 | Integer),
        ir::Literals::Truth => format == Bool,
        ir::Literals::Mixed => false,
    }
}

/// Source of the name of a type that is being made.
pub(super) struct Naming<'a> {
    /// Words for a conjunction.
    pub(super) words: Vec<String>,
    /// Its parts; the place of a single one names it.
    pub(super) parts: &'a [SchemaPart],
}
