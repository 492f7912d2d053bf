//! An intent goes into a transaction of a database that the journal is not in.

use sdkwright_journal::{Intent, Journal, Memory};

pub fn record(journal: &Journal<Memory>, transaction: &mut rusqlite::Transaction<'_>, intent: Intent) {
    let _ = journal.record_in(transaction, intent);
}

fn main() {}
