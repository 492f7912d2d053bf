//! The judge: the server's ledger and what a service believes come in, the first wrong belief goes out.

use crate::bank::{Bank, Effect};
use crate::message;
use crate::table::Table;
use sdkwright_journal::{Row, State};
use sdkwright_runtime::JsonValue;
use std::fmt;

/// The belief that a service returns at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belief {
    /// The action happened.
    Executed,
    /// The action did not happen, and will not.
    NotExecuted,
}

/// A wrong belief, or a wrong effect.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wrong {
    /// The server executed an action twice.
    Twice {
        /// The operation.
        operation: String,
        /// The idempotency keys of both requests.
        keys: (String, String),
    },
    /// It is believed that an action happened, and the server never executed it.
    NeverExecuted(String),
    /// It is believed that an action did not happen, and the server executed it.
    Executed(String),
    /// The id of a resource is believed to be that of an action, and another action created it.
    OfAnother {
        /// The key of the action.
        key: String,
        /// The id.
        id: String,
    },
    /// The service has no result, although the server is well again.
    Stuck {
        /// The last error of the service.
        error: String,
    },
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Twice {
                operation,
                keys: (one, other),
            } => write!(f, "executed twice: {operation}, under the keys `{one}` and `{other}`"),
            Self::NeverExecuted(what) => write!(f, "believed executed, and never executed: {what}"),
            Self::Executed(what) => write!(f, "believed not executed, and executed: {what}"),
            Self::OfAnother { key, id } => {
                write!(f, "believed to be the result of `{key}`, and of another action: {id}")
            }
            Self::Stuck { error } => write!(f, "no result, although the server is well again: {error}"),
        }
    }
}

impl Bank {
    /// Compares the newest effect with those before it. Without a name two actions can differ by their keys alone, so the operation
    /// that pays happens at most once for each process.
    pub(crate) fn twice(&self, pays: &str, processes: usize) -> Option<Wrong> {
        let (last, earlier) = self.ledger.split_last()?;
        let mut alike = earlier.iter().filter(|one| one.operation == last.operation);
        let same = alike.clone().find(|one| one.subject == last.subject);
        let same = same.or_else(|| alike.nth(processes - 1).filter(|one| one.operation == pays))?;
        Some(Wrong::Twice {
            operation: last.operation.to_owned(),
            keys: (same.key.clone(), last.key.clone()),
        })
    }

    /// Compares a row of a journal with the ledger.
    pub(crate) fn judge(&self, table: &Table, row: &Row) -> Option<Wrong> {
        let head = message::parse(row.head.as_bytes())?;
        let operation = head.get("operation").and_then(JsonValue::as_str)?;
        let own: Vec<&Effect> = self.ledger.iter().filter(|effect| effect.key == row.key).collect();
        match State::from_word(&row.state)? {
            State::Refused if !own.is_empty() => Some(Wrong::Executed(format!("`{}` ({operation})", row.key))),
            State::Executed => {
                let described = table.sample_of(operation)?.operation;
                let ids: Vec<(String, String)> = named(&head);
                let is_known = |effect: &Effect| ids.iter().any(|(_, id)| *id == effect.resource);
                // A lookup does not show under which key an action happened.
                let is_done = |effect: &Effect| effect.operation == operation && is_known(effect);
                if own.is_empty() && !self.ledger.iter().any(is_done) {
                    return Some(Wrong::NeverExecuted(format!("`{}` ({operation})", row.key)));
                }
                let name = described.ids.iter().find(|(_, at)| Some(*at) == described.creates)?.0;
                let (_, id) = ids.iter().find(|(own, _)| own == name)?;
                let other = own.first().filter(|effect| effect.resource != *id);
                other.map(|_| Wrong::OfAnother {
                    key: row.key.clone(),
                    id: id.clone(),
                })
            }
            _ => None,
        }
    }

    /// Compares the belief of a service with the executions of the operation that pays.
    pub(crate) fn believed(&self, pays: &str, belief: Belief) -> Option<Wrong> {
        let is_paid = self.ledger.iter().any(|effect| effect.operation == pays);
        match belief {
            Belief::Executed if !is_paid => Some(Wrong::NeverExecuted(format!("{pays}, by the service"))),
            Belief::NotExecuted if is_paid => Some(Wrong::Executed(format!("{pays}, by the service"))),
            _ => None,
        }
    }
}

/// Returns the names and values of the ids in the head of a row.
fn named(head: &JsonValue) -> Vec<(String, String)> {
    let ids = head.get("ids").and_then(JsonValue::as_array).unwrap_or_default();
    let text = |pair: &JsonValue, at: &str| pair.pointer(at).and_then(message::text);
    ids.iter()
        .filter_map(|pair| Some((text(pair, "/0")?, text(pair, "/1")?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_payment_without_a_name_is_twice_for_one_process() {
        let mut bank = Bank::default();
        for key in ["first", "second"] {
            bank.ledger.push(Effect {
                operation: "pay",
                key: key.to_owned(),
                subject: vec![key.to_owned()],
                resource: String::new(),
            });
        }
        assert!(matches!(bank.twice("pay", 1), Some(Wrong::Twice { .. })));
        assert_eq!(bank.twice("pay", 2), None);
        assert_eq!(bank.twice("another", 1), None);
    }
}
