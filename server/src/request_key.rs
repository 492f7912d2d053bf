//! The idempotency key of a request: its place, its text and its form, and the responses about its state.

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use sdkwright_json::{Limits, push_segment, scalar, text};
use sdkwright_runtime::glue::{Api, Description, Idempotency, KeyAnswer, KeyRules, KeyState, named_parts};
use sdkwright_runtime::idempotency::KeyPlace;

use crate::input::{RequestInput, UNREADABLE, is_json};
use crate::problem::{InvalidValue, Problem};
use crate::reply::Reply;
use crate::signature::single;

/// Why a value is not a single text.
const SEVERAL: &str = "occurs more than once, or is not ASCII";

/// The idempotency key of a request.
pub(crate) struct RequestKey {
    rules: KeyRules,
    pub(crate) text: Option<String>,
    /// Why no single text can be read.
    refused: Option<&'static str>,
}

impl RequestKey {
    /// Reads the key; `None` for an operation that takes none.
    pub(crate) fn read(api: &Api, description: &Description, headers: &HeaderMap, body: &[u8]) -> Option<Self> {
        let takes_key = description.intent.is_some() || !is_safe(description.method);
        let of_api = || {
            let rules = api.idempotency.filter(|_| takes_key)?;
            let (place, length) = (KeyPlace::Header(rules.header?), rules.key_length);
            Some(KeyRules { place, length })
        };
        let rules = description.key.or_else(of_api)?;
        let (text, refused) = match rules.place {
            KeyPlace::Header(name) => {
                let refused = headers.contains_key(name).then_some(SEVERAL);
                (single(headers, name).map(str::to_owned), refused)
            }
            KeyPlace::Member(member) => (member_text(body, member), None),
            KeyPlace::Part { part, member } => {
                let content_type = single(headers, CONTENT_TYPE).unwrap_or_default();
                match named_parts(content_type, body, part).as_deref() {
                    None => (None, Some(UNREADABLE)),
                    Some([]) => (None, None),
                    Some([json]) => (member_text(json, member), None),
                    Some(_) => (None, Some(SEVERAL)),
                }
            }
        };
        Some(Self { rules, text, refused })
    }

    /// Returns `true` if the key has its own header.
    pub(crate) fn is_in_header(&self) -> bool {
        matches!(self.rules.place, KeyPlace::Header(_))
    }

    /// Returns the place of the key. A body that cannot be read has none.
    fn pointer(&self) -> String {
        match self.rules.place {
            _ if self.refused == Some(UNREADABLE) => String::new(),
            KeyPlace::Header(name) => pointer(&["header", name]),
            KeyPlace::Member(member) => pointer(&[member]),
            KeyPlace::Part { part, member } => pointer(&[part, member]),
        }
    }

    /// Checks the key, and the media type of the body that contains it.
    pub(crate) fn check(&self, input: &RequestInput) -> Result<(), Problem> {
        match self.rules.place {
            KeyPlace::Header(_) => {}
            KeyPlace::Member(_) => drop(input.check_types(&["JSON"], |_, sent| is_json(sent))?),
            KeyPlace::Part { .. } => drop(input.check_types(&["multipart"], |_, sent| sent.starts_with("multipart/"))?),
        }
        let (least, most) = self.rules.length;
        let message = match (&self.text, self.refused) {
            (Some(key), _) => {
                let fits = (least as usize..=most as usize).contains(&key.len());
                if fits && key.bytes().all(|byte| byte.is_ascii_graphic()) {
                    return Ok(());
                }
                "is not a key of the length that the contract allows"
            }
            (None, Some(why)) => why,
            (None, None) if input.description.intent.is_some() => "is required",
            (None, None) => return Ok(()),
        };
        Err(input.invalid(InvalidValue::new(self.pointer(), message)))
    }
}

fn pointer(segments: &[&str]) -> String {
    let mut pointer = String::new();
    for segment in segments {
        push_segment(&mut pointer, segment);
    }
    pointer
}

/// Returns the text of a member of JSON.
fn member_text(json: &[u8], member: &str) -> Option<String> {
    text(json, &Limits::default(), 1, &pointer(&[member]))
}

/// The responses of a contract about the state of a key.
#[derive(Clone, Copy)]
pub(crate) struct KeyAnswers {
    pub(crate) api: &'static Api,
    pub(crate) rules: &'static Idempotency,
}

impl KeyAnswers {
    fn answer(self, state: KeyState) -> Option<&'static KeyAnswer> {
        let mut answers = self.rules.answers.iter();
        answers.find(|(known, _)| *known == state).map(|(_, answer)| answer)
    }

    /// Returns the problem of a code. A contract without one has a status, and a text in the body.
    fn problem(self, code: Option<&str>, state: KeyState, detail: &str) -> Problem {
        let answer = self.answer(state);
        // 409, or the first status of the range that shows no other state.
        let status = answer.map(|answer| {
            let (least, most) = answer.statuses;
            let others = self.rules.answers.iter().filter(|(known, _)| *known != state);
            let shows_other = |status: &u16| {
                others
                    .clone()
                    .any(|(_, other)| (other.statuses.0..=other.statuses.1).contains(status))
            };
            let own = [409].into_iter().filter(|status| (least..=most).contains(status));
            own.chain(least..=most)
                .find(|status| !shows_other(status))
                .unwrap_or(least)
        });
        let status = status.and_then(|status| StatusCode::from_u16(status).ok());
        let problem = Problem::from_code_or(self.api, code, status.unwrap_or(StatusCode::CONFLICT)).with_detail(detail);
        let text = answer.and_then(|answer| answer.text).into_iter();
        text.fold(problem, |problem, (pointer, text)| problem.with_member(pointer, text))
    }

    pub(crate) fn conflict(self) -> Problem {
        let detail = "Another request was sent under this idempotency key.";
        self.problem(self.rules.conflict, KeyState::Conflict, detail)
    }

    pub(crate) fn in_progress(self) -> Problem {
        let detail = "The first request under this idempotency key has no result yet.";
        let problem = self.problem(self.rules.in_progress, KeyState::InProgress, detail);
        problem.with_retry_after(1)
    }

    /// Returns the problem of a request whose key has this stored response, if the contract does not repeat it. `creates`: the place of the
    /// created resource's id.
    pub(crate) fn refusal(self, stored: &Reply, creates: Option<&str>) -> Option<Problem> {
        if self.rules.is_spent_by(stored.status()) {
            let detail = "The request under this idempotency key failed. Use a new key.";
            return Some(self.problem(self.rules.conflict, KeyState::Conflict, detail));
        }
        let is_repeated = self.rules.replayed.is_some() || stored.status() >= 300;
        let answer = self.answer(KeyState::Used).filter(|_| !is_repeated)?;
        let detail = "The request under this idempotency key was executed.";
        let id = creates.and_then(|id| scalar(stored.body(), &Limits::default(), 1, id));
        let id = answer.id.zip(id).into_iter();
        let problem = self.problem(None, KeyState::Used, detail);
        Some(id.fold(problem, |problem, (pointer, id)| problem.with_member(pointer, id)))
    }
}

/// Returns `true` for a request method without effects (RFC 9110, section 9.2.1).
pub(crate) fn is_safe(method: &str) -> bool {
    ["GET", "HEAD", "OPTIONS", "TRACE", "QUERY"].contains(&method)
}

#[cfg(test)]
mod tests {
    use sdkwright_runtime::glue::{Api, Idempotency, KeyAnswer, KeyState};

    use super::KeyAnswers;

    const fn statuses(first: u16, last: u16) -> KeyAnswer {
        KeyAnswer {
            statuses: (first, last),
            ..KeyAnswer::NONE
        }
    }

    #[test]
    fn the_status_of_a_range_shows_no_other_state() {
        static API: Api = Api::new("Lender", "lender/1");
        static RANGE: Idempotency = Idempotency {
            answers: &[(KeyState::Conflict, statuses(400, 499))],
            ..Idempotency::NONE
        };
        static BOTH: Idempotency = Idempotency {
            answers: &[
                (KeyState::Conflict, statuses(400, 499)),
                (KeyState::InProgress, statuses(409, 409)),
            ],
            ..Idempotency::NONE
        };
        for (rules, status) in [(&RANGE, 409), (&BOTH, 400)] {
            let conflict = KeyAnswers { api: &API, rules }.conflict();
            assert_eq!(conflict.status().as_u16(), status);
        }
    }
}
