//! The identity of a call for errors, logs and measures. It must never contain an argument.

use std::borrow::Cow;

use http::Method;

/// The operation that was called, for errors, logs and support.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    id: Cow<'static, str>,
    method: Method,
    template: Cow<'static, str>,
}

impl Endpoint {
    pub(crate) fn new(id: &'static str, method: Method, template: impl Into<Cow<'static, str>>) -> Self {
        Self {
            id: Cow::Borrowed(id),
            method,
            template: template.into(),
        }
    }

    /// Creates an endpoint from stored names.
    pub(crate) fn named(id: String, method: Method, template: String) -> Self {
        Self {
            id: id.into(),
            method,
            template: template.into(),
        }
    }

    /// Returns the `operationId`; empty for a raw call.
    pub fn operation(&self) -> &str {
        &self.id
    }

    /// Returns the HTTP method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Returns `true` for a safe method: one of RFC 9110, section 9.2.1, or `QUERY`.
    pub(crate) fn is_safe(&self) -> bool {
        is_safe(&self.method)
    }

    /// Returns the path template, without arguments; for a raw call, the path without its query.
    pub fn template(&self) -> &str {
        &self.template
    }
}

/// Returns `true` for a safe method: one of RFC 9110, section 9.2.1, or `QUERY`, which the crate `http` does not know.
pub(crate) fn is_safe(method: &Method) -> bool {
    method.is_safe() || method.as_str() == "QUERY"
}

impl std::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.id.is_empty() {
            write!(f, "{} {}", self.method, self.template)
        } else {
            write!(f, "{} ({} {})", self.id, self.method, self.template)
        }
    }
}
