//! The signature base of a request to sign.

use super::component::{identifier, value};
use super::content::{HttpSignatureError, ReceivedHttp, SignatureParameter};
use crate::hash::base64;
use crate::request_parts::{NamedTexts, RequestParts, header};
use crate::signer::Signature;
use sdkwright_description::HttpProfile;
use sfv::{BareItem, Dictionary, FieldType as _, InnerList, Item, Key, List, ListEntry, Parser};
use std::collections::HashSet;

/// Longest header of a received signature, in bytes.
const LONGEST: usize = 16 << 10;
/// Largest number of components of a received signature.
const MOST: usize = 64;

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

    /// Reads the signature with this label. `None` if it has another form, or does not cover the demanded components.
    pub(crate) fn received(
        label: &str,
        demanded: &[&str],
        signature: &str,
        request: &RequestParts<'_>,
    ) -> Option<ReceivedHttp> {
        let parse = |text: &str| {
            let parser = (text.len() <= LONGEST).then(|| Parser::new(text))?;
            parser.parse::<Dictionary>().ok()
        };
        let (input, signature) = (parse(&header(request.headers, HttpProfile::INPUT)?)?, parse(signature)?);
        let (Some(ListEntry::InnerList(list)), Some(ListEntry::Item(signature))) =
            (input.get(label), signature.get(label))
        else {
            return None;
        };
        let covered: Vec<String> = list.items.iter().take(MOST + 1).map(Item::serialize).collect();
        let mut demanded = demanded.iter().map(|one| Some(identifier(one).ok()?.serialize()));
        if covered.len() > MOST || !demanded.all(|one| one.is_some_and(|one| covered.contains(&one))) {
            return None;
        }
        let text = |value: &BareItem| match value {
            BareItem::String(text) => text.as_str().to_owned(),
            BareItem::Integer(number) => number.to_string(),
            _ => String::new(),
        };
        let parameters = list.params.iter().map(|(name, value)| (name.to_string(), text(value)));
        let BareItem::ByteSequence(signature) = &signature.bare_item else {
            return None;
        };
        Some(ReceivedHttp {
            signature: signature.clone(),
            parameters: NamedTexts(parameters.collect()),
            message: Self::from_list(list.clone(), request).ok()?.text.into_bytes(),
        })
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
