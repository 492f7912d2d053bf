//! An intent is recorded beside the transaction that it belongs to: one may be there without the other.

use sdkwright_journal::{Intent, Journal, Sqlite};

pub fn record(journal: &Journal<Sqlite>, connection: &mut rusqlite::Connection, intent: Intent) {
    let _ = journal.record_in(connection, intent);
}

fn main() {}
