//! Memory is bounded by what was received: the peak of reading hostile documents, counted by the allocator.
//!
//! One test, so that nothing is counted that runs beside it.

#![allow(clippy::unwrap_used)] // in functions that tests share

use peak_alloc::PeakAlloc;
use sdk_runtime::glue::{Json, Value, Writer};
use sdk_runtime::json::{self, DecodeErrorKind, Limits};
use sdk_runtime::{Extra, JsonValue};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// A model with one member; all others are unknown.
struct Model {
    id: String,
    extra: Extra,
}

impl Json for Model {
    fn read(value: Value<'_>) -> Self {
        Self {
            id: value.get("id"),
            extra: value.rest(),
        }
    }

    fn write(&self, w: &mut Writer) {
        w.begin("Model").put("id", &self.id).rest(&self.extra);
    }
}

const SIZE: usize = 6 << 20;

/// A document of about [`SIZE`] bytes: an unknown member with so many of these.
fn list(of: &str) -> String {
    format!(
        "{{\"id\":\"a\",\"more\":[{}{of}]}}",
        format!("{of},").repeat(SIZE / (of.len() + 1))
    )
}

fn members(value: &str) -> String {
    let count = SIZE / (value.len() + 10);
    let all: Vec<String> = (0..count).map(|number| format!("\"m{number:06}\":{value}")).collect();
    format!("{{\"id\":\"a\",\"more\":{{{}}}}}", all.join(","))
}

/// The peak while a document is read and what came of it is held, in hundredths of the document.
fn factor<T: Json>(document: &str) -> (usize, Result<T, DecodeErrorKind>) {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let read = json::from_slice::<T>(document.as_bytes());
    let used = MEMORY.peak_usage().saturating_sub(before);
    (used * 100 / document.len(), read.map_err(|error| error.kind()))
}

#[test]
fn no_document_takes_more_memory_than_a_small_multiple_of_its_bytes() {
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    let escaped = format!("\"{}\"", "\\u00e9".repeat(1000));
    let documents = [
        ("small numbers", list("1"), false),
        ("empty lists", list("[]"), false),
        ("empty objects", list("{}"), false),
        ("deep nesting", list(&deep), false),
        ("nulls", list("null"), false),
        ("short members", list("{\"a\":1,\"b\":2}"), false),
        ("many members", members("1"), false),
        ("texts", list("\"sixteen bytes..\""), true),
        ("long numbers", list("1234567890.12345"), true),
        ("lists in lists", list("[\"1234567890123456789012345678\"]"), true),
        (
            "objects",
            list("{\"name\":\"a name that is not short\",\"other\":\"another one of those\"}"),
            true,
        ),
        ("members with texts", members("\"a text that is not short\""), true),
        ("escapes", list(&escaped), true),
        ("one long text", list(&format!("\"{}\"", "x".repeat(SIZE))), true),
    ];
    for (name, document, is_read) in &documents {
        let (typed, model) = factor::<Model>(document);
        let (tree, value) = factor::<JsonValue>(document);
        println!("{name}: {typed} hundredths as unknown member, {tree} as a tree");
        assert_eq!(model.is_ok(), *is_read, "{name}");
        assert_eq!(value.is_ok(), *is_read, "{name}");
        if let Ok(model) = model {
            assert_eq!((model.id.as_str(), model.extra.len()), ("a", 1), "{name}");
            let text = json::to_vec(&model).unwrap();
            assert!(text == document.as_bytes(), "{name}: it goes out as it came");
            assert_eq!(model.extra.get("more"), value.unwrap().get("more"), "{name}");
        } else {
            assert_eq!(model.err(), Some(DecodeErrorKind::Limit), "{name}");
        }
        assert!(typed <= 400, "{name}: {typed} hundredths of a byte for each byte");
        assert!(tree <= 600, "{name}: {tree} hundredths of a byte for each byte");
    }
    let error = json::from_slice::<JsonValue>(documents[0].1.as_bytes())
        .map(drop)
        .unwrap_err();
    assert!(error.to_string().contains("fewer values"), "{error}");
    // A small document may be as dense as it likes.
    let small = format!("[{}1]", "1,".repeat(100_000));
    assert!(json::from_slice::<JsonValue>(small.as_bytes()).is_ok());
    let few = Limits {
        values: 1000,
        ..Limits::default()
    };
    assert!(json::from_slice_within::<JsonValue>(small.as_bytes(), &few).is_err());
}
