//! Assertions by which a client authenticates (`private_key_jwt`; RFC 7523, sections 2.2 and 3): the facts of one request come in, a
//! signed JSON Web Token goes out.
//!
//! Each request has a new one, which ends after a minute. Must never print one: until its end it is a proof of the client.

use std::sync::Arc;
use std::time::Duration;

use super::response::TokenFailure;
use crate::json::{Object, to_vec};
use crate::signing::{SignError, SignatureAlgorithm, Signer, UnsignedJws};

/// Time from the instant of an assertion to its end.
pub(crate) const LIFE: Duration = Duration::from_secs(60);

/// The private key of a client.
#[derive(Clone)]
pub(super) struct AssertionKey {
    pub(super) signer: Arc<dyn Signer>,
    /// Another audience than the contract's.
    pub(super) audience: Option<String>,
}

/// The facts of one assertion.
pub(super) struct Claims<'c> {
    pub(super) client: &'c str,
    pub(super) audience: &'c str,
    /// Unique id.
    pub(super) id: String,
    /// The instant, in seconds since 1970.
    pub(super) seconds: i64,
}

impl Claims<'_> {
    fn into_object(self) -> Object {
        let end = self.seconds.saturating_add_unsigned(LIFE.as_secs());
        let mut claims = Object::default();
        claims.insert("iss", self.client.into());
        claims.insert("sub", self.client.into());
        claims.insert("aud", self.audience.into());
        claims.insert("jti", self.id.into());
        claims.insert("iat", self.seconds.into());
        claims.insert("exp", end.into());
        claims
    }
}

impl AssertionKey {
    /// Signs an assertion by the first of the accepted algorithms that the key has.
    pub(super) async fn sign(
        &self,
        accepted: &[SignatureAlgorithm],
        claims: Claims<'_>,
    ) -> Result<String, TokenFailure> {
        let failed = |error: SignError| TokenFailure::new(format!("the client has no signed assertion: {error}"));
        let unwritten = || TokenFailure::new("the client's assertion cannot be written");
        let key = self.signer.key();
        let mut header = Object::default();
        header.insert("alg", key.choose(accepted).map_err(failed)?.jws_name().into());
        if let Some(id) = key.key_id() {
            header.insert("kid", id.into());
        }
        let claims = to_vec(&claims.into_object()).map_err(|_| unwritten())?;
        let unsigned = UnsignedJws::new(&header, &claims).map_err(|_| unwritten())?;
        let signature = unsigned.sign(&*self.signer, "token").await.map_err(failed)?;
        unsigned.compact(&signature).map_err(|_| unwritten())
    }
}
