//! A key of `paths`: the part that can be sent, and its errors.
//!
//! OpenAPI allows only a path there. A query or fragment is understood where it can be sent: a fixed query stays in the
//! path, a template variable in the query becomes a query parameter, a fragment is never sent.

use std::fmt::Write as _;

/// A path template that can be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template<'a> {
    /// The path, and after a `?` the fixed part of the query.
    pub(super) sent: String,
    /// Names of the path parameters, in order.
    pub(super) names: Vec<&'a str>,
    /// Query pairs (`name=value`) whose value is fixed.
    pub(super) fixed: Vec<&'a str>,
    /// Query pairs (`name`, parameter) whose value is a parameter (`limit={pageSize}`).
    pub(super) open: Vec<(&'a str, &'a str)>,
    has_fragment: bool,
}

impl<'a> Template<'a> {
    /// Parses a key. Returns the template, or `None` if no part of it can be sent; and the violation of OpenAPI, if
    /// any.
    pub(super) fn of(key: &'a str) -> (Option<Self>, Option<&'static str>) {
        if key.chars().any(char::is_control) {
            return (None, Some("has a control character"));
        }
        let (rest, fragment) = cut(key, '#');
        let (path, query) = cut(rest, '?');
        let names = match names(path) {
            Ok(names) => names,
            Err(why) => return (None, Some(why)),
        };
        let mut template = Self {
            sent: path.to_owned(),
            names,
            fixed: Vec::new(),
            open: Vec::new(),
            has_fragment: fragment.is_some(),
        };
        let mut fault = (query.is_some() || fragment.is_some()).then_some("has a query or a fragment");
        if !path.starts_with('/') {
            fault = Some("does not begin with `/`");
            template.sent.insert(0, '/');
        }
        for pair in query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            if let Some(parameter) = value.strip_prefix('{').and_then(|value| value.strip_suffix('}')) {
                template.open.push((name, parameter));
            } else if pair.contains(['{', '}']) {
                return (None, Some("has a parameter inside of a part of its query"));
            } else {
                template.sent.push(if template.fixed.is_empty() { '?' } else { '&' });
                template.sent.push_str(pair);
                template.fixed.push(name);
            }
        }
        (Some(template), fault)
    }

    /// Returns the form that tells requests apart: names of parameters do not.
    pub(super) fn shape(&self) -> String {
        let path = self.names.iter().fold(self.sent.clone(), |path, name| {
            path.replace(&format!("{{{name}}}"), "{}")
        });
        let open = self.open.iter().map(|(name, _)| format!("&{name}"));
        std::iter::once(path).chain(open).collect()
    }

    /// Returns what is sent in place of the key, for a message.
    pub(super) fn difference(&self) -> String {
        let mut text = format!("in lenient mode it is sent as `{}`", self.sent);
        for (name, _) in &self.open {
            let _ = write!(text, "; `{name}` is a query parameter");
        }
        if self.has_fragment {
            text.push_str("; the fragment is not sent");
        }
        text
    }
}

fn cut(text: &str, at: char) -> (&str, Option<&str>) {
    text.split_once(at)
        .map_or((text, None), |(before, after)| (before, Some(after)))
}

/// Returns the parameter names of a path, in order.
fn names(path: &str) -> Result<Vec<&str>, &'static str> {
    let mut rest = path;
    let mut names = Vec::new();
    while let Some(open) = rest.find(['{', '}']) {
        let inside = rest[open..]
            .strip_prefix('{')
            .ok_or("closes a brace that is not open")?;
        let close = inside.find('}').ok_or("does not close a brace")?;
        let name = &inside[..close];
        if name.is_empty() || name.contains('{') {
            return Err("has a parameter without a name");
        }
        names.push(name);
        rest = &inside[close + 1..];
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::Template;

    fn read(key: &str) -> (Option<(String, String)>, Option<&'static str>) {
        let (template, fault) = Template::of(key);
        (template.map(|it| (it.sent.clone(), it.names.join(" "))), fault)
    }

    #[test]
    fn a_template_has_closed_braces_around_names() {
        let good = |sent: &str, names: &str| (Some((sent.to_owned(), names.to_owned())), None);
        assert_eq!(read("/a/{b}/c{d}.{e}"), good("/a/{b}/c{d}.{e}", "b d e"));
        assert_eq!(read("/"), good("/", ""));
        for bad in ["/{", "/}", "/{}", "/{a", "/{a{b}}", "/a}b{", "/a\n", "/a?b=x{c}"] {
            let (template, fault) = Template::of(bad);
            assert!(template.is_none() && fault.is_some(), "{bad}");
        }
    }

    #[test]
    fn what_can_be_sent_of_a_wrong_key_is_kept() {
        for (key, sent, names, why) in [
            ("a/{b}", "/a/{b}", "b", "does not begin with `/`"),
            ("", "/", "", "does not begin with `/`"),
            ("/a?b=c", "/a?b=c", "", "has a query or a fragment"),
            ("/{a}?b&c=d&", "/{a}?b&c=d", "a", "has a query or a fragment"),
            ("/a#b{c", "/a", "", "has a query or a fragment"),
            ("/a?b={c}&d=e#f?g", "/a?d=e", "", "has a query or a fragment"),
        ] {
            assert_eq!(
                read(key),
                (Some((sent.to_owned(), names.to_owned())), Some(why)),
                "{key}"
            );
        }
        let said = |key: &str| Template::of(key).0.unwrap().difference();
        assert_eq!(said("a"), "in lenient mode it is sent as `/a`");
        assert_eq!(
            said("/a?b={c}&d=e#f"),
            "in lenient mode it is sent as `/a?d=e`; `b` is a query parameter; the fragment is not sent"
        );
        let shape = |key: &str| Template::of(key).0.unwrap().shape();
        assert_eq!(shape("/a/{b}#c"), shape("/a/{d}"));
        assert_ne!(shape("/a?b={c}"), shape("/a?d={c}"));
        assert_ne!(shape("/a?b=c"), shape("/a?b=d"));
        let template = Template::of("/a?b={c}&d=e").0.unwrap();
        assert_eq!((template.fixed, template.open), (vec!["d"], vec![("b", "c")]));
    }
}
