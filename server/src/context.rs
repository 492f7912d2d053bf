//! Facts: of one request besides its typed values, and of a contract about all operations.

use std::sync::Arc;

use axum::http::HeaderMap;
use sdkwright_runtime::glue::{Alternatives, Api, Description, SchemeKind, SchemeUse};

use crate::keys::Reservation;
use crate::problem::ErrorMembers;

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

/// Facts of a contract about all operations.
#[derive(Debug)]
pub struct Contract {
    /// The description of the API.
    pub api: &'static Api,
    /// Names of the members of an error, if the contract has a list of errors.
    pub errors: Option<ErrorMembers>,
    /// Names of members that no request may contain; case, `_` and `-` are ignored.
    pub never_sent: &'static [&'static str],
    /// Each request has the header of the request id.
    pub requires_request_id: bool,
}

impl Contract {
    /// Returns the alternative security requirements of an operation.
    fn alternatives(&self, description: &Description) -> Alternatives {
        description.security.unwrap_or(self.api.security)
    }

    fn is_of_kind(&self, scheme: &str, kind: SchemeKind) -> bool {
        let mut schemes = self.api.schemes.iter();
        schemes.any(|known| known.name == scheme && known.kind == kind)
    }

    /// Returns `true` if an alternative of the operation has the signature. Other alternatives are not accepted in its place.
    pub(crate) fn is_signed(&self, description: &Description) -> bool {
        let mut schemes = self.alternatives(description).iter().flat_map(|schemes| schemes.iter());
        schemes.any(|(name, _)| self.is_of_kind(name, SchemeKind::Signing))
    }

    /// Returns `true` if an alternative of the operation has credentials. Then callers without any must not share their keys.
    pub(crate) fn has_credentials(&self, description: &Description) -> bool {
        self.alternatives(description).iter().any(|schemes| !schemes.is_empty())
    }

    /// Returns `true` if the operation allows requests without credentials.
    pub(crate) fn is_optional(&self, description: &Description) -> bool {
        self.alternatives(description).iter().any(|schemes| schemes.is_empty())
    }

    /// Returns `true` if a token with these scopes has all scopes of an alternative with tokens, or if none of these names scopes.
    pub(crate) fn accepts_scopes(&self, description: &Description, scopes: &[String]) -> bool {
        let all = self.alternatives(description);
        let is_token = |(name, _): &&SchemeUse| self.is_of_kind(name, SchemeKind::Token);
        let has_all = |(_, required): &SchemeUse| required.iter().all(|one| scopes.iter().any(|own| own == one));
        let fits = |schemes: &&[SchemeUse]| {
            let is_possible = schemes.is_empty() || schemes.iter().any(|scheme| is_token(&scheme));
            is_possible && schemes.iter().filter(is_token).all(has_all)
        };
        let mut tokens = all.iter().flat_map(|schemes| schemes.iter()).filter(is_token);
        tokens.all(|(_, required)| required.is_empty()) || all.iter().any(fits)
    }
}
