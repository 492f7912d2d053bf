//! `Link` headers (RFC 8288): the lines of a response come in, the target of one relation goes out.

use http::HeaderMap;
use http::header::LINK;

const UNREADABLE: &str = "a `Link` header of the response is not valid";

/// Returns the target with this relation; `None` if there is none. Two different ones are an error. Ignores links of another
/// context (`anchor`).
pub(super) fn target(headers: &HeaderMap, relation: &str) -> Result<Option<String>, &'static str> {
    let mut found: Option<String> = None;
    for line in headers.get_all(LINK) {
        let mut rest = line.to_str().map_err(|_| UNREADABLE)?;
        loop {
            rest = rest.trim_start_matches([' ', '\t', ',']);
            if rest.is_empty() {
                break;
            }
            let (link, after) = Link::read(rest).ok_or(UNREADABLE)?;
            rest = after;
            if !link.has(relation) {
                continue;
            }
            if found.as_deref().is_some_and(|known| known != link.target) {
                return Err("the response has several links to the next page");
            }
            found = Some(link.target.to_owned());
        }
    }
    Ok(found)
}

/// One link of a header.
struct Link<'l> {
    target: &'l str,
    /// Its relations: the first `rel` alone counts (section 3.3).
    rel: Option<String>,
    has_anchor: bool,
}

impl<'l> Link<'l> {
    fn has(&self, relation: &str) -> bool {
        let relations = self.rel.iter().flat_map(|rel| rel.split([' ', '\t']));
        !self.has_anchor && relations.into_iter().any(|known| known.eq_ignore_ascii_case(relation))
    }

    /// Reads a link and its parameters; returns the rest after its comma.
    fn read(text: &'l str) -> Option<(Self, &'l str)> {
        let (target, mut rest) = text.strip_prefix('<')?.split_once('>')?;
        let mut link = Self {
            target: target.trim(),
            rel: None,
            has_anchor: false,
        };
        loop {
            rest = blank(rest);
            let Some(parameter) = rest.strip_prefix(';') else { break };
            let parameter = blank(parameter);
            let end = parameter.find([';', ',', '=', ' ', '\t']).unwrap_or(parameter.len());
            let (name, after) = parameter.split_at(end);
            let (value, after) = match blank(after).strip_prefix('=') {
                Some(after) => value(blank(after))?,
                None => (String::new(), after),
            };
            rest = after;
            if name.eq_ignore_ascii_case("rel") {
                link.rel.get_or_insert(value);
            } else if name.eq_ignore_ascii_case("anchor") {
                link.has_anchor = true;
            }
        }
        match rest.strip_prefix(',') {
            Some(after) => Some((link, after)),
            None => rest.is_empty().then_some((link, rest)),
        }
    }
}

fn blank(text: &str) -> &str {
    text.trim_start_matches([' ', '\t'])
}

/// Reads a token or a quoted string (RFC 9110, 5.6.4).
fn value(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([';', ',', ' ', '\t']).unwrap_or(text.len());
        let (token, rest) = text.split_at(end);
        return Some((token.to_owned(), rest));
    };
    let mut out = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, letter)) = chars.next() {
        match letter {
            '"' => return Some((out, &quoted[at + 1..])),
            '\\' => out.push(chars.next()?.1),
            _ => out.push(letter),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(lines: &[&str]) -> Result<Option<String>, &'static str> {
        let headers = lines.iter().map(|line| (LINK, line.parse().unwrap()));
        target(&headers.collect(), "next")
    }

    #[test]
    fn the_target_is_found_among_other_links_and_parameters() {
        for lines in [
            &["<https://a.example/b?c=d>; rel=next"][..],
            &["<https://a.example/b?c=d>;rel=\"next\""],
            &["<https://a.example/b?c=d> ; title=\"a, <b>; rel=\\\"prev\\\"\" ; REL = \"last NEXT\""],
            &["<x>; rel=prev, , <https://a.example/b?c=d>; foo; bar=\"b\"; rel=next; rel=prev,<y>;rel=\"nextish\""],
            &[
                "<x>; rel=\"first\"",
                "<https://a.example/b?c=d>; title*=UTF-8''n%c3%a4chste; rel=\"next\"",
            ],
            &[
                "<https://a.example/b?c=d>; rel=next",
                "<https://a.example/b?c=d>; rel=next",
            ],
            &["<x>; rel=next; anchor=\"#of-another\", <https://a.example/b?c=d>; rel=next"],
        ] {
            assert_eq!(next(lines), Ok(Some("https://a.example/b?c=d".to_owned())), "{lines:?}");
        }
    }

    #[test]
    fn a_response_without_such_a_link_has_no_next_page() {
        for lines in [
            &[][..],
            &[""],
            &["<x>"],
            &["<x>; rel=prev"],
            &["<x>; title=next"],
            &["<x>; rel=\"http://a.example/next\""],
        ] {
            assert_eq!(next(lines), Ok(None), "{lines:?}");
        }
    }

    #[test]
    fn a_header_that_is_cut_off_or_contradicts_itself_is_an_error() {
        for lines in [
            &["x; rel=next"][..],
            &["<x; rel=next"],
            &["<x>; rel=\"next"],
            &["<x>; rel=\"next\\"],
            &["<x>; rel=prev <y>; rel=next"],
            &["<x>; rel=next, <y>; rel=next"],
            &["<x>; rel=next", "<y>; rel=next"],
        ] {
            assert!(next(lines).is_err(), "{lines:?}");
        }
    }
}
