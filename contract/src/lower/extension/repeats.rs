//! `x-repeats` of an operation.

use super::reader::Reader;
use crate::{
    document::Extensions,
    ir::{self, Comparison},
    lower::{context::Context, places::Places},
};

const WORD: &str = "x-repeats";

impl Context<'_, '_> {
    /// Reads `x-repeats` of an operation. `rules` checks later that the members exist.
    pub(in crate::lower) fn repeats(&mut self, extensions: &Extensions) -> Vec<ir::Repeat> {
        let Some(list) = extensions.get(WORD).map(|node| self.document.node(node)) else {
            return Vec::new();
        };
        let mut reader = Reader::new(list, WORD, self.report);
        if list.is_seq() && list.is_empty() {
            let help = "list at least one member with `sent`, or remove `x-repeats`";
            reader.fault(list, "`sent` is empty", help);
        }
        let mut rows: Vec<ir::Repeat> = Vec::new();
        for node in list.items() {
            let Some(row) = reader.inside(node).and_then(|mut row| read(&mut row, &self.places)) else {
                continue;
            };
            let is_same = |known: &ir::Repeat| known.sent == row.sent && known.received == row.received;
            if rows.iter().any(is_same) {
                reader.fault(node, "the same pair is listed twice", "remove one of the two");
            } else {
                rows.push(row);
            }
        }
        rows
    }
}

fn read(reader: &mut Reader<'_, '_>, places: &Places<'_>) -> Option<ir::Repeat> {
    let sent = reader.pointer("sent")?;
    let received = match reader.get("received") {
        Some(_) => reader.pointer("received")?,
        None => sent.clone(),
    };
    let comparison = match (reader.get("last"), reader.get("folded")) {
        (Some(last), None) => {
            let count = last.as_u64()?;
            let count = u8::try_from(count).ok();
            if count.is_none() {
                reader.fault(
                    last,
                    "`last` must be a number of characters from 1 to 255",
                    "write a whole number from 1 to 255, such as 4",
                );
            }
            Comparison::Last(count?)
        }
        (Some(_), Some(folded)) => {
            let help = "remove `folded`: `last` always ignores case and blanks";
            reader.fault(folded, "`folded` has no effect next to `last`", help);
            return None;
        }
        _ if reader.flag("folded") => Comparison::Folded,
        _ => Comparison::Exact,
    };
    let comparison = match (reader.get("decimal"), reader.flag("decimal"), comparison) {
        (_, true, Comparison::Exact) => Comparison::Decimal,
        (Some(decimal), true, _) => {
            let help = "remove `decimal`, or `last` and `folded`: numbers are compared as a whole";
            reader.fault(decimal, "`decimal` excludes `last` and `folded`", help);
            return None;
        }
        _ => comparison,
    };
    Some(ir::Repeat {
        origin: places.origin(reader.node.id()),
        sent,
        received,
        comparison,
    })
}
