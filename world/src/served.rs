//! A server in place of the simulated one: requests that arrive go to it, and its effects come into the ledger.

use bytes::Bytes;
use std::time::SystemTime;

/// A server with the state of one history.
///
/// It responds in one thread and reads no clock of the system. A history can be replayed if nothing that it decides depends on random numbers.
pub trait WorldServer: Send {
    /// Executes a request at an instant. `dies` is the number of the store's call after which the server dies, from 1; 0 if it lives.
    fn serve(&mut self, request: http::Request<Bytes>, now: SystemTime, dies: usize) -> Served;
}

/// The result of a request at a server.
#[derive(Debug, Default)]
pub struct Served {
    /// Its response; `None` if it died before.
    pub response: Option<http::Response<Bytes>>,
    /// The ids of the resources that it created or changed, from what its store has committed.
    pub committed: Vec<String>,
}
