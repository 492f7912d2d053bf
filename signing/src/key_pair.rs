//! Signatures of requests by key pairs, as the contract describes them: plain data. Keys belong to the [`Signer`](crate::Signer).

use crate::algorithm::SignatureAlgorithm;
use crate::hash::MacEncoding;
pub use sdkwright_description::{
    Claim, HttpForm, HttpParameter, HttpProfile, Jws, JwsPayload, OAuth1Form, SignatureForm,
};

/// Header of the covered components (RFC 9421, section 4.1).
pub(crate) const SIGNATURE_INPUT: &str = "signature-input";

/// Signatures of requests by key pairs.
#[derive(Debug)]
pub struct KeyPair {
    /// Accepted algorithms, the preferred one first. The key decides.
    pub algorithms: &'static [SignatureAlgorithm],
    /// Encoding of a signature over a message.
    pub encoding: MacEncoding,
    /// Form of the signature.
    pub form: SignatureForm,
}

impl KeyPair {
    /// Returns the headers that this form writes besides the signature.
    pub(crate) fn headers(&self) -> impl Iterator<Item = &'static str> + use<> {
        let all = self.form.http().map_or([None; 3], |http| {
            let input = matches!(http.profile, HttpProfile::Rfc9421(..)).then_some(SIGNATURE_INPUT);
            [http.digest.map(|(name, _)| name), http.certificate_header, input]
        });
        all.into_iter().flatten()
    }

    /// Returns `true` if a digest covers the body.
    pub(crate) fn has_digest(&self) -> bool {
        self.form.http().is_some_and(|http| http.digest.is_some())
    }
}
