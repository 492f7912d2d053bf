//! Servers of a contract: a URL template and variables come in, a URL goes out. Only values that the contract allows may be filled in.

use crate::parameter::{push_whole, whole};
use crate::refusal::Refusal;

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

// Targets of requests, from templates of paths.

/// Fills a path template with encoded arguments, after the prefix of the base URL. Returns the exact bytes of the target.
///
/// Everything is percent-encoded to a fixed point here, so that no URL library finds anything to change: the signed target is
/// the sent one. A target that could name another resource (dot segments, empty arguments) is refused.
pub(crate) fn fill_target<N: AsRef<str>>(
    prefix: &str,
    template: &str,
    arguments: &[(N, String)],
) -> Result<String, Refusal> {
    let values: usize = arguments.iter().map(|(_, value)| value.len()).sum();
    let mut path = String::with_capacity(prefix.len() + template.len() + values + 1);
    path.push_str(prefix);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let (literal, from) = rest.split_at(open);
        push_whole(&mut path, literal);
        let Some(close) = from.find('}') else { break };
        let name = &from[1..close];
        let Some((_, value)) = arguments.iter().find(|(known, _)| known.as_ref() == name) else {
            return Err(Refusal::Path {
                name: name.to_owned(),
                why: "it is missing",
            });
        };
        if value.is_empty() {
            return Err(Refusal::Path {
                name: name.to_owned(),
                why: "it is empty",
            });
        }
        path.push_str(value);
        rest = &from[close + 1..];
    }
    push_whole(&mut path, rest);
    if !path.starts_with('/') {
        path.insert(0, '/');
    }
    refuse_dots(&path)?;
    Ok(path)
}

/// Takes the whole target of a raw call: path, followed by `?` and the query if there is one.
pub(crate) fn raw_target(prefix: &str, target: &str) -> Result<String, Refusal> {
    if !target.starts_with('/') {
        return Err(Refusal::Target("it does not begin with `/`"));
    }
    if target.contains('#') {
        return Err(Refusal::Target("it has a fragment, which is never sent"));
    }
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    let mut out = format!("{prefix}{}", whole(path));
    refuse_dots(&out)?;
    if let Some(query) = query {
        out.push('?');
        out.push_str(&whole(query));
    }
    Ok(out)
}

/// Refuses dot segments, plain or encoded: every URL library resolves them.
fn refuse_dots(path: &str) -> Result<(), Refusal> {
    let is_dots = |segment: &str| matches!(&*segment.replace("%2e", ".").replace("%2E", "."), "." | "..");
    let mut segments = path.split('?').next().into_iter().flat_map(|path| path.split('/'));
    // The usual path has neither.
    if (path.contains('.') || path.contains('%')) && segments.any(is_dots) {
        return Err(Refusal::Target("a segment of its path is `.` or `..`"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameter::encode;

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

    fn one(value: &str) -> Result<String, Refusal> {
        fill_target("/base", "/v1/things/{thingId}/parts", &[("thingId", encode(value))])
    }

    #[test]
    fn arguments_are_encoded_so_that_nothing_is_left_to_change() {
        for (value, written) in [
            ("plain-1_2~3.4", "plain-1_2~3.4"),
            ("a b", "a%20b"),
            ("a/b", "a%2Fb"),
            ("a%2Fb", "a%252Fb"),
            ("%", "%25"),
            ("%2e", "%252e"),
            ("a?b#c", "a%3Fb%23c"),
            ("{x}'\"<>`^|\\", "%7Bx%7D%27%22%3C%3E%60%5E%7C%5C"),
            ("é", "%C3%A9"),
            ("a\r\nb", "a%0D%0Ab"),
            ("+&=;,:@!$()*", "%2B%26%3D%3B%2C%3A%40%21%24%28%29%2A"),
            ("...", "..."),
        ] {
            assert_eq!(
                one(value).unwrap(),
                format!("/base/v1/things/{written}/parts"),
                "{value}"
            );
        }
    }

    #[test]
    fn empty_missing_and_dot_arguments_are_refused() {
        assert_eq!(
            one(""),
            Err(Refusal::Path {
                name: "thingId".into(),
                why: "it is empty"
            })
        );
        assert_eq!(
            fill_target::<&str>("", "/a/{b}", &[]),
            Err(Refusal::Path {
                name: "b".into(),
                why: "it is missing"
            })
        );
        for dots in [".", ".."] {
            assert!(matches!(one(dots), Err(Refusal::Target(_))), "{dots}");
        }
        let both = [("a".to_owned(), ".".to_owned()), ("b".to_owned(), ".".to_owned())];
        assert!(matches!(fill_target("", "/{a}{b}", &both), Err(Refusal::Target(_))));
        assert_eq!(fill_target("", "/x{a}{b}", &both).unwrap(), "/x..");
        assert_eq!(
            fill_target("", "/x{a}{b}?c=/../d e", &both).unwrap(),
            "/x..?c=/../d%20e"
        );
    }

    #[test]
    fn a_raw_target_is_changed_only_where_a_library_would() {
        assert_eq!(
            raw_target("/p", "/a%20b/c?x=1&y=%C3%A9").unwrap(),
            "/p/a%20b/c?x=1&y=%C3%A9"
        );
        assert_eq!(
            raw_target("", "/a b?q=\"é\"'%zz%4").unwrap(),
            "/a%20b?q=%22%C3%A9%22%27%25zz%254"
        );
        assert_eq!(raw_target("", "/a//b?").unwrap(), "/a//b?");
        for wrong in ["a", "", "/a#b", "/a/../b", "/a/%2E%2e/b", "/.%2e", "/."] {
            assert!(raw_target("", wrong).is_err(), "{wrong}");
        }
        assert_eq!(raw_target("", "/a?b=../c").unwrap(), "/a?b=../c");
    }

    #[test]
    fn encoding_twice_changes_nothing_more() {
        for text in ["/a b/%/%2/%zz/{x}|^`\\", "/é?x='\"<>"] {
            let once = whole(text);
            assert_eq!(whole(&once), once);
            assert!(http::Uri::try_from(once.as_str()).is_ok(), "{once}");
        }
    }

    #[cfg(feature = "reqwest")]
    mod with_a_url_library {
        use super::*;
        use proptest::prelude::*;

        proptest! {
            #[test]
            fn a_url_library_changes_nothing(value in any::<String>(), name in any::<String>()) {
                let path = one(&value);
                prop_assume!(path.is_ok());
                let target = format!("{}?{}={}", path.unwrap(), encode(&name), encode(&value));
                let uri: http::Uri = target.parse().unwrap();
                prop_assert_eq!(uri.path_and_query().unwrap().as_str(), target.as_str());
                let url = reqwest::Url::parse(&format!("https://example.com{target}")).unwrap();
                prop_assert_eq!(format!("{}?{}", url.path(), url.query().unwrap()), target);
            }

            #[test]
            fn a_url_library_changes_no_raw_target(text in "/[ -~é\\t\\n]{0,40}") {
                let target = raw_target("", &text);
                prop_assume!(target.is_ok());
                let target = target.unwrap();
                let url = reqwest::Url::parse(&format!("https://example.com{target}")).unwrap();
                let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
                prop_assert_eq!(format!("{}{}", url.path(), query), target);
            }
        }
    }
}
