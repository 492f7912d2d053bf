//! Facts on one request, besides its typed values.

use std::sync::Arc;

use axum::http::HeaderMap;

use crate::keys::Reservation;

/// Facts on one request, besides its typed values.
#[derive(Clone)]
pub struct Context {
    pub(crate) request_id: String,
    pub(crate) client_id: Option<String>,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) reservation: Option<Reservation>,
    pub(crate) body_sha256: [u8; 32],
    pub(crate) headers: Arc<HeaderMap>,
}

impl Context {
    /// Returns the id of the request: that of its header, or a new one.
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// Returns the client whose signature was verified, or that [`Options::caller`](crate::Options::caller) has found.
    pub fn client_id(&self) -> Option<&str> {
        self.client_id.as_deref()
    }

    /// Returns the idempotency key; `None` for a request without one.
    pub fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    /// Returns the reservation of the idempotency key, with which a handler stores its response in the transaction of its effect; `None` for a
    /// request without a key.
    pub fn reservation(&self) -> Option<&Reservation> {
        self.reservation.as_ref()
    }

    /// Returns the SHA-256 of the body as received.
    pub fn body_sha256(&self) -> &[u8; 32] {
        &self.body_sha256
    }

    /// Returns the headers as received. They contain credentials of schemes that the router does not check.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }
}

/// Headers and keys never print.
impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context")
            .field("request_id", &self.request_id)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}
