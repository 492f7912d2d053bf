//! A server: its address and variables.

use crate::source::Origin;

/// A server.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Server {
    pub url: String,
    pub name: Option<String>,
    pub description: Option<String>,
    pub variables: Vec<ServerVariable>,
    pub origin: Origin,
}

impl Server {
    /// Returns true if it is stated for all operations.
    pub fn is_of_all(&self) -> bool {
        self.origin.pointer.starts_with("/servers/")
    }

    /// Returns true if the address is absolute. A relative one has an unknown base.
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
