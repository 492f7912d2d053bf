//! A status, headers and any body come back for a call. Whatever they are, the error must keep them, find what a problem document
//! says where another reader finds it, and print neither the body nor anything that begins a line of its own.
//!
//! Seeds: fuzz/seeds/problem/*
#![no_main]

use libfuzzer_sys::fuzz_target;
use sdkwright_fuzz::{Pieces, client, finish};
use sdkwright_runtime::testing::{Script, Step};
use sdkwright_runtime::{Error, ErrorKind, JsonValue, Outcome, http::Method};
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    let mut pieces = Pieces::new(bytes);
    let (status, request_id, body) = (pieces.text(), pieces.text(), pieces.bytes());
    let status = status.parse().unwrap_or(400).clamp(300, 599);
    let script = Script::new([Step::answer(status, body.to_vec()).header("trace-id", &request_id)]);
    let call = client(&script).raw(Method::GET, "/things").retries(0);
    let error = finish(call.into_future()).expect_err("no success");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
    assert_eq!(error.body().map(|kept| &kept[..]), Some(body));
    assert_eq!(error.outcome(), Outcome::NotExecuted, "nothing happens on a GET");
    says_what_the_body_says(&error, body);
    prints_on_lines_of_its_own(&error);
});

fn says_what_the_body_says(error: &Error, body: &[u8]) {
    let plain = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let theirs = serde_json::from_slice::<Value>(plain).ok().filter(Value::is_object);
    let Some(problem) = error.problem() else {
        assert_eq!((error.kind(), error.code()), (ErrorKind::Status, None));
        let read = theirs.is_none() || sdkwright_runtime::json::from_slice::<JsonValue>(body).is_err();
        assert!(read, "it is a problem document");
        return;
    };
    assert_eq!(error.kind(), ErrorKind::Problem);
    assert_eq!(error.code(), problem.code());
    let Some(theirs) = theirs else { return };
    let text = |pointer: &str| theirs.pointer(pointer).and_then(Value::as_str);
    assert_eq!(problem.code(), text("/error/kind"));
    assert_eq!(problem.title(), text("/error/title"));
    assert_eq!(problem.detail(), text("/error/text"));
    assert_eq!(problem.request_id(), text("/trace"));
    assert_eq!(problem.type_uri(), text("/type"));
    assert_eq!(problem.instance(), text("/instance"));
    let errors = theirs.pointer("/error/fields").and_then(Value::as_array);
    assert_eq!(problem.errors().len(), errors.map_or(0, Vec::len));
    let again: Value = serde_json::from_str(&problem.document().to_string()).expect("JSON");
    assert_eq!(again, theirs, "nothing is lost");
}

fn prints_on_lines_of_its_own(error: &Error) {
    for text in [error.to_string(), format!("{error:?}")] {
        // The next step has a line of its own.
        let (first, next) = text.split_once("\nnext: ").unwrap_or((&text, ""));
        assert!(!first.chars().chain(next.chars()).any(char::is_control), "{text:?}");
    }
    let report = error.support_report();
    let names = [
        "endpoint",
        "time",
        "status",
        "code",
        "outcome",
        "attempts",
        "request ids",
        "advice",
    ];
    for line in report.split('\n') {
        let (name, value) = line.split_once(": ").unwrap_or((line, ""));
        assert!(names.contains(&name.trim_end_matches(':')), "{report:?}");
        assert!(!value.chars().any(char::is_control), "{report:?}");
    }
}
