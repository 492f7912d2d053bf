//! Memory is bounded by what was received: the peak of reading hostile documents through every door by which a server's bytes
//! come, counted by the allocator.
//!
//! One test, so that nothing is counted that runs beside it.

#![allow(clippy::unwrap_used)] // in functions that tests share

use std::future::Future;

use http::HeaderMap;
use peak_alloc::PeakAlloc;
use sdkwright_runtime::glue::{self, Json, Value, Writer};
use sdkwright_runtime::json::{self, DecodeErrorKind, Limits};
use sdkwright_runtime::secret::SigningSecret;
use sdkwright_runtime::testing::{FixedClock, FixedNonces, Script, Step};
use sdkwright_runtime::{Builder, Events, Extra, JsonValue, Lines, Map, webhook};

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// A model with one member; all others are unknown.
#[derive(Debug, PartialEq)]
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

/// A model of many members, none of which has to be there: 400 bytes of memory for two of a document.
struct Wide {
    _texts: [Option<String>; 16],
    next: Option<Box<Wide>>,
    extra: Extra,
}

impl Json for Wide {
    fn read(value: Value<'_>) -> Self {
        Self {
            _texts: std::array::from_fn(|_| None),
            next: value.get("a"),
            extra: value.rest(),
        }
    }

    fn write(&self, w: &mut Writer) {
        w.begin("Wide").put("a", &self.next).rest(&self.extra);
    }
}

impl Json for Box<Wide> {
    fn read(value: Value<'_>) -> Self {
        value.boxed()
    }

    fn write(&self, w: &mut Writer) {
        (**self).write(w);
    }
}

/// Several attempts at one value: an object with the member `a` in three forms, or what is none of them.
enum Union {
    Known(Box<Wide>),
    Pairs(Map<Wide>),
    List(Vec<Union>),
    Other(JsonValue),
}

const fn shape(kinds: u8, required: &'static [&'static str]) -> glue::Shape {
    glue::Shape {
        kinds,
        required,
        constants: &[],
    }
}

const SHAPES: &[&[glue::Shape]] = &[
    &[shape(glue::OBJECT, &["a"])],
    &[shape(glue::OBJECT, &[])],
    &[shape(glue::ARRAY, &[])],
];

impl Json for Union {
    fn read(value: Value<'_>) -> Self {
        value.one_of(SHAPES, |value, place| match place {
            0 => Self::Known(value.decode()),
            1 => Self::Pairs(value.decode()),
            2 => Self::List(value.decode()),
            _ => Self::Other(value.decode()),
        })
    }

    fn write(&self, w: &mut Writer) {
        match self {
            Self::Known(value) => value.write(w),
            Self::Pairs(value) => value.write(w),
            Self::List(value) => value.write(w),
            Self::Other(value) => value.write(w),
        }
    }
}

/// An open enum, whose unknown values are kept.
enum Open {
    Known,
    Unknown(String),
}

impl Json for Open {
    fn read(value: Value<'_>) -> Self {
        match value.string() {
            "known" => Self::Known,
            text => Self::Unknown(text.to_owned()),
        }
    }

    fn write(&self, w: &mut Writer) {
        w.string(if let Self::Unknown(text) = self { text } else { "known" });
    }
}

#[derive(Debug)]
enum Hooks {}

impl glue::Webhook for Hooks {
    type Event = Model;
    type Settings = [String; 0];
    const WEBHOOKS: &'static glue::Webhooks = &glue::Webhooks {
        signing: glue::SignatureRules {
            signature: glue::SignaturePlace::Header("Hook-Signature"),
            values: &[glue::PlacedValue {
                value: glue::SignedValue::Timestamp,
                place: glue::ValuePlace::Header("Hook-Time"),
            }],
            freshness: glue::Freshness::each_way(300),
            encoding: glue::MacEncoding::Hex,
            secret: Some(glue::SecretForm {
                algorithm: glue::Algorithm::HmacSha256,
                encoding: glue::SecretEncoding::Utf8,
                prefix: "",
            }),
            message: &[
                glue::Piece::Value(glue::SignedValue::Timestamp, &[]),
                glue::Piece::Text("\n"),
                glue::Piece::Value(glue::SignedValue::Body, &[glue::Filter::Sha256, glue::Filter::Hex]),
            ],
            timestamp: glue::TimestampFormat::UnixSeconds,
            ..glue::SignatureRules::NONE
        },
        key_header: None,
        id: Some(glue::EventId::Body("/id")),
        event_type: Some("/type"),
        environment: None,
    };
}

static API: glue::Api = glue::Api::new("Memory API", "memory/1");

struct Client(glue::Core);

impl From<glue::Core> for Client {
    fn from(core: glue::Core) -> Self {
        sdkwright_watch::listen();
        Self(core)
    }
}

impl AsRef<glue::Core> for Client {
    fn as_ref(&self) -> &glue::Core {
        &self.0
    }
}

macro_rules! operation {
    ($name:ident, $output:ty) => {
        #[derive(Debug)]
        struct $name;

        impl glue::Operation for $name {
            type Output = $output;
            const DESCRIPTION: &'static glue::Description =
                &glue::Description::new(stringify!($name), "GET", "/v1/things");
            const ANSWERS: &'static [u16] = &[200];
        }
    };
}

operation!(Get, Model);
operation!(GetAny, JsonValue);
operation!(Watch, Events<Model>);

const SIZE: usize = 1 << 19;

/// A memory limit below three bytes for each byte of the document.
const MEMORY: usize = 1 << 14;

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

/// The same, so that each of them has so many bytes.
fn spaced(value: &str, bytes: usize) -> String {
    format!("{value:bytes$}")
}

/// Documents that only look large, dense ones, and others: each with whether it is read as an unknown member and as a tree.
fn documents() -> Vec<(&'static str, String, bool, bool)> {
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    let deep_objects = format!("{}1{}", "{\"a\":".repeat(100), "}".repeat(100));
    let escaped = format!("\"{}\"", "\\u00e9".repeat(1000));
    let many_names: Vec<String> = (0..20).map(|number| format!("\"k{number:02}\":0")).collect();
    let objects = "{\"name\":\"a name that is not short\",\"other\":\"another one of those\"}";
    vec![
        ("small numbers", list("1"), false, false),
        ("empty texts", list("\"\""), false, false),
        ("empty lists", list("[]"), false, false),
        ("empty objects", list("{}"), false, false),
        ("deep lists", list(&deep), false, false),
        ("deep objects", list(&deep_objects), false, false),
        ("nulls", list("null"), false, false),
        ("short members", list("{\"a\":1,\"b\":2}"), false, false),
        (
            "small keys",
            list(&format!("{{{}}}", many_names.join(","))),
            false,
            false,
        ),
        ("many members", members("1"), false, false),
        ("escaped letters", list("\"\\n\""), false, false),
        ("numbers of 15 bytes", list(&spaced("1", 15)), true, false),
        ("objects of 16 bytes", list(&spaced("{}", 16)), false, false),
        ("objects of 50 bytes", list(&spaced("{}", 50)), true, true),
        ("one member in 24 bytes", list(&spaced("{\"a\":1}", 24)), false, false),
        ("escapes of 24 bytes", list("\"\\nxxxxxxxxxxxxxxxxxx\""), false, false),
        ("members of 24 bytes", members("\"\\nxxxxxxxxxxx\""), false, false),
        ("texts", list("\"sixteen bytes..\""), true, false),
        (
            "texts of 40 bytes",
            list("\"sixteen bytes and some more of them..\""),
            true,
            true,
        ),
        ("long numbers", list("1234567890.1234512345123451"), true, true),
        (
            "lists in lists",
            list("[\"1234567890123456789012345678901234567890123456789012345678901234567890\"]"),
            true,
            true,
        ),
        ("objects", list(objects), true, false),
        (
            "members with texts",
            members("\"a text that is not short, and a bit longer than that\""),
            true,
            true,
        ),
        ("escapes", list(&escaped), true, true),
        ("one long text", list(&format!("\"{}\"", "x".repeat(SIZE))), true, true),
        (
            "one long escape",
            list(&format!("\"\\n{}\"", "x".repeat(SIZE))),
            true,
            true,
        ),
        (
            "a name twice",
            format!("{{\"id\":\"a\",\"n\":1,{}\"n\":2}}", "\"m\":0,".repeat(SIZE / 6)),
            false,
            false,
        ),
    ]
}

/// The peak while something is done and what came of it is held, in hundredths of so many bytes.
fn peak<T>(bytes: usize, act: impl FnOnce() -> T) -> (usize, T) {
    ALLOCATED.reset_peak_usage();
    let before = ALLOCATED.current_usage();
    let came = act();
    (ALLOCATED.peak_usage().saturating_sub(before) * 100 / bytes, came)
}

fn read<T: Json>(document: &str) -> (usize, Result<T, DecodeErrorKind>) {
    let (factor, read) = peak(document.len(), || {
        let limits = Limits {
            memory: MEMORY,
            ..Limits::default()
        };
        json::from_slice_within::<T>(document.as_bytes(), &limits)
    });
    (factor, read.map_err(|error| error.kind()))
}

/// Everything that is too much: (door, document, hundredths).
#[derive(Default)]
struct Seen {
    wrong: Vec<String>,
    worst: Vec<(String, usize)>,
}

impl Seen {
    fn note(&mut self, door: &str, document: &str, factor: usize) {
        match self.worst.iter_mut().find(|(known, _)| known == door) {
            Some((_, worst)) => *worst = factor.max(*worst),
            None => self.worst.push((door.to_owned(), factor)),
        }
        if factor > 400 {
            self.wrong.push(format!(
                "{door}, {document}: {factor} hundredths of a byte for each byte"
            ));
        }
    }

    fn holds(&mut self, what: String, holds: bool) {
        if !holds {
            self.wrong.push(what);
        }
    }
}

/// Reads the document as a model, as a tree, and as types that need much memory for short texts.
fn as_types(seen: &mut Seen) {
    for (name, document, is_member, is_tree) in documents() {
        let (factor, model) = read::<Model>(&document);
        seen.note("an unknown member", name, factor);
        seen.holds(
            format!("an unknown member, {name}: {:?}", model.as_ref().err()),
            model.is_ok() == is_member,
        );
        let (factor, value) = read::<JsonValue>(&document);
        seen.note("a tree", name, factor);
        seen.holds(
            format!("a tree, {name}: {:?}", value.as_ref().err()),
            value.is_ok() == is_tree,
        );
        if let Ok(model) = model {
            seen.holds(
                format!("{name}: id"),
                (model.id.as_str(), model.extra.len()) == ("a", 1),
            );
            if !document.contains(' ') {
                let text = json::to_vec(&model).unwrap();
                seen.holds(format!("{name}: it goes out as it came"), text == document.as_bytes());
            }
            if let Ok(value) = value {
                seen.holds(
                    format!("{name}: the member"),
                    model.extra.get("more") == value.get("more"),
                );
            }
        } else {
            let expected = if name == "a name twice" {
                DecodeErrorKind::Duplicate
            } else {
                DecodeErrorKind::Limit
            };
            seen.holds(format!("{name}: the kind of the error"), model.err() == Some(expected));
        }
        let Some(at) = document.find("\"more\":") else { continue };
        let more = &document[at + 7..document.len() - 1];
        seen.note("a list of models", name, read::<Vec<Wide>>(more).0);
        seen.note("a map of models", name, read::<Map<Wide>>(more).0);
        seen.note("a union", name, read::<Union>(more).0);
        seen.note("an enum", name, read::<Vec<Open>>(more).0);
        seen.note("a tuple", name, read::<Vec<(JsonValue,)>>(more).0);
    }
}

fn built(script: Script) -> Client {
    let builder = Builder::<Client, _>::new(&API).base_url("https://memory.example");
    let builder = builder
        .transport(script)
        .clock(FixedClock(1_782_604_800))
        .nonces(FixedNonces(7));
    builder.without_journal().response_memory(MEMORY).build().unwrap()
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

/// Answers of success, of failure and in pieces, through a client.
fn through_a_client(seen: &mut Seen) {
    for (name, document, ..) in documents() {
        let size = document.len();
        let body = bytes::Bytes::from(document);
        let client = built(Script::new([Step::json(200, body.clone())]));
        let (factor, answer) = peak(size, || {
            wait(glue::send::<Model>(client.0.clone(), glue::request::<Get>(&client)))
        });
        seen.note("an answer", name, factor);
        drop(answer);
        let client = built(Script::new([Step::json(200, body.clone())]));
        let (factor, answer) = peak(size, || {
            wait(glue::send::<JsonValue>(
                client.0.clone(),
                glue::request::<GetAny>(&client),
            ))
        });
        seen.note("an answer as a tree", name, factor);
        drop(answer);
        let problem = Step::answer(400, body.clone()).header("content-type", "application/problem+json");
        let client = built(Script::new([problem]));
        let (factor, failed) = peak(size, || {
            let error = wait(glue::send::<Model>(client.0.clone(), glue::request::<Get>(&client)))
                .map(drop)
                .unwrap_err();
            let report = error.support_report();
            (error, report)
        });
        seen.note("a problem document", name, factor);
        let (factor, typed) = peak(size, || failed.0.problem_as::<Model>());
        seen.note("a problem document as a model", name, factor);
        drop((failed, typed));
        let client = built(Script::new([Step::answer(502, body.clone())]));
        let (factor, failed) = peak(size, || {
            wait(glue::send::<Model>(client.0.clone(), glue::request::<Get>(&client)))
                .map(drop)
                .unwrap_err()
                .to_string()
        });
        seen.note("the body of an error", name, factor);
        drop(failed);
    }
}

/// The first item of a stream, whose bytes nobody else holds.
async fn first<T: Json + Send + 'static>(client: &Client, media: Media) -> Result<(), String> {
    let told = |error: sdkwright_runtime::Error| error.to_string();
    match media {
        Media::Event => {
            let sent = glue::send::<Events<T>>(client.0.clone(), glue::request::<Watch>(client)).await;
            sent.map_err(told)?.value.try_next().await.map(drop).map_err(told)
        }
        Media::WholeEvent => {
            let sent =
                glue::send::<Events<T, glue::EventObjectJson>>(client.0.clone(), glue::request::<Watch>(client)).await;
            sent.map_err(told)?.value.try_next().await.map(drop).map_err(told)
        }
        Media::Line => {
            let sent = glue::send::<Lines<T>>(client.0.clone(), glue::request::<Watch>(client)).await;
            sent.map_err(told)?.value.try_next().await.map(drop).map_err(told)
        }
    }
}

#[derive(Clone, Copy)]
enum Media {
    Event,
    WholeEvent,
    Line,
}

fn as_items(seen: &mut Seen) {
    for (name, document, ..) in documents() {
        for (door, media, is) in [
            ("an event", "text/event-stream", Media::Event),
            ("a whole event", "text/event-stream", Media::WholeEvent),
            ("a line", "application/jsonl", Media::Line),
        ] {
            let body = match is {
                Media::Line => format!("{document}\n"),
                _ => format!("data: {document}\n\n"),
            };
            let client = built(Script::new([Step::answer(200, body).header("content-type", media)]));
            let (factor, item) = peak(document.len(), || wait(first::<Model>(&client, is)));
            seen.note(door, name, factor);
            drop(item);
            let body = match is {
                Media::Line => format!("{document}\n"),
                _ => format!("data: {document}\n\n"),
            };
            let client = built(Script::new([Step::answer(200, body).header("content-type", media)]));
            let (factor, item) = peak(document.len(), || wait(first::<JsonValue>(&client, is)));
            seen.note(&format!("{door} as a tree"), name, factor);
            drop(item);
        }
    }
}

fn as_deliveries(seen: &mut Seen) {
    let secret = SigningSecret::new("sentinel9f2-hooks");
    let verifier = webhook::Verifier::<Hooks>::new(secret.clone()).unwrap();
    let verifier = verifier
        .size_limit(64 << 20)
        .memory_limit(MEMORY)
        .clock(FixedClock(1_782_604_800));
    for (name, document, ..) in documents() {
        let stamp = webhook::Stamp {
            seconds: 1_782_604_800,
            nonce: "",
        };
        let headers: HeaderMap = webhook::sign::<Hooks>(&secret, stamp, document.as_bytes()).unwrap();
        let (factor, delivery) = peak(document.len(), || {
            let delivery = verifier.verify(&headers, document.as_bytes()).unwrap();
            let texts = (delivery.event_id(), delivery.event_type());
            let event = delivery.event().map_err(|error| error.kind());
            (delivery, texts, event)
        });
        seen.note("a delivery", name, factor);
        drop(delivery);
    }
}

#[test]
fn no_bytes_of_a_server_take_more_memory_than_a_small_multiple_of_them() {
    let mut seen = Seen::default();
    as_types(&mut seen);
    through_a_client(&mut seen);
    as_items(&mut seen);
    as_deliveries(&mut seen);
    for (door, worst) in &seen.worst {
        println!("{door}: {worst} hundredths of a byte for each byte at most");
    }
    assert!(seen.wrong.is_empty(), "{}", seen.wrong.join("\n"));
}
