//! In: how the server handles keys and answers, and its schedule of faults, as options and people set them. Out: the same, for one
//! call. Never: a rule about a single call.

use crate::faults::Faults;
use crate::server_model::ServerModel;
use std::sync::{Mutex, PoisonError};

/// The server model and the faults that hold now.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Conduct {
    pub(crate) model: ServerModel,
    pub(crate) faults: Option<Faults>,
}

/// A conduct that can be changed while the server runs.
#[derive(Debug, Default)]
pub(crate) struct Switched(Mutex<Conduct>);

impl Switched {
    pub(crate) fn new(conduct: Conduct) -> Self {
        Self(Mutex::new(conduct))
    }

    pub(crate) fn now(&self) -> Conduct {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set(&self, conduct: Conduct) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = conduct;
    }
}

impl Conduct {
    /// Seed of everything that looks like chance.
    pub(crate) fn seed(&self) -> u64 {
        self.faults.map_or(0, |faults| faults.seed)
    }

    /// Returns `true` if a call can get a fault that it did not ask for.
    pub(crate) fn has_faults(&self) -> bool {
        self.faults.is_some() || self.model != ServerModel::default()
    }
}
