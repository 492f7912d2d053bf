//! The contract of a store: it finds rows, lets a pure function decide, and writes the decision, all in one transaction.
//!
//! A row is texts, numbers and bytes to a store. `entry` reads their meaning. `at_once` polls several futures together.

use crate::error::StoreError;
use sdkwright_runtime::journal::Sender;
use serde::{Deserialize, Serialize};
use std::future::Future;

/// An intent as a store keeps it. Base URL, client id and key together are its name.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    /// The sender.
    pub sender: Sender,
    /// The idempotency key.
    pub key: String,
    /// The subject, which may be acted on once only; `None` after it did not happen. Unique among the rows of a sender.
    pub subject: Option<String>,
    /// The word of its state ([`State::as_str`]).
    pub state: String,
    /// Instant of recording, in seconds since 1970.
    pub recorded: i64,
    /// End of the lease of the call that may send it, in seconds since 1970; 0: no call has it.
    pub leased_until: i64,
    /// The call that may send it.
    pub leased_by: String,
    /// The part that stays after it is settled, as JSON text.
    pub head: String,
    /// The request; goes when it is settled.
    pub request: Option<Vec<u8>>,
    /// The approval; goes when nobody needs it any more.
    pub evidence: Option<Vec<u8>>,
    /// The name of the key that it is signed with; empty where its client has none.
    pub sealed_by: String,
    /// A MAC over all fields above and the name of the store.
    pub seal: Vec<u8>,
    /// Texts that a store finds it by ([`Select::About`]): ids that a later call may name it by, as long as it keeps an approval, and
    /// the id of the resource that it created. In the order of their bytes, no two alike; they are signed like all the rest.
    pub made: Vec<String>,
}

impl Row {
    /// Returns `true` if both are versions of one row.
    #[cfg(feature = "postgres")]
    pub(crate) fn has_name_of(&self, other: &Self) -> bool {
        self.key == other.key && self.sender == other.sender
    }

    /// Its place in the order of rows.
    pub fn position(&self) -> RowPosition {
        RowPosition {
            recorded: self.recorded,
            base_url: self.sender.base_url.clone(),
            client_id: self.sender.client_id.clone().unwrap_or_default(),
            key: self.key.clone(),
        }
    }
}

/// Neither request nor approval nor subject prints.
impl std::fmt::Debug for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Row")
            .field("key", &self.key)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// The place of a row in the order of all rows: by moment, then by name. Texts are ordered by their bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowPosition {
    /// Instant of recording, in seconds since 1970.
    pub recorded: i64,
    /// The base URL.
    pub base_url: String,
    /// The client id; empty where there is none.
    pub client_id: String,
    /// The key.
    pub key: String,
}

impl RowPosition {
    /// Before all rows.
    pub fn first() -> Self {
        Self::at(i64::MIN)
    }

    /// Before all rows that were written down at that moment.
    pub fn at(recorded: i64) -> Self {
        Self {
            recorded,
            base_url: String::new(),
            client_id: String::new(),
            key: String::new(),
        }
    }

    /// Goes on to the last row that was found behind it.
    ///
    /// One that is not behind it would be found for ever: its name is no text, or the store does not keep the order.
    pub(crate) fn advance(&mut self, to: Self) -> Result<(), StoreError> {
        if to <= *self {
            let why = format!("rows after `{}` cannot be found: the name of one is not text", self.key);
            return Err(StoreError::Broken(why));
        }
        *self = to;
        Ok(())
    }

    pub(crate) fn sender(&self) -> Sender {
        Sender {
            client_id: Some(self.client_id.clone()).filter(|id| !id.is_empty()),
            base_url: self.base_url.clone(),
        }
    }
}

/// The rows that a change is about. They are locked until it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Select {
    /// Rows of one sender: the row of a key, rows with the same subject, and rows that are found by one of these texts
    /// ([`Row::made`]).
    About {
        /// The sender.
        sender: Sender,
        /// The key.
        key: String,
        /// The subject.
        subject: Option<String>,
        /// Texts that rows are found by.
        made: Vec<String>,
    },
    /// One row that waits to be sent again, the first behind `after`; rows that another transaction holds are passed over.
    Due {
        /// The sender.
        sender: Sender,
        /// The place of the row before.
        after: RowPosition,
    },
    /// The next rows of a filter, in their order.
    Page {
        /// The rows.
        filter: RowFilter,
        /// The place of the row before.
        after: RowPosition,
        /// Largest number of rows.
        limit: u32,
    },
}

#[cfg(feature = "postgres")]
impl Select {
    /// Returns `true` for a row that [`Select::About`] finds.
    pub(crate) fn is_about(&self, row: &Row) -> bool {
        let Self::About {
            sender,
            key,
            subject,
            made,
        } = self
        else {
            return false;
        };
        let is_named = *key == row.key || subject.is_some() && *subject == row.subject;
        (is_named || row.made.iter().any(|text| made.contains(text))) && *sender == row.sender
    }
}

/// The rows of a [`Select::Page`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowFilter {
    /// Rows in a state, of all senders; `None`: rows whose state is not a word of [`State`]. They are only read.
    InState(Option<State>),
    /// Rows with a request, in all states and of all senders. They are only read.
    WithRequest,
    /// Rows of a sender that are signed with a key of that name. Rows that another transaction has locked are left out.
    SealedBy {
        /// The sender.
        sender: Sender,
        /// The name of the key.
        name: String,
    },
    /// Rows of a sender that were recorded before an instant. Rows that another transaction has locked are left out.
    RecordedBefore {
        /// The sender.
        sender: Sender,
        /// The instant, in seconds since 1970.
        before: i64,
    },
}

/// Returns the base URL and the client id of a sender, as a row has them.
pub(crate) fn parts(sender: &Sender) -> [&str; 2] {
    [&sender.base_url, sender.client_id.as_deref().unwrap_or_default()]
}

/// A value of a condition in SQL.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(crate) enum SqlValue<'v> {
    Text(&'v str),
    Number(i64),
}

impl RowFilter {
    /// Returns `true` if its rows are only read.
    pub fn is_read_only(&self) -> bool {
        matches!(self, Self::InState(_) | Self::WithRequest)
    }

    /// Returns its condition and the values of the condition, which begin with `$6` after the position and the limit.
    #[cfg(any(feature = "sqlite", feature = "postgres"))]
    pub(crate) fn to_sql(&self) -> (&'static str, Vec<SqlValue<'_>>) {
        match self {
            Self::InState(None) => (State::NONE, Vec::new()),
            Self::InState(Some(state)) => ("state = $6", vec![SqlValue::Text(state.as_str())]),
            Self::WithRequest => ("request IS NOT NULL", Vec::new()),
            Self::SealedBy { sender, name } => {
                let values = parts(sender)
                    .map(SqlValue::Text)
                    .into_iter()
                    .chain([SqlValue::Text(name)]);
                ("base_url = $6 AND client_id = $7 AND sealed_by = $8", values.collect())
            }
            Self::RecordedBefore { sender, before } => {
                let values = parts(sender)
                    .map(SqlValue::Text)
                    .into_iter()
                    .chain([SqlValue::Number(*before)]);
                let condition = "base_url = $6 AND client_id = $7 AND recorded >= $1 AND recorded < $8";
                (condition, values.collect())
            }
        }
    }
}

/// The effect of a decision on one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowChange {
    /// Writes it: it is new, or takes the place of the one of its name.
    Write(Row),
    /// Removes the one of its name, and all that it is found by.
    Remove(Row),
}

#[cfg(feature = "postgres")]
impl RowChange {
    pub(crate) fn row(&self) -> &Row {
        let (Self::Write(row) | Self::Remove(row)) = self;
        row
    }
}

/// Keeps rows, durably.
///
/// No two rows have the same name, and no two of one sender the same subject. A change is atomic and, when its future is ready,
/// durable. The conformance suite (feature `conformance`) says what else has to hold.
pub trait Store: Send + Sync + 'static {
    /// Finds rows, has it decided what to write or remove, does it, and gives what was decided.
    ///
    /// `decide` may be asked more than once, when another transaction was faster.
    fn change<T, D>(&self, select: Select, decide: D) -> impl Future<Output = Result<T, StoreError>> + Send
    where
        T: Send + 'static,
        D: Fn(&[Row]) -> (Vec<RowChange>, T) + Send + 'static;

    /// Tells these rows from those of every other store, and is the same for all who share them: a few letters and digits. Spooled
    /// files carry it, so that nobody sweeps those of another store. Without one they are never swept.
    fn name(&self) -> Option<&str> {
        None
    }
}

/// Passes all rows of a filter to a function, page by page, each in a transaction, and returns its results.
pub(crate) async fn each_page<S: Store, T: Send + 'static>(
    store: &S,
    filter: RowFilter,
    mut after: RowPosition,
    limit: u32,
    decide: impl Fn(&[Row]) -> (Vec<RowChange>, T) + Clone + Send + 'static,
) -> Result<Vec<T>, StoreError> {
    let mut pages = Vec::new();
    loop {
        let (filter, decide) = (filter.clone(), decide.clone());
        let select = Select::Page {
            filter,
            after: after.clone(),
            limit,
        };
        let page = store.change(select, move |rows| {
            let (changes, page) = decide(rows);
            // A page that is not full is the last one.
            (changes, (page, rows.get(limit as usize - 1).map(Row::position)))
        });
        let (page, last) = page.await?;
        pages.push(page);
        match last {
            Some(last) => after.advance(last)?,
            None => return Ok(pages),
        }
    }
}

/// The state of an intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Not sent yet, or sent with an unknown outcome.
    Open,
    /// A success was answered, but its body was cut off; sending again under the same key may read it.
    CutOff,
    /// The server executed the action.
    Executed,
    /// The server refused the action: it was not executed, and never will be.
    Refused,
    /// Never sent again: the outcome has to be looked up at the server.
    Reconcile,
    /// A flow that is not finished, and no intent ([`Flow`](crate::Flow)).
    Flow,
    /// A flow that is finished.
    Finished,
}

impl State {
    /// All of them.
    pub(crate) const ALL: [Self; 7] = [
        Self::Open,
        Self::CutOff,
        Self::Executed,
        Self::Refused,
        Self::Reconcile,
        Self::Flow,
        Self::Finished,
    ];

    /// Returns `true` for the row of a flow.
    pub fn is_flow(self) -> bool {
        matches!(self, Self::Flow | Self::Finished)
    }

    /// Returns `true` if `resume` may send it again.
    pub fn is_pending(self) -> bool {
        matches!(self, Self::Open | Self::CutOff)
    }

    /// SQL condition for rows whose state is none of the words: the ranges before, between and behind the words, which an index finds.
    #[cfg(any(feature = "sqlite", feature = "postgres"))]
    pub(crate) const NONE: &str = "(state < 'cut-off' OR state > 'cut-off' AND state < 'executed' \
         OR state > 'executed' AND state < 'finished' OR state > 'finished' AND state < 'flow' \
         OR state > 'flow' AND state < 'open' OR state > 'open' AND state < 'reconcile' \
         OR state > 'reconcile' AND state < 'refused' OR state > 'refused')";

    /// Its word in a store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::CutOff => "cut-off",
            Self::Executed => "executed",
            Self::Refused => "refused",
            Self::Reconcile => "reconcile",
            Self::Flow => "flow",
            Self::Finished => "finished",
        }
    }

    /// The state of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// Returns the outputs of all futures, which are polled together, whatever runs them. They start in their order.
#[cfg(any(feature = "conformance", feature = "postgres"))]
pub(crate) async fn at_once<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    use std::task::Poll;

    type Running<F> = (std::pin::Pin<Box<F>>, Option<<F as Future>::Output>);
    let mut running: Vec<Running<F>> = futures.into_iter().map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        for (future, done) in running.iter_mut().filter(|(_, done)| done.is_none()) {
            if let Poll::Ready(output) = future.as_mut().poll(context) {
                *done = Some(output);
            }
        }
        if running.iter().all(|(_, done)| done.is_some()) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    running.into_iter().filter_map(|(_, done)| done).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Bare;

    impl Store for Bare {
        async fn change<T, D>(&self, _: Select, decide: D) -> Result<T, StoreError>
        where
            T: Send + 'static,
            D: Fn(&[Row]) -> (Vec<RowChange>, T) + Send + 'static,
        {
            Ok(decide(&[]).1)
        }
    }

    #[test]
    fn what_a_store_gives_again_ends_what_goes_row_by_row() {
        let mut after = RowPosition::first();
        after.advance(RowPosition::at(7)).unwrap();
        for to in [RowPosition::at(7), RowPosition::at(6)] {
            assert!(matches!(after.advance(to), Err(StoreError::Broken(_))));
            assert_eq!(after, RowPosition::at(7));
        }
    }

    #[tokio::test]
    async fn nothing_is_swept_for_a_store_without_a_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = std::fs::File::create(folder.path().join("-a")).unwrap();
        file.set_modified(std::time::UNIX_EPOCH).unwrap();
        let journal = crate::Journal::new(Bare).unwrap().spool(folder.path());
        assert_eq!((journal.store.name(), journal.sweep().await.unwrap()), (None, 0));
    }
}
