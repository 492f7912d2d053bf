//! Violations of the contract's constraints, each with its place and the violated rule. No value may be shown.

use std::fmt;

/// The location of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Location {
    /// The path.
    Path,
    /// The query.
    Query,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
}

impl Location {
    /// Returns the name of OpenAPI, such as `query`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }
}

/// One violation of the contract's constraints. Does not show the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    pub(super) parameter: Option<(Location, String)>,
    pub(super) pointer: String,
    pub(super) rule: String,
}

impl Violation {
    /// Returns the name of the parameter; `None` for the body.
    pub fn parameter(&self) -> Option<&str> {
        self.parameter.as_ref().map(|(_, name)| name.as_str())
    }

    /// Returns the JSON Pointer (RFC 6901) of the value in the body or the parameter; empty for the whole of it.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// Returns the violated rule.
    pub fn rule(&self) -> &str {
        &self.rule
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.parameter {
            Some((location, name)) => write!(f, "{} parameter `{name}{}`", location.name(), self.pointer)?,
            None if self.pointer.is_empty() => f.write_str("the body")?,
            None => write!(f, "`{}`", self.pointer)?,
        }
        write!(f, " {}", self.rule)
    }
}

/// All violations of a request, each once, parameters first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Violations(pub(crate) Vec<Violation>);

impl std::ops::Deref for Violations {
    type Target = [Violation];

    fn deref(&self) -> &[Violation] {
        &self.0
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.0.iter().enumerate() {
            write!(f, "{}{violation}", if index == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}
