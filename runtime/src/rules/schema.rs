//! Rules of one value, read and ready to be applied.

use super::pattern::Pattern;

/// What is asked of one value. Each rule is about one kind of JSON value and passes all others.
#[derive(Debug, Default)]
pub(super) struct Schema {
    pub(super) length: Size,
    pub(super) items_count: Size,
    pub(super) members_count: Size,
    pub(super) pattern: Option<Pattern>,
    pub(super) bounds: Vec<Bound>,
    pub(super) unique: bool,
    /// It must be a text: a number is none.
    pub(super) text: bool,
    /// The rules of a type, by its place in the list.
    pub(super) reference: Option<usize>,
    /// Of each item beyond `positions`.
    pub(super) items: Option<Box<Schema>>,
    pub(super) positions: Vec<Schema>,
    pub(super) members: Vec<(String, Schema)>,
    /// Of each member that is not in `members`.
    pub(super) others: Option<Box<Schema>>,
    /// These have to hold, too.
    pub(super) all: Vec<Schema>,
    /// One of these has to hold.
    pub(super) any: Vec<Schema>,
    pub(super) tagged: Option<Tagged>,
    pub(super) needs: Vec<Need>,
}

impl Schema {
    /// Can all patterns be compiled?
    pub(super) fn is_readable(&self) -> bool {
        let named = self
            .members
            .iter()
            .chain(self.tagged.iter().flat_map(|tagged| &tagged.rules));
        let inside = named
            .map(|(_, schema)| schema)
            .chain(&self.positions)
            .chain(&self.any)
            .chain(&self.all);
        let boxed = [&self.items, &self.others]
            .into_iter()
            .flatten()
            .map(|schema| &**schema);
        self.pattern.as_ref().is_none_or(Pattern::is_readable) && inside.chain(boxed).all(Schema::is_readable)
    }
}

/// How many there may be.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Size {
    pub(super) least: Option<u64>,
    pub(super) most: Option<u64>,
}

/// A rule about a number; the text is a number.
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

/// Members of which one set must be there.
#[derive(Debug)]
pub(super) struct Need {
    /// Where these are there, each with one of these texts (none: any value).
    pub(super) when: Vec<(String, Vec<String>)>,
    pub(super) one: Vec<Vec<String>>,
}

/// Rules that depend on the text of a member.
#[derive(Debug)]
pub(super) struct Tagged {
    pub(super) member: String,
    pub(super) rules: Vec<(String, Schema)>,
}
