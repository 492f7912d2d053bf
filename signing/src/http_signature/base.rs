//! The signature base of a request to sign.

use super::component::{identifier, value};
use super::error::HttpSignatureError;
use super::parameter::SignatureParameter;
use crate::hash::base64;
use crate::request_parts::RequestParts;
use crate::signer::Signature;
use sfv::{BareItem, FieldType as _, InnerList, Key, List, ListEntry};
use std::collections::HashSet;

/// The signature base of a request.
#[derive(Clone)]
pub struct HttpSignatureBase {
    text: String,
    parameters: String,
}

impl HttpSignatureBase {
    /// Writes the signature base. A component is a derived one (`@method`), the name of a header in lower case, or one of them
    /// with parameters (`@query-param;name="id"`). Keeps the order of the parameters of the signature.
    pub fn new<'c>(
        components: impl IntoIterator<Item = &'c str>,
        parameters: &[SignatureParameter<'_>],
        request: &RequestParts<'_>,
    ) -> Result<Self, HttpSignatureError> {
        let items = components.into_iter().map(identifier).collect::<Result<_, _>>()?;
        let mut list = InnerList::new(items);
        for parameter in parameters {
            let (name, value) = written(parameter)?;
            let name = Key::from_string(name.to_owned()).map_err(|_| HttpSignatureError::Form)?;
            if list.params.insert(name.clone(), value).is_some() {
                return Err(HttpSignatureError::Twice(name.to_string()));
            }
        }
        Self::from_list(list, request)
    }

    /// Writes the base of components with the parameters of the signature.
    pub(super) fn from_list(list: InnerList, request: &RequestParts<'_>) -> Result<Self, HttpSignatureError> {
        let (mut text, mut seen) = (String::new(), HashSet::new());
        for item in &list.items {
            let name = item.serialize();
            let value = value(item, request)?;
            text.extend([&name, ": ", &value, "\n"]);
            if !seen.insert(name.clone()) {
                return Err(HttpSignatureError::Twice(name));
            }
        }
        let list: List = vec![ListEntry::InnerList(list)];
        let parameters = list.serialize().ok_or(HttpSignatureError::Form)?;
        text.extend(["\"@signature-params\": ", &parameters]);
        Ok(Self { text, parameters })
    }

    /// Returns the bytes to sign.
    pub fn message(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// Returns the value of the header `Signature-Input`.
    pub fn signature_input(&self, label: &str) -> Result<String, HttpSignatureError> {
        let label = Key::from_string(label.to_owned()).map_err(|_| HttpSignatureError::Form)?;
        Ok(format!("{label}={}", self.parameters))
    }

    /// Returns the value of the header `Signature`.
    pub fn signature(&self, label: &str, signature: &Signature) -> Result<String, HttpSignatureError> {
        let label = Key::from_string(label.to_owned()).map_err(|_| HttpSignatureError::Form)?;
        Ok(format!("{label}=:{}:", base64(signature.as_ref())))
    }
}

impl std::fmt::Debug for HttpSignatureBase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpSignatureBase")
            .field("parameters", &self.parameters)
            .finish_non_exhaustive()
    }
}

fn written(parameter: &SignatureParameter<'_>) -> Result<(&'static str, BareItem), HttpSignatureError> {
    let text = |text: &str| {
        let text = sfv::String::from_string(text.to_owned()).map_err(|_| HttpSignatureError::Form)?;
        Ok::<_, HttpSignatureError>(BareItem::String(text))
    };
    let seconds = |seconds: i64| {
        let seconds = sfv::Integer::try_from(seconds).map_err(|_| HttpSignatureError::Form)?;
        Ok::<_, HttpSignatureError>(BareItem::Integer(seconds))
    };
    Ok(match *parameter {
        SignatureParameter::Created(at) => ("created", seconds(at)?),
        SignatureParameter::Expires(at) => ("expires", seconds(at)?),
        SignatureParameter::Nonce(nonce) => ("nonce", text(nonce)?),
        SignatureParameter::Algorithm(algorithm) => {
            let name = algorithm.http_name().ok_or(HttpSignatureError::Algorithm)?;
            ("alg", text(name)?)
        }
        SignatureParameter::KeyId(id) => ("keyid", text(id)?),
        SignatureParameter::Tag(tag) => ("tag", text(tag)?),
    })
}
