//! Request targets: a path template, its arguments and a query come in, the exact bytes of the target go out.
//!
//! Everything is percent-encoded to a fixed point here, so that no URL library finds anything to change: the signed target is
//! the sent one. A target that could name another resource (dot segments, empty arguments) must be refused.

use crate::parameter::push_whole;
pub(crate) use crate::parameter::{encode, whole};
use crate::refusal::Refusal;

/// Fills a path template with encoded arguments, after the prefix of the base URL.
pub(crate) fn fill<N: AsRef<str>>(prefix: &str, template: &str, arguments: &[(N, String)]) -> Result<String, Refusal> {
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
    check(&path)?;
    Ok(path)
}

/// Takes the whole target of a raw call: path, followed by `?` and the query if there is one.
pub(crate) fn raw(prefix: &str, target: &str) -> Result<String, Refusal> {
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
    check(&out)?;
    if let Some(query) = query {
        out.push('?');
        out.push_str(&whole(query));
    }
    Ok(out)
}

/// Refuses dot segments, plain or encoded: every URL library resolves them.
fn check(path: &str) -> Result<(), Refusal> {
    // A dot, or `%2e` in either case.
    let dot = |text: &mut &[u8]| match *text {
        [b'.', rest @ ..] | [b'%', b'2', b'e' | b'E', rest @ ..] => {
            *text = rest;
            true
        }
        _ => false,
    };
    let dots =
        |mut segment: &[u8]| dot(&mut segment) && (segment.is_empty() || dot(&mut segment) && segment.is_empty());
    let path = path.as_bytes().split(|byte| *byte == b'?').next().unwrap_or_default();
    if path.split(|byte| *byte == b'/').any(dots) {
        return Err(Refusal::Target("a segment of its path is `.` or `..`"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(value: &str) -> Result<String, Refusal> {
        fill("/base", "/v1/things/{thingId}/parts", &[("thingId", encode(value))])
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
            fill::<&str>("", "/a/{b}", &[]),
            Err(Refusal::Path {
                name: "b".into(),
                why: "it is missing"
            })
        );
        for dots in [".", ".."] {
            assert!(matches!(one(dots), Err(Refusal::Target(_))), "{dots}");
        }
        let both = [("a".to_owned(), ".".to_owned()), ("b".to_owned(), ".".to_owned())];
        assert!(matches!(fill("", "/{a}{b}", &both), Err(Refusal::Target(_))));
        assert_eq!(fill("", "/x{a}{b}", &both).unwrap(), "/x..");
        assert_eq!(fill("", "/x{a}{b}?c=/../d e", &both).unwrap(), "/x..?c=/../d%20e");
    }

    #[test]
    fn a_raw_target_is_changed_only_where_a_library_would() {
        assert_eq!(raw("/p", "/a%20b/c?x=1&y=%C3%A9").unwrap(), "/p/a%20b/c?x=1&y=%C3%A9");
        assert_eq!(
            raw("", "/a b?q=\"é\"'%zz%4").unwrap(),
            "/a%20b?q=%22%C3%A9%22%27%25zz%254"
        );
        assert_eq!(raw("", "/a//b?").unwrap(), "/a//b?");
        for wrong in ["a", "", "/a#b", "/a/../b", "/a/%2E%2e/b", "/.%2e", "/."] {
            assert!(raw("", wrong).is_err(), "{wrong}");
        }
        assert_eq!(raw("", "/a?b=../c").unwrap(), "/a?b=../c");
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
        use proptest::prelude::*;

        proptest! {
            #[test]
            fn a_url_library_changes_nothing(value in any::<String>(), name in any::<String>()) {
                let path = super::one(&value);
                prop_assume!(path.is_ok());
                let target = format!("{}?{}={}", path.unwrap(), super::encode(&name), super::encode(&value));
                let uri: http::Uri = target.parse().unwrap();
                prop_assert_eq!(uri.path_and_query().unwrap().as_str(), target.as_str());
                let url = reqwest::Url::parse(&format!("https://example.com{target}")).unwrap();
                prop_assert_eq!(format!("{}?{}", url.path(), url.query().unwrap()), target);
            }

            #[test]
            fn a_url_library_changes_no_raw_target(text in "/[ -~é\\t\\n]{0,40}") {
                let target = super::raw("", &text);
                prop_assume!(target.is_ok());
                let target = target.unwrap();
                let url = reqwest::Url::parse(&format!("https://example.com{target}")).unwrap();
                let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
                prop_assert_eq!(format!("{}{}", url.path(), query), target);
            }
        }
    }
}
