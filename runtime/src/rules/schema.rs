//! Rules in parsed form: those of one operation and those of one value. Plain data.

use super::pattern::Pattern;
use super::violation::Location;
use crate::json::Kind;

/// The rules of one operation.
#[derive(Debug, Default)]
pub(super) struct Operation {
    pub(super) parameters: Vec<(Location, String, Schema)>,
    /// By media type.
    pub(super) bodies: Vec<(String, Schema)>,
}

impl Operation {
    /// Returns `true` if all patterns can be compiled.
    pub(super) fn is_readable(&self) -> bool {
        let parameters = self.parameters.iter().map(|(.., schema)| schema);
        parameters
            .chain(self.bodies.iter().map(|(_, schema)| schema))
            .all(Schema::is_readable)
    }
}

/// Constraints on one value. Each constrains one kind of JSON value and accepts all others.
#[derive(Debug, Default)]
pub(super) struct Schema {
    pub(super) length: Size,
    pub(super) items_count: Size,
    pub(super) members_count: Size,
    pub(super) pattern: Option<Pattern>,
    pub(super) bounds: Vec<Bound>,
    pub(super) unique: bool,
    /// The value must be a text, not a number.
    pub(super) text: bool,
    /// Index of the type with further rules.
    pub(super) reference: Option<usize>,
    /// Schema of each item beyond `positions`.
    pub(super) items: Option<Box<Schema>>,
    pub(super) positions: Vec<Schema>,
    pub(super) members: Vec<(String, Schema)>,
    /// Schema of each member that is not in `members`.
    pub(super) others: Option<Box<Schema>>,
    /// Schemas that must all hold.
    pub(super) all: Vec<Schema>,
    /// Schemas of which one must hold.
    pub(super) any: Vec<Schema>,
    pub(super) tagged: Option<Tagged>,
    /// Variants of a union without a tag: the rules of one that the value fits must hold.
    pub(super) variants: Vec<Variant>,
    pub(super) needs: Vec<Need>,
}

impl Schema {
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
        let boxed = [&self.items, &self.others]
            .into_iter()
            .flatten()
            .map(|schema| &**schema);
        self.pattern.as_ref().is_none_or(Pattern::is_readable) && inside.chain(boxed).all(Schema::is_readable)
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
pub(super) struct Bound {
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
pub(super) struct Variant {
    /// Forms of its values; `None` if it takes any.
    pub(super) fits: Option<Vec<Form>>,
    pub(super) rules: Schema,
}

/// A form of JSON values.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) kind: Kind,
    /// Members that are there.
    pub(super) required: Vec<String>,
    /// Members that have one of these texts, if they are there and texts.
    pub(super) texts: Vec<(String, Vec<String>)>,
}

/// Rules that depend on the text of a member.
#[derive(Debug)]
pub(super) struct Tagged {
    pub(super) member: String,
    pub(super) rules: Vec<(String, Schema)>,
}
