//! Finds words of our vocabulary that have no effect.
//!
//! In: the schemas of the document and the words that were read while types were made of them. Out: reports. A word
//! that was not read stands on a schema that is no member, enumeration or type: its meaning would be lost.

use super::context::Context;
use crate::diag::{Code, Diagnostic};
use crate::source::Node;

/// Words of a schema, with the kind of schema on which each has an effect; none for a word that counts on every schema.
const WORDS: &[(&str, Option<&str>)] = &[
    ("x-bound", Some("a member of an object")),
    ("x-enum-descriptions", Some("an enum with as many values")),
    ("x-enum-varnames", Some("an enum with as many values")),
    ("x-enumNames", Some("an enum with as many values")),
    ("x-lifecycle", Some("an enum")),
    ("x-newtype", Some("a scalar with its own type (`x-newtype`)")),
    ("x-payload-hash", Some("a member of an object")),
    ("x-problem-registry", Some("an enum")),
    ("x-rules", None),
    ("x-sdk", Some("an enum")),
    (
        "x-sensitive",
        Some("a member of an object, or a schema with its own type (`x-newtype`)"),
    ),
    (
        "x-sunset",
        Some("a member of an object, or a schema with its own type (`x-newtype`)"),
    ),
];

impl Context<'_, '_> {
    /// Reports words of schemas that had no effect.
    pub(super) fn words_without_effect(&mut self) {
        let document = self.document;
        let taken = std::mem::take(&mut *self.taken.borrow_mut());
        for schema in &document.schemas {
            for extension in &schema.extensions.0 {
                let Some((word, Some(belongs))) = WORDS.iter().find(|(word, _)| *word == extension.name) else {
                    continue;
                };
                let is_false = document.node(extension.node).as_bool() == Some(false);
                let is_unread = word.starts_with("x-enum") && is_of_values(document.node(extension.node));
                if taken.contains(&extension.node) || is_false || is_unread {
                    continue;
                }
                let message = format!("`{word}` has no effect here");
                let diagnostic = Diagnostic::new(Code::BadExtension, message).at(extension.name_span);
                self.report
                    .push(diagnostic.help(format!("write it on {belongs}, or on the target of the reference")));
            }
        }
    }
}

/// Returns true for words on the values of an enum, one for each: if they have no effect, the schema itself is not read, such as
/// that of an XML document.
fn is_of_values(words: Node<'_>) -> bool {
    let values = words.parent().and_then(|schema| schema.get("enum"));
    values.is_some_and(|values| words.is_seq() && values.items().count() == words.items().count())
}

#[cfg(test)]
mod tests {
    use super::WORDS;
    use crate::document::ledger::{ObjectKind, Rule};

    #[test]
    fn every_word_of_a_schema_is_looked_after() {
        let rows = ObjectKind::Schema.rows().iter();
        let read = rows.filter(|row| row.rule == Rule::Read).map(|row| row.keyword);
        let mut ours: Vec<&str> = read.filter(|word| word.starts_with("x-")).collect();
        ours.sort_unstable();
        assert_eq!(ours, WORDS.iter().map(|(word, _)| *word).collect::<Vec<_>>());
    }
}
