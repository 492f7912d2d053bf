//! A server: its address, and what may vary in it.

use crate::source::Origin;

/// A server.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Server {
    pub url: String,
    pub description: Option<String>,
    pub variables: Vec<ServerVariable>,
    pub origin: Origin,
}

impl Server {
    /// Is it stated for all operations?
    pub fn is_of_all(&self) -> bool {
        self.origin.pointer.starts_with("/servers/")
    }

    /// Is the whole address known? A relative one is relative to a place that nobody knows.
    pub fn is_absolute(&self) -> bool {
        self.url.contains("://")
    }
}

/// A variable of a server URL.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct ServerVariable {
    pub name: String,
    pub default: String,
    pub values: Vec<String>,
    pub description: Option<String>,
}
