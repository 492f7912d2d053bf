//! The operations of an API by method and path.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::http::Method;
use percent_encoding::percent_decode_str;
use sdkwright_runtime::glue::Description;

use crate::context::Context;
use crate::input::RequestInput;
use crate::outgoing::Outgoing;
use crate::problem::Problem;

/// The future of a handler.
pub type Handled = Pin<Box<dyn Future<Output = Result<Outgoing, Problem>> + Send>>;

type Handler<S> = fn(Arc<S>, Context, RequestInput) -> Handled;

/// An operation with its handler.
pub struct OperationRoute<S> {
    pub(crate) description: &'static Description,
    pub(crate) invalid: Option<&'static str>,
    pub(crate) handler: Option<Handler<S>>,
    pub(crate) headers: &'static [&'static str],
    segments: Vec<PathSegment>,
}

impl<S> OperationRoute<S> {
    /// Creates the route of an operation.
    pub fn new(description: &'static Description, handler: Handler<S>) -> Self {
        Self {
            handler: Some(handler),
            ..Self::not_served(description)
        }
    }

    /// Creates the route of an operation that the generator left out: its response is 501.
    pub fn not_served(description: &'static Description) -> Self {
        Self {
            description,
            invalid: None,
            handler: None,
            headers: &[],
            segments: description.path.split('/').map(PathSegment::parse).collect(),
        }
    }

    /// Sets the problem code of a request that is not valid.
    #[must_use]
    pub fn invalid(mut self, code: &'static str) -> Self {
        self.invalid = Some(code);
        self
    }

    /// Sets the header parameters. Another value of one is another request under the same idempotency key.
    #[must_use]
    pub fn headers(mut self, names: &'static [&'static str]) -> Self {
        self.headers = names;
        self
    }

    /// Returns `true` for a path with these segments, as they were sent. Their number is that of the route.
    fn fits(&self, sent: &[&str]) -> bool {
        // The last segments differ most.
        self.segments
            .iter()
            .zip(sent)
            .rev()
            .all(|(segment, sent)| match segment {
                PathSegment::Literal(text) => {
                    sent == text || sent.contains('%') && percent_decode_str(sent).eq(text.bytes())
                }
                PathSegment::Parameter { .. } => segment.value(sent).is_some(),
            })
    }
}

impl<S> std::fmt::Debug for OperationRoute<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OperationRoute")
            .field("operation", &self.description.id)
            .finish_non_exhaustive()
    }
}

/// A segment of a path template. Literal segments come before parameters, and longer texts around a parameter before shorter ones.
#[derive(Debug, Clone, PartialEq, Eq)]
enum PathSegment {
    Literal(&'static str),
    Parameter {
        before: &'static str,
        name: &'static str,
        after: &'static str,
    },
}

impl PathSegment {
    fn parse(text: &'static str) -> Self {
        let parts = text.split_once('{').and_then(|(before, rest)| {
            let (name, after) = rest.split_once('}')?;
            Some(Self::Parameter { before, name, after })
        });
        parts.unwrap_or(Self::Literal(text))
    }

    /// Returns the raw value of a parameter.
    fn value<'p>(&self, sent: &'p str) -> Option<(&'static str, &'p str)> {
        let Self::Parameter { before, name, after } = self else {
            return None;
        };
        let value = sent.strip_prefix(before)?.strip_suffix(after)?;
        (!value.is_empty()).then_some((name, value))
    }

    fn rank(&self) -> (bool, std::cmp::Reverse<usize>) {
        match self {
            Self::Literal(_) => (false, std::cmp::Reverse(0)),
            Self::Parameter { before, after, .. } => (true, std::cmp::Reverse(before.len() + after.len())),
        }
    }
}

/// A route that was found, with the raw values of the path.
pub(crate) struct Found<'r, S> {
    pub(crate) route: &'r OperationRoute<S>,
    pub(crate) path: Vec<(&'static str, String)>,
}

/// The result of a search for a route.
pub(crate) enum Search<'r, S> {
    Found(Found<'r, S>),
    /// The path has other methods, as `Allow` lists them.
    OtherMethod(String),
    Nothing,
}

/// The operations of an API.
#[derive(Debug)]
pub struct Routes<S>(Vec<OperationRoute<S>>);

impl<S> Routes<S> {
    /// Creates an empty list.
    pub fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds operations.
    pub fn add(&mut self, routes: impl IntoIterator<Item = OperationRoute<S>>) {
        self.0.extend(routes);
    }

    /// Sorts the routes by their number of segments, and so that the first one that fits is the most specific one.
    pub(crate) fn sort(&mut self) {
        self.0.sort_by_cached_key(|route| {
            let ranks = route.segments.iter().map(PathSegment::rank);
            (route.segments.len(), ranks.collect::<Vec<_>>())
        });
    }

    /// Finds the route of a request. `HEAD` is `GET` for a path that has no `HEAD`.
    pub(crate) fn search(&self, method: &Method, path: &str) -> Search<'_, S> {
        if percent_decode_str(path).decode_utf8().is_err() {
            return Search::Nothing;
        }
        let sent: Vec<&str> = path.split('/').collect();
        let start = self.0.partition_point(|route| route.segments.len() < sent.len());
        let end = self.0.partition_point(|route| route.segments.len() <= sent.len());
        let fitting = self.0[start..end].iter().filter(|route| route.fits(&sent));
        let find = |wanted: &str| {
            let mut routes = self.0[start..end].iter();
            routes.find(|route| route.description.method == wanted && route.fits(&sent))
        };
        let found = find(method.as_str()).or_else(|| find("GET").filter(|_| *method == Method::HEAD));
        if let Some(route) = found {
            let values = route
                .segments
                .iter()
                .zip(&sent)
                .filter_map(|(segment, sent)| segment.value(sent));
            let path = values.map(|(name, value)| (name, value.to_owned())).collect();
            return Search::Found(Found { route, path });
        }
        let mut allowed: Vec<&str> = fitting.map(|route| route.description.method).collect();
        if allowed.is_empty() {
            return Search::Nothing;
        }
        allowed.extend(find("GET").map(|_| "HEAD"));
        allowed.push("OPTIONS");
        allowed.sort_unstable();
        allowed.dedup();
        Search::OtherMethod(allowed.join(", "))
    }
}

impl<S> Default for Routes<S> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Method;
    use sdkwright_runtime::glue::Description;

    use super::{OperationRoute, Routes, Search};

    #[test]
    fn the_most_specific_route_is_found_with_the_values_of_its_path() {
        static ALL: [Description; 5] = [
            Description::new("one", "GET", "/a/{id}"),
            Description::new("named", "GET", "/a/new"),
            Description::new("close", "POST", "/a/{id}:close"),
            Description::new("change", "PATCH", "/a/{id}"),
            Description::new("below", "GET", "/a/{id}/b/{other}"),
        ];
        let mut routes = Routes::<()>::new();
        routes.add(ALL.iter().map(OperationRoute::not_served));
        routes.sort();
        let found = |method: Method, path: &str| match routes.search(&method, path) {
            Search::Found(found) => format!("{} {:?}", found.route.description.id, found.path),
            Search::OtherMethod(allowed) => allowed,
            Search::Nothing => "nothing".to_owned(),
        };
        for (method, path, wanted) in [
            (Method::GET, "/a/new", "named []"),
            (Method::GET, "/a/x%2Fy", r#"one [("id", "x%2Fy")]"#),
            (Method::HEAD, "/a/n", r#"one [("id", "n")]"#),
            (Method::POST, "/a/n:close", r#"close [("id", "n")]"#),
            (Method::PATCH, "/a/new", r#"change [("id", "new")]"#),
            (Method::GET, "/a/1/b/2", r#"below [("id", "1"), ("other", "2")]"#),
            (Method::DELETE, "/a/1", "GET, HEAD, OPTIONS, PATCH"),
            (Method::GET, "/a/%ff", "nothing"),
            (Method::GET, "/a", "nothing"),
            (Method::GET, "/a/", "nothing"),
            (Method::GET, "/a/1/b", "nothing"),
            (Method::GET, "", "nothing"),
        ] {
            assert_eq!(found(method, path), wanted, "{path}");
        }
    }
}
