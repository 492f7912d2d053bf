//! Problem codes that are whole numbers.

use super::*;
use crate::member::{Member, MemberKind};
use crate::problem::{ProblemBody, ProblemCode, ProblemRow, RetryClass, RowOutcome};

static ROWS: [ProblemRow; 2] = [
    TIMEOUT,
    ProblemRow {
        code: "-1102",
        outcome: RowOutcome::NotExecuted,
        creating: RowOutcome::NotExecuted,
        ..TIMEOUT
    },
];

const TIMEOUT: ProblemRow = ProblemRow {
    code: "-1007",
    status: 400,
    title: "Timeout",
    outcome: RowOutcome::Unknown,
    creating: RowOutcome::Unknown,
    retry: RetryClass::Never,
    new_key: false,
    correct_clock: false,
    stored: false,
    actor: "partner",
    advice: "Look it up.",
};

static BODIES: [ProblemBody; 1] = [ProblemBody {
    statuses: &[(400, 599)],
    media_type: "application/json",
    members: &[Member::new("/code", MemberKind::Integer)],
    any_of: &[],
}];

static NUMBERS: Api = Api {
    problem_bodies: &BODIES,
    has_number_codes: true,
    registry: &ROWS,
    ..Api::new("Test", "test/1")
};

/// A code as generated code has it: of a registered number, or another one.
struct Code(i64);

impl ProblemCode for Code {
    fn as_str(&self) -> &str {
        ROWS.iter()
            .find(|row| self.is_same(row.code))
            .map_or("", |row| row.code)
    }

    fn is_same(&self, received: &str) -> bool {
        received.parse() == Ok(self.0)
    }
}

#[test]
fn a_code_is_a_whole_number_and_neither_a_text_nor_a_fraction() {
    for (body, code, outcome) in [
        (r#"{"code":-1007}"#, Some("-1007"), Outcome::Unknown),
        (r#"{"code":7}"#, Some("7"), Outcome::Unknown),
        (r#"{"code":-0}"#, Some("0"), Outcome::Unknown),
        (r#"{"code":-1102}"#, Some("-1102"), Outcome::NotExecuted),
        // Not a form that the contract declares, so it proves nothing.
        (r#"{"code":"-1007"}"#, None, Outcome::Unknown),
        (r#"{"code":-1007.0}"#, None, Outcome::Unknown),
        (r#"{"code":-1.007e3}"#, None, Outcome::Unknown),
        (r#"{"code":[-1007]}"#, None, Outcome::Unknown),
    ] {
        let (script, _) = scripted(vec![Ok(answer(400, &[("content-type", "application/json")], body))]);
        sdkwright_watch::listen();
        let builder = Builder::new(&NUMBERS).without_journal().base_url("https://example.com");
        let core: Core = builder.transport(script).build().unwrap();
        let error = now(core.raw(Method::POST, "/a").into_future()).unwrap_err();
        assert_eq!((error.code(), error.outcome()), (code, outcome), "{body}");
        let number = code.and_then(|code| code.parse().ok());
        assert_eq!(error.is(Code(-1007)), number == Some(-1007), "{body}");
        assert_eq!(error.is(Code(7)), number == Some(7), "{body}");
    }
}
