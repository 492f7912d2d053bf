//! Recognition of problem documents: status, media type and document come in, `true` goes out if the contract declares them.
//!
//! Intermediaries answer, too: firewalls, gateways, proxies. Only a declared document comes from the server itself; no other
//! answer may be taken for one.

use http::HeaderMap;
use http::header::CONTENT_TYPE;

use super::Problem;

/// A form of problem documents that the contract declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProblemBody {
    /// Lowest and highest status.
    pub statuses: (u16, u16),
    /// Media type without parameters; `*/*` and `application/*` match every JSON media type.
    pub media_type: &'static str,
    /// Required members.
    pub members: Members,
}

/// The condition on the members of a problem document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Members {
    /// The problem code, as a text that is not blank.
    Code,
    /// All of these JSON Pointers lead to values other than null.
    All(&'static [&'static str]),
    /// At least one of these; with an empty list, no document matches.
    Any(&'static [&'static str]),
}

impl ProblemBody {
    /// `application/problem+json` (RFC 9457) with a code.
    pub const RFC_9457: &'static [Self] = &[Self {
        statuses: (400, 599),
        media_type: "application/problem+json",
        members: Members::Code,
    }];

    fn fits(&self, status: u16, media_type: &str, problem: &Problem) -> bool {
        let is_there = |pointer: &&str| problem.document.pointer(pointer).is_some_and(|value| !value.is_null());
        (self.statuses.0..=self.statuses.1).contains(&status)
            && is_same(self.media_type, media_type)
            && match self.members {
                Members::Code => problem.code().is_some_and(|code| !code.trim().is_empty()),
                Members::All(members) => members.iter().all(is_there),
                Members::Any(members) => members.iter().any(is_there),
            }
    }
}

/// Returns `true` if the problem has a declared form.
pub(crate) fn is_declared(bodies: &[ProblemBody], status: u16, headers: &HeaderMap, problem: &Problem) -> bool {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    // With two media types it is unknown which one is right.
    let (Some(Ok(media_type)), None) = (types.next().map(http::HeaderValue::to_str), types.next()) else {
        return false;
    };
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    bodies.iter().any(|body| body.fits(status, media_type, problem))
}

/// Compares media types without parameters; case is ignored (RFC 9110, section 8.3.1).
fn is_same(declared: &str, media_type: &str) -> bool {
    if matches!(declared, "*/*" | "application/*") {
        let media_type = media_type.to_ascii_lowercase();
        return media_type == "application/json" || media_type.ends_with("+json");
    }
    declared.eq_ignore_ascii_case(media_type)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Limits;
    use crate::problem::ProblemPlaces;

    fn is_one(body: ProblemBody, status: u16, media_type: &str, document: &str) -> bool {
        let problem = Problem::decode(&ProblemPlaces::RFC_9457, document.as_bytes(), &Limits::default()).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, media_type.parse().unwrap());
        is_declared(&[body], status, &headers, &problem)
    }

    const CODED: ProblemBody = ProblemBody::RFC_9457[0];

    #[test]
    fn a_media_type_is_compared_without_its_parameters_and_case() {
        for (media_type, is_right) in [
            ("application/problem+json", true),
            ("APPLICATION/Problem+Json", true),
            ("application/problem+json;charset=utf-8", true),
            (" application/problem+json ; a=b", true),
            ("application/json", false),
            ("application/problem+json2", false),
            ("text/html", false),
            ("", false),
        ] {
            assert_eq!(
                is_one(CODED, 400, media_type, r#"{"code":"A"}"#),
                is_right,
                "{media_type}"
            );
        }
        let any = ProblemBody {
            media_type: "*/*",
            ..CODED
        };
        assert!(is_one(any, 400, "application/json", r#"{"code":"A"}"#));
        assert!(is_one(any, 400, "application/vnd.x+JSON", r#"{"code":"A"}"#));
        assert!(!is_one(any, 400, "text/html", r#"{"code":"A"}"#));
    }

    #[test]
    fn statuses_and_members_decide_as_the_contract_says() {
        let plain = |statuses, members| ProblemBody {
            statuses,
            media_type: "application/json",
            members,
        };
        let both = plain((404, 404), Members::All(&["/message", "/more/at"]));
        let either = plain((400, 499), Members::Any(&["/message", "/error"]));
        let none = plain((400, 499), Members::Any(&[]));
        let one = |body, status, document| is_one(body, status, "application/json", document);
        assert!(one(both, 404, r#"{"message":"","more":{"at":1}}"#));
        assert!(!one(both, 403, r#"{"message":"","more":{"at":1}}"#));
        assert!(!one(both, 404, r#"{"message":""}"#));
        assert!(!one(both, 404, r#"{"message":null,"more":{"at":1}}"#));
        assert!(one(either, 422, r#"{"error":{}}"#));
        assert!(!one(either, 422, r#"{"reason":"blocked"}"#));
        assert!(!one(either, 500, r#"{"error":{}}"#));
        assert!(!one(none, 400, "{}"));
        for blank in ["", " ", "\\t"] {
            let document = format!(r#"{{"code":"{blank}"}}"#);
            assert!(!is_one(CODED, 400, "application/problem+json", &document), "{blank:?}");
        }
        assert!(!is_one(CODED, 400, "application/problem+json", r#"{"code":7}"#));
        assert!(!is_one(CODED, 399, "application/problem+json", r#"{"code":"A"}"#));
    }

    #[test]
    fn two_media_types_are_none() {
        let problem = Problem::decode(&ProblemPlaces::RFC_9457, br#"{"code":"A"}"#, &Limits::default()).unwrap();
        let mut headers = HeaderMap::new();
        assert!(!is_declared(&[CODED], 400, &headers, &problem));
        headers.append(CONTENT_TYPE, "application/problem+json".parse().unwrap());
        assert!(is_declared(&[CODED], 400, &headers, &problem));
        headers.append(CONTENT_TYPE, "text/html".parse().unwrap());
        assert!(!is_declared(&[CODED], 400, &headers, &problem));
    }
}
