//! Servers of a contract: a URL template and variables come in, a URL goes out. Only values that the contract allows may be
//! filled in.

/// A variable in the URL of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable {
    /// Name, in braces in the URL.
    pub name: &'static str,
    /// Default value.
    pub default: &'static str,
    /// Allowed values; if empty, any.
    pub allowed: &'static [&'static str],
}

/// A server of a contract, for `base_url`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    template: &'static str,
    variables: &'static [Variable],
    chosen: Vec<(&'static str, String)>,
}

/// The reason why a variable of a server is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// The URL has no such variable.
    #[error("`{url}` has no variable `{name}`")]
    NoVariable {
        /// The URL template of the contract.
        url: &'static str,
        /// The requested variable.
        name: String,
    },
    /// The variable does not allow this value.
    #[error("`{name}` cannot be `{value}`; allowed are {}", .allowed.join(", "))]
    Value {
        /// The variable.
        name: &'static str,
        /// The requested value.
        value: String,
        /// Allowed values.
        allowed: &'static [&'static str],
    },
}

impl Server {
    /// Creates a server whose variables have their defaults.
    pub fn new(template: &'static str, variables: &'static [Variable]) -> Self {
        Self {
            template,
            variables,
            chosen: Vec::new(),
        }
    }

    /// Sets a variable.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Result<Self, ServerError> {
        let value = value.into();
        let Some(variable) = self.variables.iter().find(|variable| variable.name == name) else {
            return Err(ServerError::NoVariable {
                url: self.template,
                name: name.to_owned(),
            });
        };
        if !variable.allowed.is_empty() && !variable.allowed.contains(&value.as_str()) {
            return Err(ServerError::Value {
                name: variable.name,
                value,
                allowed: variable.allowed,
            });
        }
        self.chosen.retain(|(known, _)| *known != variable.name);
        self.chosen.push((variable.name, value));
        Ok(self)
    }

    /// Returns the URL with its variables filled in.
    pub fn url(&self) -> String {
        let value = |name: &str| {
            let chosen = self.chosen.iter().find(|(known, _)| *known == name);
            let default = || self.variables.iter().find(|variable| variable.name == name);
            chosen
                .map(|(_, value)| value.as_str())
                .or_else(|| default().map(|variable| variable.default))
        };
        let mut url = String::with_capacity(self.template.len());
        let mut rest = self.template;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, behind)) = after.split_once('}') else {
                break;
            };
            url.push_str(before);
            match value(name) {
                Some(value) => url.push_str(value),
                // Text in braces that is not a variable stays, and is refused as a base URL.
                None => url.extend(["{", name, "}"]),
            }
            rest = behind;
        }
        url.push_str(rest);
        url
    }
}

impl From<Server> for String {
    fn from(server: Server) -> Self {
        server.url()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIBRARY: &[Variable] = &[
        Variable {
            name: "region",
            default: "north",
            allowed: &["north", "south"],
        },
        Variable {
            name: "base",
            default: "v1",
            allowed: &[],
        },
    ];

    fn library() -> Server {
        Server::new("https://{region}.library.example/{base}", LIBRARY)
    }

    #[test]
    fn variables_have_their_defaults_until_another_value_is_chosen() {
        assert_eq!(library().url(), "https://north.library.example/v1");
        let other = library()
            .with("base", "v1")
            .and_then(|server| server.with("base", "v2"));
        let other = other.and_then(|server| server.with("region", "south")).unwrap();
        assert_eq!(String::from(other), "https://south.library.example/v2");
    }

    #[test]
    fn a_value_that_the_contract_does_not_allow_is_refused() {
        assert_eq!(
            library().with("region", "east").unwrap_err().to_string(),
            "`region` cannot be `east`; allowed are north, south"
        );
        assert_eq!(
            library().with("zone", "east").unwrap_err().to_string(),
            "`https://{region}.library.example/{base}` has no variable `zone`"
        );
    }

    #[test]
    fn a_brace_that_is_no_variable_stays() {
        assert_eq!(Server::new("https://{a}.b/{c", &[]).url(), "https://{a}.b/{c");
    }
}
