//! The durable memory of a client: what it is about to do is written down before it is sent, and what became of it after.
//!
//! Intents come in from `sdkwright_runtime` (a [`Journal`] is given to the client's settings), and are kept in a [`Store`]: memory,
//! one SQLite file, or PostgreSQL. What was interrupted is finished by [`Journal::resume`] with the same key and the same
//! bytes, and never after the server may have forgotten the key. Nothing here knows which API it is.
//! A [`Flow`] has named steps, and continues after a crash.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod actions;
#[cfg(feature = "command")]
pub mod command;
#[cfg(feature = "conformance")]
pub mod conformance;
mod decision;
mod entry;
mod error;
mod flow;
// Only the databases have the methods of an inbox.
#[cfg_attr(not(any(feature = "sqlite", feature = "postgres")), allow(dead_code, unused_imports))]
mod inbox;
mod journal;
mod keys;
mod memory;
mod purge;
mod resume;
mod sealed;
mod store;
mod stored;

#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

pub use actions::{Absence, Actions, Finding, Ids, Listing};
pub use error::{FlowError, StepError, StoreError};
pub use flow::{Executed, Flow, Flows, OpenFlows};
pub use inbox::{Accepted, Inbox};
pub use journal::{Journal, Record};
pub use keys::Keys;
pub use memory::Memory;
#[cfg(feature = "postgres")]
pub use postgres::{ConnectFuture, Postgres};
pub use purge::Purged;
pub use resume::{Reconcile, ResendError, Resumed};
pub use sdkwright_runtime::clock::Moment;
pub use sdkwright_runtime::journal::{Intent, JournalRefusal, Sender};
#[cfg(feature = "sqlite")]
pub use sqlite::Sqlite;
pub use store::{Row, RowChange, RowFilter, RowPosition, Select, State, Store};
