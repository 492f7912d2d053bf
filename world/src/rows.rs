//! The rows of all processes, and their backup.

use sdkwright_journal::{Memory, Row, RowChange, RowFilter, RowPosition, Select, Store as _};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

/// Rows by their names.
type Rows = BTreeMap<[String; 3], Row>;

fn name(row: &Row) -> [String; 3] {
    let client_id = row.sender.client_id.clone().unwrap_or_default();
    [row.sender.base_url.clone(), client_id, row.key.clone()]
}

/// The rows of the world, and a backup of them from the commit that wrote the newest one. A backup that lacks a row is not restored: no
/// journal can know an action that it never saw.
#[derive(Debug, Default)]
pub(crate) struct BackedUpRows {
    pub(crate) memory: Memory,
    rows: Rows,
    backup: Rows,
}

impl BackedUpRows {
    /// Brings the rows of the backup back. Rows in memory change at once.
    pub(crate) fn restore(&mut self) {
        let changes: Vec<RowChange> = self.backup.values().cloned().map(RowChange::Write).collect();
        self.rows.clone_from(&self.backup);
        let select = Select::Page {
            filter: RowFilter::WithRequest,
            after: RowPosition::first(),
            limit: 0,
        };
        let change = pin!(self.memory.change(select, move |_| (changes.clone(), ())));
        let _ = change.poll(&mut Context::from_waker(Waker::noop()));
    }

    pub(crate) fn write(&mut self, changes: &[RowChange]) {
        let known = self.rows.len();
        for change in changes {
            match change {
                RowChange::Write(row) => drop(self.rows.insert(name(row), row.clone())),
                RowChange::Remove(row) => drop(self.rows.remove(&name(row))),
            }
        }
        if self.rows.len() != known {
            self.backup.clone_from(&self.rows);
        }
    }
}
