//! Refused documents and their errors: place, expectation, finding; never a value.

use sdkwright_json as json;
use sdkwright_json::{DecodeError, DecodeErrorKind, Json, JsonValue, Limits, Map, Value, Writer};

#[derive(Debug, PartialEq)]
struct Account {
    id: String,
    owner: Owner,
    amounts: Vec<i32>,
    limits: Option<Map<u8>>,
}

#[derive(Debug, PartialEq)]
struct Owner {
    name: String,
    age: Option<i64>,
}

impl Json for Account {
    fn read(v: Value<'_>) -> Self {
        Account {
            id: v.get("id"),
            owner: v.get("owner"),
            amounts: v.get("amounts"),
            limits: v.get("limits"),
        }
    }
    fn write(&self, w: &mut Writer) {
        w.begin("Account");
        w.put("amounts", &self.amounts);
        w.end();
    }
}

impl Json for Owner {
    fn read(v: Value<'_>) -> Self {
        Owner {
            name: v.get("name"),
            age: v.get("age"),
        }
    }
    fn write(&self, _: &mut Writer) {}
}

fn refused(text: &str) -> DecodeError {
    json::from_slice::<Account>(text.as_bytes()).unwrap_err()
}

#[test]
fn an_error_names_the_place_what_was_expected_and_what_was_found() {
    let cases = [
        (
            "{\"id\":\"a\",\n \"owner\":{\"name\":7},\"amounts\":[]}",
            "expected a string, found an integer, at /owner/name (line 2, column 18)",
        ),
        (
            "{\"id\":\"a\",\"owner\":{\"age\":1},\"amounts\":[]}",
            "a required member is missing, at /owner/name (line 1, column 19)",
        ),
        (
            "{\"id\":\"a\",\"owner\":{\"name\":\"\"}}",
            "a required member is missing, at /amounts (line 1, column 1)",
        ),
        (
            "{\"id\":\"é\",\"owner\":{\"name\":\"\"},\"amounts\":[1,2.5]}",
            "expected an integer, found a number, at /amounts/1 (line 1, column 44)",
        ),
        (
            "{\"id\":\"a\",\"owner\":{\"name\":\"\"},\"amounts\":[1,3000000000]}",
            "expected an integer of 32 bits, at /amounts/1 (line 1, column 44)",
        ),
        (
            "{\"id\":\"a\",\"owner\":[],\"amounts\":[]}",
            "expected an object, found an array, at /owner (line 1, column 19)",
        ),
        (
            "{\"id\":\"a\",\"owner\":{\"name\":\"\"},\"amounts\":{}}",
            "expected an array, found an object, at /amounts (line 1, column 41)",
        ),
        (
            "{\"id\":\"a\",\"owner\":{\"name\":\"\"},\"amounts\":[],\"limits\":{\"a/b~\":256}}",
            "expected an integer of 8 bits that is not negative, at /limits/a~1b~0 (line 1, column 61)",
        ),
        (
            "[]",
            "expected an object, found an array, at the document (line 1, column 1)",
        ),
        (
            "{\"id\":1,\"owner\":2}",
            "expected a string, found an integer, at /id (line 1, column 7)",
        ),
    ];
    for (text, message) in cases {
        assert_eq!(refused(text).to_string(), message, "{text}");
    }
}

#[test]
fn a_syntax_error_names_line_column_and_the_object_it_is_in() {
    let cases = [
        ("", "expected a value, at the document (line 1, column 1)"),
        (
            "{\"a\":{\"b\":[1,2,}]}",
            "expected a value, at /a/b (line 1, column 16)",
        ),
        (
            "{\"a\":1\n\"b\":2}",
            "expected `,` or `}`, at the document (line 2, column 1)",
        ),
        ("[1 2]", "expected `,` or `]`, at the document (line 1, column 4)"),
        ("{\"a\" 1}", "expected `:`, at the document (line 1, column 6)"),
        (
            "{a:1}",
            "expected a member's name in quotes, at the document (line 1, column 2)",
        ),
        ("{} x", "expected the end, at the document (line 1, column 4)"),
        (
            "[-]",
            "expected a digit of a number, at the document (line 1, column 3)",
        ),
        (
            "[\"\\x\"]",
            "expected an escape that JSON knows, at the document (line 1, column 3)",
        ),
        (
            "[\"a\nb\"]",
            "expected an escape instead of a control character, at the document (line 1, column 4)",
        ),
        (
            "[\"\\u12g4\"]",
            "expected four hexadecimal digits, at the document (line 1, column 7)",
        ),
        (
            "[\"abc",
            "expected the end of the string, at the document (line 1, column 6)",
        ),
        ("[\"\\ud800 \"]", "half of a surrogate pair, at /0 (line 1, column 3)"),
        (
            "{\"a\":{\"x\":1,\"\\u0079\":[2,[],\"\\u0041\\udc00\"]}}",
            "half of a surrogate pair, at /a/y/2 (line 1, column 35)",
        ),
        (
            "{\"a\":[{\"x\":\"\"},{\"\\u0079\":\"\\ud800\"}]}",
            "half of a surrogate pair, at /a/1/y (line 1, column 27)",
        ),
        (
            "{\"a\":{\"\\ud800\":1}}",
            "half of a surrogate pair, at /a (line 1, column 8)",
        ),
        (
            "\"\\ud800\"",
            "half of a surrogate pair, at the document (line 1, column 2)",
        ),
        (
            "{\"a\":{\"x\":1,\"y\":2,\"\\u0078\":3}}",
            "a member occurs twice, at /a/x (line 1, column 19)",
        ),
    ];
    for (text, message) in cases {
        let error = json::from_slice::<JsonValue>(text.as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), message, "{text}");
    }
    let error = json::from_slice::<JsonValue>(b"[\"ok\", \"\xff\"]").unwrap_err();
    assert_eq!((error.kind(), error.column()), (DecodeErrorKind::Encoding, 9));
}

#[test]
fn only_the_first_error_counts() {
    let error = refused("{\"amounts\":[\"x\"],\"id\":5}");
    assert_eq!(error.pointer(), "/id", "the first in the order of reading");
}

#[test]
fn an_error_never_shows_a_value_of_the_document() {
    for text in [
        "{\"id\":\"hunter2\",\"owner\":{\"name\":\"hunter2\",\"age\":\"hunter2\"},\"amounts\":[]}",
        "{\"id\":\"hunter2\",\"owner\":{\"name\":\"hunter2\"},\"amounts\":\"hunter2\"}",
        "{\"id\":\"hunter2\",\"owner\":\"hunter2\"}",
        "[\"hunter2\" hunter2]",
        "{\"id\":\"hunter2\",\"id\":\"hunter2\"}",
    ] {
        let error = refused(text);
        assert!(
            !format!("{error} {error:?} {error:#?}").contains("hunter2"),
            "{error:?}"
        );
    }
}

#[test]
fn a_pointer_of_any_length_is_cut() {
    let name = "n".repeat(100_000);
    let error = json::from_slice::<Map<bool>>(format!("{{\"{name}\":1}}").as_bytes()).unwrap_err();
    assert!(error.pointer().len() < 600, "{}", error.pointer().len());
    let deep = format!("{}1{}", "{\"abcdefgh\":".repeat(120), "}".repeat(120));
    assert!(refused(&deep).to_string().len() < 700);
}

#[test]
fn depth_and_size_have_limits_and_a_hundred_thousand_brackets_do_no_harm() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(json::from_slice::<JsonValue>(nested(128).as_bytes()).is_ok());
    let error = json::from_slice::<JsonValue>(nested(129).as_bytes()).unwrap_err();
    assert_eq!(error.kind(), DecodeErrorKind::Limit);
    assert_eq!(error.to_string().split(',').next(), Some("expected less nesting"));
    for text in ["[".repeat(100_000), "{\"a\":".repeat(100_000), nested(100_000)] {
        assert!(json::from_slice::<JsonValue>(text.as_bytes()).is_err());
    }
    let small = Limits {
        bytes: 4,
        ..Limits::default()
    };
    assert!(json::from_slice_within::<JsonValue>(b"1234", &small).is_ok());
    assert_eq!(
        json::from_slice_within::<JsonValue>(b"12345", &small)
            .unwrap_err()
            .kind(),
        DecodeErrorKind::Limit
    );
}

#[test]
fn the_deepest_document_is_read_written_shown_and_dropped_on_a_small_stack() {
    let run = || {
        let text = format!("{}null{}", "{\"a\":[".repeat(64), "]}".repeat(64));
        let value: JsonValue = text.parse().unwrap();
        assert_eq!(value.clone().to_string(), text);
        assert_eq!(format!("{value:#?}"), "object(1)");
        assert!(
            serde_json::from_str::<JsonValue>(&text).is_err(),
            "serde_json stops at 128"
        );
        assert_eq!(serde_json::to_string(&value).unwrap(), text);
    };
    std::thread::Builder::new()
        .stack_size(256 << 10)
        .spawn(run)
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn many_equal_hashes_and_many_names_are_not_slow() {
    // Names that differ only in the middle have equal hashes: without sorting, this would take 10^10 comparisons.
    let names: Vec<String> = (0..100_000).map(|n| format!("\"aaaaaaaa{n:08}bbbbbbbb\":0")).collect();
    let text = format!("{{{}}}", names.join(","));
    let started = std::time::Instant::now();
    assert_eq!(json::from_slice::<Map<u8>>(text.as_bytes()).unwrap().len(), 100_000);
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

#[test]
fn after_an_error_a_long_list_is_not_filled_with_placeholders() {
    static READ: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    #[derive(Debug)]
    struct Counted;
    impl Json for Counted {
        fn read(v: Value<'_>) -> Self {
            READ.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            v.expect_object();
            Counted
        }
        fn write(&self, _: &mut Writer) {}
    }
    let text = format!("[1,{}2]", "{},".repeat(1000));
    assert_eq!(
        json::from_slice::<Vec<Counted>>(text.as_bytes()).unwrap_err().pointer(),
        "/0"
    );
    assert_eq!(READ.load(std::sync::atomic::Ordering::Relaxed), 1);
}

#[test]
#[should_panic(expected = "a type requires itself")]
fn a_type_that_requires_itself_ends_with_a_word_and_not_with_the_stack() {
    struct Endless(#[allow(dead_code)] Box<Endless>);
    impl Json for Endless {
        fn read(v: Value<'_>) -> Self {
            Endless(v.get("next"))
        }
        fn write(&self, _: &mut Writer) {}
    }
    impl Json for Box<Endless> {
        fn read(v: Value<'_>) -> Self {
            Box::new(v.decode())
        }
        fn write(&self, _: &mut Writer) {}
    }
    let _ = json::from_slice::<Endless>(b"{}");
}

#[test]
fn integers_are_read_by_value_and_never_rounded() {
    for (text, value) in [("1.0", 1), ("1e2", 100), ("-0", 0), ("-5.00e0", -5), ("12e-0", 12)] {
        assert_eq!(json::from_slice::<i64>(text.as_bytes()).unwrap(), value, "{text}");
    }
    for (text, kind) in [
        ("1.5", DecodeErrorKind::Kind),
        ("1e-1", DecodeErrorKind::Kind),
        ("\"1\"", DecodeErrorKind::Kind),
        ("9223372036854775808", DecodeErrorKind::Value),
        ("1e400", DecodeErrorKind::Value),
        ("1e999999999999", DecodeErrorKind::Value),
    ] {
        assert_eq!(
            json::from_slice::<i64>(text.as_bytes()).unwrap_err().kind(),
            kind,
            "{text}"
        );
    }
    assert_eq!(
        json::from_slice::<u8>(b"-1").unwrap_err().kind(),
        DecodeErrorKind::Value
    );
    assert_eq!(json::from_slice::<u64>(b"18446744073709551615").unwrap(), u64::MAX);
    assert_eq!(
        json::from_slice::<f64>(b"1e400").unwrap_err().kind(),
        DecodeErrorKind::Value
    );
}

#[test]
fn what_json_cannot_hold_is_an_error_with_its_place_and_not_a_panic() {
    #[derive(Debug)]
    struct Reading(Vec<f64>);
    impl Json for Reading {
        fn read(v: Value<'_>) -> Self {
            Reading(v.get("values"))
        }
        fn write(&self, w: &mut Writer) {
            w.begin("Reading");
            w.put("values", &self.0);
            w.end();
        }
    }
    struct Odd;
    impl Json for Odd {
        fn read(_: Value<'_>) -> Self {
            Odd
        }
        fn write(&self, w: &mut Writer) {
            w.number_text("1,000");
        }
    }
    let error = json::to_vec(&vec![Reading(vec![1.0]), Reading(vec![0.5, f64::NAN, f64::INFINITY])]).unwrap_err();
    assert_eq!(error.pointer(), "/1/values/1");
    assert_eq!(
        error.to_string(),
        "JSON cannot represent a float that is not finite, at /1/values/1"
    );
    assert_eq!(json::to_vec(&Odd).unwrap_err().pointer(), "");
}
