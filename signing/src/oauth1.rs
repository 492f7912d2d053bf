//! Signatures of OAuth 1.0a (RFC 5849) with a hash of the body: parts of a request come in, the base string and
//! the header `Authorization` go out.

use crate::hash::{base64, sha256};
use crate::message::{RequestParts, UNRESERVED, form, percent_encode};
use crate::signer::Signature;

/// The parameters of the header, without the signature.
#[derive(Debug, Clone, Copy)]
pub struct OAuth1<'o> {
    /// Id of the client.
    pub consumer_key: &'o str,
    /// Id of the user's grant, if there is one.
    pub token: Option<&'o str>,
    /// Name of the algorithm, such as `RSA-SHA256`.
    pub signature_method: &'o str,
    /// Seconds since 1970.
    pub timestamp: &'o str,
    /// Unique per request.
    pub nonce: &'o str,
    /// `1.0`, which a request may leave out.
    pub version: Option<&'o str>,
    /// [`body_hash`], if the API requires it.
    pub body_hash: Option<&'o str>,
    /// Whether the values of these parameters are percent-encoded in the base string and in the header, as RFC 5849 demands. Some
    /// APIs demand them as they are; they also take the query as it is, unless it has a percent-encoded character.
    pub encode_values: bool,
}

/// Returns the value of `oauth_body_hash`: the SHA-256 of a body, in base64.
pub fn body_hash(body: &[u8]) -> String {
    base64(&sha256(body))
}

impl OAuth1<'_> {
    fn parameters(&self) -> impl Iterator<Item = (&'static str, String)> {
        let parameters = [
            ("oauth_consumer_key", Some(self.consumer_key)),
            ("oauth_token", self.token),
            ("oauth_signature_method", Some(self.signature_method)),
            ("oauth_timestamp", Some(self.timestamp)),
            ("oauth_nonce", Some(self.nonce)),
            ("oauth_version", self.version),
            ("oauth_body_hash", self.body_hash),
        ];
        let write = |value: &str| {
            if self.encode_values {
                percent_encode(value.as_bytes(), UNRESERVED)
            } else {
                value.to_owned()
            }
        };
        let written = parameters.map(|(name, value)| (name, value.map(write)));
        written.into_iter().filter_map(|(name, value)| Some((name, value?)))
    }

    /// Returns the base string (section 3.4.1). A body of the type `application/x-www-form-urlencoded` is a part of it.
    pub fn base_string(&self, request: &RequestParts<'_>, form_body: Option<&str>) -> String {
        let query = request.query().unwrap_or_default();
        let mut pairs: Vec<(String, String)> = self
            .parameters()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        let encode = |bytes: Vec<u8>| percent_encode(&bytes, UNRESERVED);
        for text in [query, form_body.unwrap_or_default()] {
            if self.encode_values || text.contains('%') {
                pairs.extend(
                    form(text)
                        .into_iter()
                        .map(|(name, value)| (encode(name), encode(value))),
                );
            } else {
                let as_it_is = |pair: &str| {
                    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                    (name.to_owned(), value.to_owned())
                };
                pairs.extend(text.split('&').filter(|pair| !pair.is_empty()).map(as_it_is));
            }
        }
        // By bytes of the name, then of the value (section 3.4.1.3.2).
        pairs.sort();
        let pairs: Vec<String> = pairs
            .into_iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let address = request.normal_origin() + request.path();
        [
            request.method.to_ascii_uppercase(),
            encode(address.into_bytes()),
            encode(pairs.join("&").into_bytes()),
        ]
        .join("&")
    }

    /// Returns the value of the header `Authorization`.
    pub fn header(&self, signature: &Signature) -> String {
        let mut text = "OAuth ".to_owned();
        for (name, value) in self.parameters() {
            text.extend([name, "=\"", &value, "\","]);
        }
        let signature = percent_encode(base64(signature.as_ref()).as_bytes(), UNRESERVED);
        text.extend(["oauth_signature=\"", &signature, "\""]);
        text
    }
}

#[cfg(test)]
mod tests;
