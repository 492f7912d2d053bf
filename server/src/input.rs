//! The values of one request, as generated code reads them.

use std::sync::Arc;

use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use sdkwright_json::{Json, JsonValue, canonical, from_slice};
use sdkwright_runtime::glue::{Api, Approval, Input as HashInput};
use sdkwright_signing::{hex, sha256};

use crate::parameter::{Parameter, Place};
use crate::problem::{InvalidValue, Problem};

/// The values of one request.
pub struct RequestInput {
    pub(crate) api: &'static Api,
    /// Problem code of a request that is not valid.
    pub(crate) invalid: Option<&'static str>,
    /// Raw values of the path, by name.
    pub(crate) path: Vec<(&'static str, String)>,
    /// Raw query.
    pub(crate) query: String,
    pub(crate) headers: Arc<HeaderMap>,
    pub(crate) body: Bytes,
}

crate::opaque!(RequestInput);

impl RequestInput {
    /// Reads a required parameter.
    pub fn required<T: Json>(&self, parameter: &Parameter) -> Result<T, Problem> {
        let value = self.optional(parameter)?;
        value.ok_or_else(|| self.invalid(parameter.error("is required")))
    }

    /// Reads an optional parameter; `None` if it is absent.
    pub fn optional<T: Json>(&self, parameter: &Parameter) -> Result<Option<T>, Problem> {
        let raw = self.raw(parameter).map_err(|error| self.invalid(error))?;
        let texts: Vec<&str> = raw.iter().map(String::as_str).collect();
        if texts.is_empty() {
            return Ok(None);
        }
        let value = parameter.read(&texts);
        value.map(Some).map_err(|error| self.invalid(error))
    }

    /// Returns the raw texts of a parameter.
    fn raw(&self, parameter: &Parameter) -> Result<Vec<String>, InvalidValue> {
        let name = parameter.name;
        Ok(match parameter.place {
            Place::Path => {
                let values = self.path.iter().filter(|(known, _)| *known == name);
                values.map(|(_, value)| value.clone()).collect()
            }
            Place::Query => {
                let pairs = self
                    .query
                    .split('&')
                    .map(|pair| pair.split_once('=').unwrap_or((pair, "")));
                let is_it = |(known, _): &(&str, &str)| decoded(known).as_deref() == Some(name);
                pairs.filter(is_it).map(|(_, value)| value.to_owned()).collect()
            }
            Place::Header => {
                let values = self.headers.get_all(name).iter();
                let texts: Result<Vec<&str>, _> = values.map(|value| value.to_str()).collect();
                let texts = texts.map_err(|_| parameter.error("is not ASCII"))?;
                texts.into_iter().map(str::to_owned).collect()
            }
        })
    }

    /// Reads the JSON body of a media type.
    pub fn body<T: Json>(&self, media_type: &str) -> Result<T, Problem> {
        self.check_media_type(media_type)?;
        self.decode(&self.body)
    }

    /// Reads the JSON body of a media type; `None` if it is empty.
    pub fn optional_body<T: Json>(&self, media_type: &str) -> Result<Option<T>, Problem> {
        if self.body.is_empty() {
            return Ok(None);
        }
        self.body(media_type).map(Some)
    }

    /// Reads a body with an approval: the body without it, and the evidence. Evidence of another hash gets the problem code
    /// that the contract names.
    pub fn approved<O: Approval>(
        &self,
        media_type: &str,
        code: Option<&str>,
    ) -> Result<(O::Payload, O::Evidence), Problem> {
        let mut document: JsonValue = self.body(media_type)?;
        let JsonValue::Object(object) = &mut document else {
            return Err(self.invalid_body("", "expected an object"));
        };
        let pointer = format!("/{}", O::MEMBER);
        let Some(evidence) = object.remove(O::MEMBER) else {
            return Err(self.invalid_body(pointer, "a required member is missing"));
        };
        let hash = self.payload_hash::<O>(&document)?;
        if evidence.get(O::INTO).and_then(JsonValue::as_str) != Some(hash.as_str()) {
            let detail = format!("`{}` of the approval is not the hash of this request.", O::INTO);
            return Err(Problem::from_code_or(self.api, code, StatusCode::BAD_REQUEST).with_detail(detail));
        }
        let typed = evidence.to().map_err(|error| {
            let message = message(&error.to_string());
            self.invalid_body(format!("{pointer}{}", error.pointer()), message)
        })?;
        Ok((self.decode(document.to_string().as_bytes())?, typed))
    }

    /// Computes the hash of the contract: SHA-256 of the canonical JSON (RFC 8785) of its inputs, in lower-case hexadecimal.
    fn payload_hash<O: Approval>(&self, payload: &JsonValue) -> Result<String, Problem> {
        let mut object = sdkwright_json::Object::new();
        for (member, input) in O::INPUTS {
            let value = match input {
                HashInput::OperationId => JsonValue::from(O::DESCRIPTION.id),
                HashInput::Path(name) => {
                    let raw = self.path.iter().find(|(known, _)| known == name);
                    JsonValue::from(raw.and_then(|(_, raw)| decoded(raw)))
                }
                HashInput::Body => payload.clone(),
            };
            object.insert(*member, value);
        }
        let text = canonical(&JsonValue::Object(object));
        let text = text.map_err(|error| self.invalid_body("", error.to_string()))?;
        Ok(hex(&sha256(text.as_bytes())))
    }

    fn decode<T: Json>(&self, bytes: &[u8]) -> Result<T, Problem> {
        from_slice(bytes).map_err(|error| self.invalid_body(error.pointer(), message(&error.to_string())))
    }

    fn check_media_type(&self, media_type: &str) -> Result<(), Problem> {
        let Some(sent) = self.headers.get(CONTENT_TYPE) else {
            return Ok(());
        };
        let essence = |text: &str| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let fits = |sent: String| match essence(media_type) {
            declared if declared.contains('*') => sent.ends_with("/json") || sent.ends_with("+json"),
            declared => sent == declared,
        };
        let is_it = sent.to_str().is_ok_and(|sent| fits(essence(sent)));
        let other = || {
            let detail = format!("The operation takes a body of {media_type}.");
            Problem::from_status(StatusCode::UNSUPPORTED_MEDIA_TYPE).with_detail(detail)
        };
        is_it.then_some(()).ok_or_else(other)
    }

    fn invalid_body(&self, pointer: impl Into<String>, message: impl Into<String>) -> Problem {
        self.invalid(InvalidValue {
            pointer: pointer.into(),
            message: message.into(),
        })
    }

    /// Returns the problem of a mistake in a value.
    pub(crate) fn invalid(&self, error: InvalidValue) -> Problem {
        let problem = Problem::from_code_or(self.api, self.invalid, StatusCode::BAD_REQUEST);
        problem.with_error(error.pointer, error.message)
    }
}

/// Returns the text of a decoding error without its place, which the pointer has.
fn message(text: &str) -> String {
    text.split(", at ").next().unwrap_or_default().to_owned()
}

fn decoded(raw: &str) -> Option<String> {
    let text = percent_encoding::percent_decode_str(raw).decode_utf8().ok()?;
    Some(text.into_owned())
}
