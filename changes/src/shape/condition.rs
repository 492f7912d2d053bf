//! Keywords that cannot be joined when several schemas have them: two of `not` refuse what either refuses, and two of
//! `contains` can be met by two items.

use sdkwright_contract::source::{Node, number};

/// One `contains`, `if` or `not`, with what belongs to it.
#[derive(Clone, Copy)]
pub(crate) struct Condition<'t> {
    /// `contains`, `if` or `not`.
    pub(crate) word: &'static str,
    pub(crate) schema: Node<'t>,
    /// The schema that has the keyword, with those that complete it: `then`, `else`, `minContains`, `maxContains`.
    holder: Node<'t>,
}

impl<'t> Condition<'t> {
    /// Returns those of one schema that say something.
    pub(super) fn of(holder: Node<'t>) -> impl Iterator<Item = Self> {
        let has = move |word: &str| holder.get(word).is_some();
        let least = holder.get("minContains").and_then(Node::as_number);
        let is_idle = least.is_some_and(|least| number::whole(&least) == Some(0)) && !has("maxContains");
        let says = [
            ("contains", !is_idle),
            ("if", has("then") || has("else")),
            ("not", true),
        ];
        let said = says.into_iter().filter(|(_, says)| *says);
        said.filter_map(move |(word, _)| {
            Some(Self {
                word,
                schema: holder.get(word)?,
                holder,
            })
        })
    }

    /// Returns a keyword that completes it.
    pub(crate) fn beside(&self, word: &str) -> Option<Node<'t>> {
        self.holder.get(word)
    }
}
