//! The server's side of a contract, for generated code: a request comes in, its typed values go to a handler, and a response or a
//! problem document goes out.
//!
//! [`Routes`] finds the operation of a request. [`Server`] runs the layers of the contract in this order: request id, size of the
//! body, signature, freshness and nonce over the bytes as received (or the caller of an operation without a signature), idempotency
//! key, values of the request, handler. The rules come from the descriptions of the API, never from this crate. [`IdempotencyStore`],
//! [`NonceStore`] and [`Clients`] are traits, with implementations in memory. A [`DeliveryWorker`] sends the events of a [`DeliveryStore`]. The
//! features `sqlite` and `postgres` have all three stores.

/// Implements a `Debug` that shows no value, for requests and responses of generated code.
#[doc(hidden)]
#[macro_export]
macro_rules! opaque {
    ($($name:ident)*) => { $(
        /// Values never print.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )* };
}

mod clients;
mod context;
mod deliveries;
mod input;
mod keys;
mod options;
mod outgoing;
mod parameter;
#[cfg(feature = "postgres")]
mod postgres;
mod problem;
mod reply;
mod request_key;
mod routes;
mod server;
mod signature;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;
mod worker;

pub use axum;
pub use clients::{Clients, FixedClients, FixedList, FixedReceivers, Receiver, Receivers};
pub use context::{Context, Contract};
pub use deliveries::{DeliveryStore, LeaseRequest, OutboxDelivery, OutboxEvent, SentEvent, WrittenEvent};
pub use input::{RawBody, RequestInput};
pub use keys::{IdempotencyStore, KeyStatus, MemoryKeys, MemoryNonces, NonceStore, Reservation, StoredKey};
pub use options::{Caller, Options};
pub use outgoing::{IntoOutgoing, Outgoing, RawReply, success};
pub use parameter::{Parameter, WireForm, WireForms};
#[cfg(feature = "postgres")]
pub use postgres::{ClientFuture, PostgresTables};
pub use problem::{ErrorMembers, InvalidValue, Problem, StoreFailure, StoreFuture};
pub use reply::{IntoReply, Reply};
pub use routes::{Handled, OperationRoute, Routes};
pub use sdkwright_runtime::glue;
pub use server::{Server, ServerFuture};
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteFile;
pub use worker::{DeliverySchedule, DeliveryWorker};
