//! A few connections that are kept open. One whose work did not end well is not used again.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_postgres::Client;

use crate::error::StoreError;

/// Largest number of concurrent changes.
const MOST: usize = 8;

/// A client of the database in the making.
pub type ConnectFuture = Pin<Box<dyn Future<Output = Result<Client, tokio_postgres::Error>> + Send>>;

type Connect = Box<dyn Fn() -> ConnectFuture + Send + Sync>;

pub(super) struct Connections {
    connect: Connect,
    idle: Mutex<Vec<Client>>,
    turns: Semaphore,
}

/// A connection for one change.
pub(super) struct Taken<'c> {
    client: Option<Client>,
    connections: &'c Connections,
    _turn: SemaphorePermit<'c>,
}

impl Connections {
    pub(super) fn new(connect: Connect) -> Self {
        Self {
            connect,
            idle: Mutex::default(),
            turns: Semaphore::new(MOST),
        }
    }

    pub(super) async fn take(&self) -> Result<Taken<'_>, StoreError> {
        let ended = || StoreError::Database("no connection".into());
        let turn = self.turns.acquire().await.map_err(|_| ended())?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle = idle.filter(|client| !client.is_closed());
        let client = if let Some(client) = idle {
            client
        } else {
            (self.connect)().await?
        };
        Ok(Taken {
            client: Some(client),
            connections: self,
            _turn: turn,
        })
    }
}

impl Taken<'_> {
    pub(super) fn client(&mut self) -> Result<&mut Client, StoreError> {
        let gone = || StoreError::Database("the connection was given back".into());
        self.client.as_mut().ok_or_else(gone)
    }

    /// Its work is done: it can be used again.
    pub(super) fn give_back(mut self) {
        let mut idle = self.connections.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.extend(self.client.take());
    }
}
