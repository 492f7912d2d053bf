//! A key of `paths`: the part that can be sent, and its errors.
//!
//! OpenAPI allows only a path there, with a name in each pair of braces. A query or fragment is understood where it can be
//! sent: a fixed query stays in the path, a template variable in the query becomes a query parameter, a fragment is never
//! sent. More than a name in braces is understood as frameworks and RFC 6570 write it: `{id:[0-9]+}`, `{id?}`, `{+path}`,
//! `{a,b}`, `{?a,b}`. A value that spans segments, as `{+path}`, `{path:.*}` and `{name=shelves/*}` say, keeps its slashes.

use std::fmt::Write as _;

/// A path template that can be sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Template<'a> {
    /// The path, and after a `?` the fixed part of the query.
    pub(super) sent: String,
    /// Names of the path parameters, in order.
    pub(super) names: Vec<&'a str>,
    /// Contents of braces that are more than a name, each with the name.
    pub(super) written: Vec<(&'a str, &'a str)>,
    /// Names of the path parameters whose values keep reserved characters (RFC 6570, section 3.2.3).
    pub(super) reserved: Vec<&'a str>,
    /// Query pairs (`name=value`) whose value is fixed.
    pub(super) fixed: Vec<&'a str>,
    /// Query pairs (`name`, parameter) whose value is a parameter (`limit={pageSize}`).
    pub(super) open: Vec<(&'a str, &'a str)>,
    has_fragment: bool,
}

impl<'a> Template<'a> {
    /// Parses a key. Returns the template, or `None` if no part of it can be sent; and the violation of OpenAPI, if
    /// any.
    pub(super) fn from_key(key: &'a str) -> (Option<Self>, Option<&'static str>) {
        if key.chars().any(char::is_control) {
            return (None, Some("has a control character"));
        }
        let (rest, fragment) = cut(key, '#');
        let (path, query) = cut(rest, '?');
        let mut template = Self {
            has_fragment: fragment.is_some(),
            ..Self::default()
        };
        if let Err(why) = template.path(path) {
            return (None, Some(why));
        }
        let has_more = template.sent != path || !template.written.is_empty();
        let mut fault = has_more.then_some("has more than a name between `{` and `}`");
        if query.is_some() || fragment.is_some() {
            fault = Some("has a query or a fragment");
        }
        if !template.sent.starts_with('/') {
            fault = Some("does not begin with `/`");
            template.sent.insert(0, '/');
        }
        for pair in query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            if let Some(parameter) = value.strip_prefix('{').and_then(|value| value.strip_suffix('}')) {
                template.open.push((name, parameter));
            } else if pair.contains(['{', '}']) {
                return (None, Some("has a parameter inside a part of its query"));
            } else {
                template.sent.push(if template.fixed.is_empty() { '?' } else { '&' });
                template.sent.push_str(pair);
                template.fixed.push(name);
            }
        }
        (Some(template), fault)
    }

    /// Reads the part before a query.
    fn path(&mut self, path: &'a str) -> Result<(), &'static str> {
        let mut rest = path;
        while let Some(open) = rest.find(['{', '}']) {
            let inside = rest[open..].strip_prefix('{').ok_or("has a `}` without a `{`")?;
            let close = closing(inside).ok_or("has a `{` without a `}`")?;
            self.sent.push_str(&rest[..open]);
            self.expression(&inside[..close])?;
            rest = &inside[close + 1..];
        }
        self.sent.push_str(rest);
        Ok(())
    }

    /// Reads what stands in braces: an operator of RFC 6570, and names that a comma separates.
    fn expression(&mut self, text: &'a str) -> Result<(), &'static str> {
        let (operator, list) = match text.chars().next() {
            Some(operator) if "+#./;?&".contains(operator) => (operator, &text[1..]),
            _ => (' ', text),
        };
        // A pattern may have a comma.
        let is_list = !list.contains(':');
        for (at, one) in list.split(|c| c == ',' && is_list).enumerate() {
            let mark = one.find([':', '=']).unwrap_or(one.len());
            let (name, pattern) = one.split_at(mark);
            let name = name.trim_end_matches(['*', '?']).trim();
            if name.is_empty() || name.contains('{') {
                return Err("has a parameter without a name");
            }
            if matches!(operator, '?' | '&') {
                self.open.push((name, name));
                continue;
            }
            match operator {
                '.' | '/' => self.sent.push(operator),
                ';' => {
                    let _ = write!(self.sent, ";{name}=");
                }
                _ if at > 0 => self.sent.push(','),
                _ => {}
            }
            let _ = write!(self.sent, "{{{name}}}");
            self.names.push(name);
            if operator == '+' || spans_segments(pattern) {
                self.reserved.push(name);
            }
            if name != text {
                self.written.push((text, name));
            }
        }
        Ok(())
    }

    /// Returns the form that tells requests apart: names of parameters do not.
    pub(super) fn shape(&self) -> String {
        let path = self.names.iter().fold(self.sent.clone(), |path, name| {
            path.replace(&format!("{{{name}}}"), "{}")
        });
        let open = self.open.iter().map(|(name, _)| format!("&{name}"));
        std::iter::once(path).chain(open).collect()
    }

    /// Returns what to write in place of the key, for a message.
    pub(super) fn correction(&self) -> &'static str {
        if self.written.is_empty() {
            "write it like `/orders/{orderId}`, and a query as parameters with `in: query`"
        } else {
            "write it like `/orders/{orderId}`, and a pattern or a default in the schema of the parameter"
        }
    }

    /// Returns what is sent in place of the key, for a message.
    pub(super) fn difference(&self) -> String {
        let mut text = format!("in lenient mode it is sent as `{}`", self.sent);
        for name in &self.reserved {
            let _ = write!(
                text,
                "; the value of `{name}` keeps its slashes and other reserved characters"
            );
        }
        for (name, _) in &self.open {
            let _ = write!(text, "; `{name}` is a query parameter");
        }
        if self.has_fragment {
            text.push_str("; the fragment is not sent");
        }
        text
    }
}

/// Returns true for what follows a name where several segments of the path are its value: a pattern of anything
/// (`:.*`, `:path`), or one of segments (`=shelves/*`, `=**`).
fn spans_segments(pattern: &str) -> bool {
    matches!(pattern, ":.*" | ":.+" | ":path" | "=**") || (pattern.starts_with('=') && pattern.contains('/'))
}

/// Divides a text at a character that stands outside of braces.
fn cut(text: &str, at: char) -> (&str, Option<&str>) {
    let mut depth = 0_usize;
    for (place, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            c if c == at && depth == 0 => return (&text[..place], Some(&text[place + c.len_utf8()..])),
            _ => {}
        }
    }
    (text, None)
}

/// Returns the place of the brace that closes the one before the text.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (place, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(place),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::Template;

    fn read(key: &str) -> (Option<(String, String)>, Option<&'static str>) {
        let (template, fault) = Template::from_key(key);
        (template.map(|it| (it.sent.clone(), it.names.join(" "))), fault)
    }

    #[test]
    fn a_template_has_closed_braces_around_names() {
        let good = |sent: &str, names: &str| (Some((sent.to_owned(), names.to_owned())), None);
        assert_eq!(read("/a/{b}/c{d}.{e}"), good("/a/{b}/c{d}.{e}", "b d e"));
        assert_eq!(read("/"), good("/", ""));
        for bad in ["/{", "/}", "/{}", "/{a", "/{a{b}}", "/a}b{", "/a\n", "/a?b=x{c}"] {
            let (template, fault) = Template::from_key(bad);
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
        let said = |key: &str| Template::from_key(key).0.unwrap().difference();
        assert_eq!(said("a"), "in lenient mode it is sent as `/a`");
        assert_eq!(
            said("/a?b={c}&d=e#f"),
            "in lenient mode it is sent as `/a?d=e`; `b` is a query parameter; the fragment is not sent"
        );
        let shape = |key: &str| Template::from_key(key).0.unwrap().shape();
        assert_eq!(shape("/a/{b}#c"), shape("/a/{d}"));
        assert_ne!(shape("/a?b={c}"), shape("/a?d={c}"));
        assert_ne!(shape("/a?b=c"), shape("/a?b=d"));
        let template = Template::from_key("/a?b={c}&d=e").0.unwrap();
        assert_eq!((template.fixed, template.open), (vec!["d"], vec![("b", "c")]));
    }

    #[test]
    fn more_than_a_name_in_braces_is_read_as_frameworks_and_rfc_6570_write_it() {
        for (key, sent, names) in [
            ("/a/{id:[0-9]+}", "/a/{id}", "id"),
            ("/a/{id:[0-9]{2,3}}/b", "/a/{id}/b", "id"),
            ("/a/{id:int?}", "/a/{id}", "id"),
            ("/a/{id?}", "/a/{id}", "id"),
            ("/a/{id=5}", "/a/{id}", "id"),
            ("/v1/{name=projects/*}", "/v1/{name}", "name"),
            ("/a/{+path}", "/a/{path}", "path"),
            ("/a/{path*}", "/a/{path}", "path"),
            ("/a/{b,c}", "/a/{b},{c}", "b c"),
            ("/a{/b,c}", "/a/{b}/{c}", "b c"),
            ("/a{.form}", "/a.{form}", "form"),
            ("/a{;b}", "/a;b={b}", "b"),
        ] {
            let why = "has more than a name between `{` and `}`";
            assert_eq!(
                read(key),
                (Some((sent.to_owned(), names.to_owned())), Some(why)),
                "{key}"
            );
        }
        let template = Template::from_key("/a{?b,c*}{&d}").0.unwrap();
        assert_eq!((template.sent.as_str(), template.names.len()), ("/a", 0));
        assert_eq!(template.open, [("b", "b"), ("c", "c"), ("d", "d")]);
        for (key, reserved) in [
            ("/a/{+path}/{b}", "path"),
            ("/a/{+b,c}", "b c"),
            ("/a/{path:.*}", "path"),
            ("/a/{path:path}", "path"),
            ("/v1/{name=shelves/*/books/*}:read", "name"),
            ("/v1/{name=**}", "name"),
            ("/a/{path*}/{id:[0-9]+}/{b=5}", ""),
        ] {
            let template = Template::from_key(key).0.unwrap();
            assert_eq!(template.reserved.join(" "), reserved, "{key}");
        }
        assert_eq!(
            Template::from_key("/a/{+path}").0.unwrap().difference(),
            "in lenient mode it is sent as `/a/{path}`; the value of `path` keeps its slashes and other reserved characters"
        );
        for bad in ["/{?}", "/{:x}", "/{a,}", "/{{a}}"] {
            assert_eq!(read(bad), (None, Some("has a parameter without a name")), "{bad}");
        }
    }
}
