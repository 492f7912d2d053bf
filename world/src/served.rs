//! A server in place of the simulated one: requests that arrive go to it, and its effects come into the ledger.

use crate::message::WireRequest;
use crate::state::{BEGIN, WorldState};
use bytes::Bytes;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A server with the state of one history.
///
/// It responds in one thread and reads no clock of the system. A history can be replayed if nothing that it decides depends on random numbers.
pub trait WorldServer: Send {
    /// Executes a request at an instant. `dies` is the number of the store's call after which the server dies, from 1; 0 if it lives.
    fn serve(&mut self, request: http::Request<Bytes>, now: SystemTime, dies: usize) -> Served;
}

/// What a server did with a request.
#[derive(Debug, Default)]
pub struct Served {
    /// Its response; `None` if it died before.
    pub response: Option<http::Response<Bytes>>,
    /// The ids of the resources that it created or changed, from what its store has committed.
    pub committed: Vec<String>,
}

/// Calls of a store after which a server can die: of nonces, of a new key, of a stored response.
const CALLS: usize = 3;

impl WorldState {
    /// Lets the server of the check execute a request; `None` without one.
    pub(crate) fn served(&mut self, message: &WireRequest) -> Option<Served> {
        let request = message.to_http()?;
        self.server.as_ref()?;
        let dies = self.choose(CALLS + 1);
        if dies > 0 {
            self.note(|| format!("  the server dies after call {dies} of its store, and starts again"));
        }
        let now = UNIX_EPOCH + Duration::from_secs(BEGIN) + Duration::from_millis(self.now);
        Some(self.server.as_mut()?.serve(request, now, dies))
    }
}
