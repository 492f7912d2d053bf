//! A delivery is told from its duplicates before its signature was checked: a forged one takes the place of the true one.

use sdkwright_journal::{Inbox, Sqlite};

pub fn keep(inbox: Inbox<Sqlite>, transaction: &mut rusqlite::Transaction<'_>, body: &Vec<u8>) {
    let _ = inbox.accept(transaction, body, std::time::SystemTime::UNIX_EPOCH);
}

fn main() {}
