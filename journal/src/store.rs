//! What a store does: finds rows, lets a pure function decide, and writes what it says, all in one transaction.

use std::future::Future;

use sdk_runtime::journal::Sender;

use crate::entry::{Entry, State};
use crate::error::StoreError;

/// Which rows a change is about. They are locked until it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Select {
    /// The row of a key, rows that act on the same subject, and rows whose answer named one of these ids and that still keep an
    /// approval.
    About {
        /// The key.
        key: String,
        /// The subject.
        subject: Option<String>,
        /// Ids that an earlier answer may have named.
        made: Vec<String>,
    },
    /// One row that waits to be sent again, the oldest behind `after`; rows that another transaction holds are passed over.
    Due {
        /// Whose it is.
        sender: Sender,
        /// Moment and key of the row before.
        after: (i64, String),
    },
    /// Rows in a state, oldest first, behind `after`. They are only read.
    In {
        /// The state.
        state: State,
        /// Moment and key of the row before.
        after: (i64, String),
        /// How many at most.
        limit: u32,
    },
    /// Rows that still keep a request, whatever their state, by key (in any order that stays the same), behind `after`; all are
    /// behind the empty text. They are only read.
    Kept {
        /// Key of the row before.
        after: String,
        /// How many at most.
        limit: u32,
    },
}

/// The rows that were found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// All of them.
    pub entries: Vec<Entry>,
}

impl Found {
    pub(crate) fn take(&self, key: &str) -> Option<Entry> {
        self.entries.iter().find(|entry| entry.key == key).cloned()
    }

    pub(crate) fn others<'f>(&'f self, key: &'f str) -> impl Iterator<Item = &'f Entry> {
        self.entries.iter().filter(move |entry| entry.key != key)
    }
}

/// Keeps rows, durably.
///
/// No two rows have the same key, and no two the same subject. A change is atomic and, when its future is ready, durable.
/// The conformance suite (feature `conformance`) says what else has to hold.
pub trait Store: Send + Sync + 'static {
    /// Finds rows, has it decided what to write (rows are replaced by key), writes it, and gives what was decided.
    ///
    /// `decide` may be asked more than once, when another transaction was faster.
    fn change<T, D>(&self, select: Select, decide: D) -> impl Future<Output = Result<T, StoreError>> + Send
    where
        T: Send + 'static,
        D: Fn(&Found) -> (Vec<Entry>, T) + Send + 'static;

    /// Tells these rows from those of every other store, and is the same for all who share them: a few letters and digits. Spooled
    /// files carry it, so that nobody sweeps those of another store. Without one they are never swept.
    fn name(&self) -> Option<&str> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Bare;

    impl Store for Bare {
        async fn change<T, D>(&self, _: Select, decide: D) -> Result<T, StoreError>
        where
            T: Send + 'static,
            D: Fn(&Found) -> (Vec<Entry>, T) + Send + 'static,
        {
            let entries = Vec::new();
            Ok(decide(&Found { entries }).1)
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
