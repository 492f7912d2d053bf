//! HTTP Message Signatures without the feature `asymmetric`: no message has a signature base.

use super::content::{HttpSignatureError, ReceivedHttp, SignatureParameter};
use crate::message::RequestParts;
use crate::signer::Signature;

/// The signature base of a message. There is none.
#[derive(Debug, Clone)]
pub(crate) enum HttpSignatureBase {}

impl HttpSignatureBase {
    pub(crate) fn new<'c>(
        _: impl IntoIterator<Item = &'c str>,
        _: &[SignatureParameter<'_>],
        _: &RequestParts<'_>,
    ) -> Result<Self, HttpSignatureError> {
        Err(HttpSignatureError::Disabled)
    }

    pub(crate) fn received(_: &str, _: &[&str], _: &str, _: &RequestParts<'_>) -> Option<ReceivedHttp> {
        None
    }

    pub(crate) fn message(&self) -> &[u8] {
        match *self {}
    }

    pub(crate) fn signature_input(&self, _: &str) -> Result<String, HttpSignatureError> {
        match *self {}
    }

    pub(crate) fn signature(&self, _: &str, _: &Signature) -> Result<String, HttpSignatureError> {
        match *self {}
    }
}
