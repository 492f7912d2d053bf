//! Received signatures: both headers come in, a verdict on the covered components goes out.

use super::base::HttpSignatureBase;
use super::component::identifier;
use super::error::HttpSignatureError;
use crate::algorithm::SignatureAlgorithm;
use crate::request_parts::{MessageParts, header};
use crate::verifying_key::VerifyingKey;
use http::HeaderMap;
use sfv::{BareItem, Dictionary, FieldType as _, InnerList, ListEntry, Parser, Version};

/// Largest length of a header, in bytes, and largest number of signatures.
const LONGEST: usize = 16 << 10;
const MOST: usize = 16;

/// Rules of a receiver.
#[derive(Debug, Clone, Copy)]
pub struct HttpSignatureRules<'r> {
    /// Accepted algorithms.
    pub algorithms: &'r [SignatureAlgorithm],
    /// Components that a signature must cover.
    pub required: &'r [&'r str],
}

/// A received signature, not yet verified.
#[derive(Debug, Clone)]
pub struct ReceivedHttpSignature {
    label: String,
    list: InnerList,
    signature: Vec<u8>,
}

impl ReceivedHttpSignature {
    /// Reads all signatures of a message, one to 16 in headers of at most 16 KiB. Each must be in both headers. Choose among
    /// them by tag or key and not by label, which anyone may change (section 7.2.5).
    pub fn parse(headers: &HeaderMap) -> Result<Vec<Self>, HttpSignatureError> {
        let mut input = dictionary(headers, "signature-input")?;
        let signatures = dictionary(headers, "signature")?;
        if input.is_empty() || input.len() != signatures.len() || input.len() > MOST {
            return Err(HttpSignatureError::Form);
        }
        let mut received = Vec::with_capacity(input.len());
        for (label, signature) in signatures {
            let (Some(ListEntry::InnerList(list)), ListEntry::Item(signature)) =
                (input.shift_remove(&label), signature)
            else {
                return Err(HttpSignatureError::Form);
            };
            let BareItem::ByteSequence(signature) = signature.bare_item else {
                return Err(HttpSignatureError::Form);
            };
            received.push(Self {
                label: label.to_string(),
                list,
                signature,
            });
        }
        Ok(received)
    }

    /// Returns the label.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Returns the id of the key, as an unknown sender wrote it.
    pub fn key_id(&self) -> Option<&str> {
        self.text("keyid")
    }

    /// Returns the purpose.
    pub fn tag(&self) -> Option<&str> {
        self.text("tag")
    }

    /// Returns the nonce.
    pub fn nonce(&self) -> Option<&str> {
        self.text("nonce")
    }

    /// Returns the instant of the signature, in seconds since 1970. The caller must check it after the verification.
    pub fn created(&self) -> Option<i64> {
        self.seconds("created")
    }

    /// Returns when it ends to be valid, in seconds since 1970. The caller must check it after the verification.
    pub fn expires(&self) -> Option<i64> {
        self.seconds("expires")
    }

    /// Verifies the signature of a message. The digest of the body is a header as any other: compare it with
    /// [`is_content_digest`](crate::is_content_digest), and require `content-digest`.
    pub fn verify(
        &self,
        message: &MessageParts<'_>,
        key: &VerifyingKey,
        rules: &HttpSignatureRules<'_>,
    ) -> Result<(), HttpSignatureError> {
        let covered: Vec<String> = self.list.items.iter().map(sfv::FieldType::serialize).collect();
        for name in rules.required {
            if !covered.contains(&identifier(name)?.serialize()) {
                return Err(HttpSignatureError::NotCovered((*name).to_owned()));
            }
        }
        let named = match self.list.params.get("alg") {
            None => None,
            Some(BareItem::String(name)) => {
                let algorithm = SignatureAlgorithm::from_http_name(name.as_str());
                Some(algorithm.ok_or(HttpSignatureError::Algorithm)?)
            }
            Some(_) => return Err(HttpSignatureError::Form),
        };
        let algorithm = key.choose(rules.algorithms, named)?;
        let base = HttpSignatureBase::from_list(self.list.clone(), message)?;
        Ok(key.verify(algorithm, base.message(), &self.signature)?)
    }

    fn text(&self, name: &str) -> Option<&str> {
        match self.list.params.get(name)? {
            BareItem::String(text) => Some(text.as_str()),
            _ => None,
        }
    }

    fn seconds(&self, name: &str) -> Option<i64> {
        match self.list.params.get(name)? {
            BareItem::Integer(seconds) => Some((*seconds).into()),
            _ => None,
        }
    }
}

fn dictionary(headers: &HeaderMap, name: &str) -> Result<Dictionary, HttpSignatureError> {
    let text = header(headers, name)
        .filter(|text| text.len() <= LONGEST)
        .ok_or(HttpSignatureError::Form)?;
    let parser = Parser::new(&text).with_version(Version::Rfc8941);
    parser.parse().map_err(|_| HttpSignatureError::Form)
}
