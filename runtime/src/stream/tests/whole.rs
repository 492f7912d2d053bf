//! Whole events: bytes of a stream come in, and the type of the event decides what each field is.

use crate::json::{
    DecodeError, DecodeErrorKind, Enum, Extra, INTEGER, Json, JsonValue, Limits, OBJECT, STRING, Shape, Value, Writer,
};
use crate::stream::event::{self, BlockReader, EventForm, EventObject, EventObjectJson, EventObjectMixed, Step};

/// An event whose id is an `I` and whose data is a `D`.
struct Whole<I, D> {
    event: Option<String>,
    id: Option<I>,
    retry: Option<i64>,
    data: D,
    extra: Extra,
}

impl<I: Json, D: Json> Json for Whole<I, D> {
    fn read(v: Value<'_>) -> Self {
        Self {
            event: v.get("event"),
            id: v.get("id"),
            retry: v.get("retry"),
            data: v.get("data"),
            extra: v.rest(),
        }
    }

    fn write(&self, w: &mut Writer) {
        w.begin("Whole")
            .put("event", &self.event)
            .put("id", &self.id)
            .put("retry", &self.retry)
            .put("data", &self.data)
            .rest(&self.extra);
    }
}

struct Count {
    n: i64,
    extra: Extra,
}

crate::json::object! { Count { n: "n", } }

/// Two states of one loan; the contract knows one value of each.
struct Loan {
    was: State,
    is: State,
    extra: Extra,
}

crate::json::object! { Loan { was: "was", is: "is", } }

#[derive(Clone, PartialEq)]
enum State {
    Lent,
    Unknown(String),
}

impl Enum for State {
    const TABLE: &'static [(&'static str, Self)] = &[("lent", Self::Lent)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;

    fn unknown_text(&self) -> Option<&str> {
        if let Self::Unknown(text) = self {
            Some(text)
        } else {
            None
        }
    }
}

/// A union by the event's name.
enum Told {
    Count(Whole<i64, Count>),
    Word(Whole<i64, String>),
    Loan(Whole<i64, Loan>),
    Unknown(JsonValue),
}

const fn named(constants: &'static [(&'static str, &'static [&'static str])]) -> Shape {
    Shape {
        kinds: OBJECT,
        required: &["event", "data"],
        constants,
    }
}

impl Told {
    const SHAPES: &'static [&'static [Shape]] = &[
        &[named(&[("event", &["count"])])],
        &[named(&[("event", &["word"])])],
        &[named(&[("event", &["loan"])])],
    ];
}

impl Json for Told {
    fn read(v: Value<'_>) -> Self {
        v.one_of(Self::SHAPES, |v, place| match place {
            0 => Self::Count(v.decode()),
            1 => Self::Word(v.decode()),
            2 => Self::Loan(v.decode()),
            _ => Self::Unknown(v.decode()),
        })
    }

    fn write(&self, w: &mut Writer) {
        match self {
            Self::Count(value) => w.value(value),
            Self::Word(value) => w.value(value),
            Self::Loan(value) => w.value(value),
            Self::Unknown(value) => w.unknown(None, value),
        }
    }
}

/// Data that may be an integer, an object or text.
enum Several {
    Integer(i64),
    Count(Count),
    Text(String),
    Unknown(JsonValue),
}

impl Several {
    const SHAPES: &'static [&'static [Shape]] = &[&[of(INTEGER)], &[of(OBJECT)], &[of(STRING)]];
}

const fn of(kinds: u8) -> Shape {
    Shape {
        kinds,
        required: &[],
        constants: &[],
    }
}

impl Json for Several {
    fn read(v: Value<'_>) -> Self {
        v.one_of(Self::SHAPES, |v, place| match place {
            0 => Self::Integer(v.decode()),
            1 => Self::Count(v.decode()),
            2 => Self::Text(v.decode()),
            _ => Self::Unknown(v.decode()),
        })
    }

    fn write(&self, w: &mut Writer) {
        match self {
            Self::Integer(value) => w.value(value),
            Self::Count(value) => w.value(value),
            Self::Text(value) => w.value(value),
            Self::Unknown(value) => w.unknown(None, value),
        }
    }
}

/// Reads the only event of a stream.
fn read<T, M: EventForm<T>>(stream: &str) -> Result<T, DecodeError> {
    let mut fields = BlockReader::new(1 << 16);
    fields.push(stream.as_bytes());
    let Step::Block(block) = fields.step() else {
        panic!("no event in {stream:?}");
    };
    M::parse(event::Fields(&block, &Limits::default()))
}

/// Reads the only event and writes it as JSON.
fn json<T: Json, M: EventForm<T>>(stream: &str) -> String {
    let value = read::<T, M>(stream).unwrap();
    String::from_utf8(crate::json::to_vec(&value).unwrap()).unwrap()
}

/// Reads the only event as a union: whether it is known, and its JSON.
fn told(stream: &str) -> (bool, String) {
    let is_known = !matches!(read::<Told, EventObjectMixed>(stream).unwrap(), Told::Unknown(_));
    (is_known, json::<Told, EventObjectMixed>(stream))
}

#[test]
fn an_id_is_the_integer_that_the_contract_says_or_the_text() {
    let stream = "id: 7\nretry: 1500\ndata: {\"n\":1}\n\n";
    let number = r#"{"id":7,"retry":1500,"data":{"n":1}}"#;
    assert_eq!(json::<Whole<i64, Count>, EventObjectJson>(stream), number);
    assert_eq!(json::<Whole<i64, Count>, EventObjectMixed>(stream), number);
    let text = r#"{"id":"7","retry":1500,"data":{"n":1}}"#;
    assert_eq!(json::<Whole<String, Count>, EventObjectJson>(stream), text);
    assert_eq!(json::<JsonValue, EventObjectJson>(stream), text);
    let flag = "id: true\ndata: a\n\n";
    assert_eq!(
        json::<Whole<bool, String>, EventObject>(flag),
        r#"{"id":true,"data":"a"}"#
    );
    assert_eq!(
        json::<Whole<String, String>, EventObject>(flag),
        r#"{"id":"true","data":"a"}"#
    );
    // An id that is no integer does not match the contract.
    for id in ["007", "a", "1.5", ""] {
        let stream = format!("id: {id}\ndata: {{\"n\":1}}\n\n");
        let error = read::<Whole<i64, Count>, EventObjectJson>(&stream).err().unwrap();
        assert_eq!((error.kind(), error.pointer()), (DecodeErrorKind::Kind, "/id"), "{id}");
    }
}

#[test]
fn the_data_is_text_where_the_variant_of_the_event_says_text() {
    for data in [
        "plain",
        "\"quoted\"",
        "5",
        "1234.5678",
        "null",
        "{\"n\": 1}",
        "[DONE]",
        "",
        " 5 ",
    ] {
        let said = format!(r#"{{"event":"word","id":3,"data":{}}}"#, JsonValue::from(data));
        assert_eq!(told(&format!("event: word\nid: 3\ndata: {data}\n\n")), (true, said));
    }
    let said = r#"{"event":"count","id":3,"data":{"n":1}}"#;
    assert_eq!(
        told("event: count\nid: 3\ndata: {\"n\": 1}\n\n"),
        (true, said.to_owned())
    );
}

#[test]
fn an_event_that_fits_nothing_is_unknown_and_keeps_its_fields() {
    let said = |json: &str| (false, json.to_owned());
    assert_eq!(
        told("event: new\nid: 3\ndata: {\"a\":1.10}\n\n"),
        said(r#"{"event":"new","id":"3","data":{"a":1.10}}"#)
    );
    assert_eq!(
        told("event: new\ndata: \"quoted\"\n\n"),
        said(r#"{"event":"new","data":"\"quoted\""}"#)
    );
    assert_eq!(
        told("event: count\ndata: plain\n\n"),
        said(r#"{"event":"count","data":"plain"}"#)
    );
}

#[test]
fn a_variant_with_unknown_values_inside_is_known() {
    let said = r#"{"event":"loan","id":3,"data":{"was":"new","is":"newer","more":1}}"#;
    let stream = "event: loan\nid: 3\ndata: {\"was\":\"new\",\"is\":\"newer\",\"more\":1}\n\n";
    assert_eq!(told(stream), (true, said.to_owned()));
}

#[test]
fn data_that_may_be_text_or_something_else_is_text_if_it_is_nothing_else() {
    let data = |stream: &str| json::<Whole<i64, Several>, EventObjectMixed>(stream);
    assert_eq!(data("data: 5\n\n"), r#"{"data":5}"#);
    assert_eq!(data("data: {\"n\": 5}\n\n"), r#"{"data":{"n":5}}"#);
    assert_eq!(data("data: 5.5\n\n"), r#"{"data":"5.5"}"#);
    assert_eq!(data("data: {\"m\": 5}\n\n"), r#"{"data":"{\"m\": 5}"}"#);
    assert_eq!(data("data: \"5\"\n\n"), r#"{"data":"\"5\""}"#);
    // Any JSON value is JSON, whatever its kind.
    assert_eq!(json::<JsonValue, EventObjectJson>("data: \"a\"\n\n"), r#"{"data":"a"}"#);
}

#[test]
fn the_error_of_an_event_names_the_place_inside_of_its_data() {
    let error = read::<Whole<i64, Count>, EventObjectMixed>("id: 7\ndata: {\"n\":\"x\"}\n\n");
    assert_eq!(error.err().unwrap().pointer(), "/data/n");
    let error = read::<Whole<String, Count>, EventObjectJson>("id: 7\ndata: {\"n\":\"x\"}\n\n");
    assert_eq!(error.err().unwrap().pointer(), "/data/n");
    let deep = format!("data: {}\n\n", "[".repeat(200));
    let error = read::<Whole<i64, Count>, EventObjectMixed>(&deep).err().unwrap();
    assert_eq!(error.kind(), DecodeErrorKind::Limit);
    // Text is text, however deep it would be as JSON.
    let text = read::<Told, EventObjectMixed>(&format!("event: word\n{deep}")).unwrap();
    assert!(matches!(text, Told::Word(_)));
}
