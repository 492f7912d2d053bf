//! Laws of the codec on random documents, with `serde_json` as the second opinion.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use sdkwright_json as json;
use sdkwright_json::value::{Decimal, Integer, Number};
use sdkwright_json::{DecodeErrorKind, JsonValue, Map};
use std::fmt::Write as _;

/// A document to be, before anybody has decided how it is spelt.
#[derive(Debug, Clone)]
pub(crate) enum Plan {
    Word(&'static str),
    Number(String),
    String(String),
    Array(Vec<Plan>),
    Object(Vec<(String, Plan)>),
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<i64>().prop_map(|n| n.to_string()),
        any::<u64>().prop_map(|n| n.to_string()),
        "-?(0|[1-9][0-9]{0,25})(\\.[0-9]{1,25})?([eE][+-]?[0-9]{1,2})?",
        Just("-0".to_owned()),
        Just("1e400".to_owned()),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-d]{0,2}",
        "[ -~]{0,40}",
        any::<String>(),
        "[\"\\\\/\u{0}-\u{1f}\u{7f}\u{10ffff}]{0,8}"
    ]
}

fn plan() -> impl Strategy<Value = Plan> {
    let leaf = prop_oneof![
        prop_oneof![Just("null"), Just("true"), Just("false")].prop_map(Plan::Word),
        number().prop_map(Plan::Number),
        text().prop_map(Plan::String),
    ];
    leaf.prop_recursive(6, 120, 12, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Plan::Array),
            prop::collection::vec((text(), inner), 0..12).prop_map(|mut members| {
                let mut seen = std::collections::HashSet::new();
                members.retain(|(name, _)| seen.insert(name.clone()));
                Plan::Object(members)
            }),
        ]
    })
}

/// The bytes that break JSON in the most interesting ways.
const DAMAGE: &[u8] = b"{}[]:,\"\\ue0-1.+tn \n\x01\xff";

/// Spelling of a document: white space and escapes come from a stream of choices; an empty stream gives our own spelling.
struct Spelling<'c> {
    choices: std::iter::Copied<std::slice::Iter<'c, u8>>,
    out: String,
}

impl Spelling<'_> {
    fn space(&mut self) {
        match self.choices.next() {
            Some(choice @ 0..4) => self.out.push([' ', '\n', '\r', '\t'][usize::from(choice)]),
            Some(4) => self.out.push_str("\r\n  "),
            _ => {}
        }
    }

    fn string(&mut self, text: &str) {
        self.out.push('"');
        for character in text.chars() {
            let spelt_out = self.choices.next().is_some_and(|choice| choice < 40);
            match character {
                _ if spelt_out => {
                    for unit in character.encode_utf16(&mut [0; 2]) {
                        write!(self.out, "\\u{unit:04X}").unwrap();
                    }
                }
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\u{8}' => self.out.push_str("\\b"),
                '\t' => self.out.push_str("\\t"),
                '\n' => self.out.push_str("\\n"),
                '\u{c}' => self.out.push_str("\\f"),
                '\r' => self.out.push_str("\\r"),
                '\0'..' ' => write!(self.out, "\\u{:04x}", u32::from(character)).unwrap(),
                _ => self.out.push(character),
            }
        }
        self.out.push('"');
    }

    fn value(&mut self, plan: &Plan) {
        self.space();
        match plan {
            Plan::Word(text) => self.out.push_str(text),
            Plan::Number(text) => self.out.push_str(text),
            Plan::String(text) => self.string(text),
            Plan::Array(list) => {
                self.out.push('[');
                for (place, value) in list.iter().enumerate() {
                    if place > 0 {
                        self.out.push(',');
                    }
                    self.value(value);
                }
                self.space();
                self.out.push(']');
            }
            Plan::Object(members) => {
                self.out.push('{');
                for (place, (name, value)) in members.iter().enumerate() {
                    if place > 0 {
                        self.out.push(',');
                    }
                    self.space();
                    self.string(name);
                    self.space();
                    self.out.push(':');
                    self.value(value);
                }
                self.space();
                self.out.push('}');
            }
        }
        self.space();
    }
}

pub(crate) fn spell(plan: &Plan, choices: &[u8]) -> String {
    let mut spelling = Spelling {
        choices: choices.iter().copied(),
        out: String::new(),
    };
    spelling.value(plan);
    spelling.out
}

/// The same value as `serde_json` has it; `None` if it refuses one of the numbers.
fn as_serde(value: &JsonValue) -> Option<serde_json::Value> {
    Some(match value {
        JsonValue::Null => serde_json::Value::Null,
        JsonValue::Bool(value) => (*value).into(),
        JsonValue::Number(number) => serde_json::from_str(number.as_str()).ok()?,
        JsonValue::String(text) => text.as_str().into(),
        JsonValue::Array(list) => list.iter().map(as_serde).collect::<Option<_>>()?,
        JsonValue::Object(object) => serde_json::Value::Object(
            object
                .iter()
                .map(|(name, value)| Some((name.to_owned(), as_serde(value)?)))
                .collect::<Option<_>>()?,
        ),
    })
}

/// Both readers must agree, but for what we accept or refuse on purpose.
fn compare(bytes: &[u8]) -> Result<(), TestCaseError> {
    let ours = json::from_slice::<JsonValue>(bytes);
    let theirs = serde_json::from_slice::<serde_json::Value>(bytes);
    match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => prop_assert_eq!(as_serde(&ours), Some(theirs)),
        (Ok(ours), Err(error)) => {
            prop_assert!(
                error.to_string().contains("number out of range"),
                "only we accept: {}",
                error
            );
            prop_assert_eq!(as_serde(&ours), None);
        }
        (Err(error), Ok(_)) => prop_assert_eq!(error.kind(), DecodeErrorKind::Duplicate, "only we refuse: {}", error),
        (Err(_), Err(_)) => {}
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_document_however_spelt_reads_as_serde_json_reads_it(plan in plan(), choices in prop::collection::vec(any::<u8>(), 0..600)) {
        let text = spell(&plan, &choices);
        let ours: JsonValue = json::from_slice(text.as_bytes()).unwrap();
        let plain: JsonValue = spell(&plan, &[]).parse().unwrap();
        prop_assert_eq!(&ours, &plain);
        compare(text.as_bytes())?;
    }

    #[test]
    fn a_document_is_written_again_byte_for_byte_but_for_white_space(plan in plan(), choices in prop::collection::vec(any::<u8>(), 0..600)) {
        let text = spell(&plan, &choices);
        let value: JsonValue = json::from_slice(text.as_bytes()).unwrap();
        prop_assert_eq!(String::from_utf8(json::to_vec(&value).unwrap()).unwrap(), spell(&plan, &[]));
    }

    #[test]
    fn a_damaged_document_is_refused_by_both_or_by_none(
        plan in plan(),
        choices in prop::collection::vec(any::<u8>(), 0..100),
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0..5_u8, any::<u8>()), 1..4),
    ) {
        let mut bytes = spell(&plan, &choices).into_bytes();
        for (place, how, byte) in damage {
            let place = place.index(bytes.len() + 1);
            let useful = DAMAGE[usize::from(byte) % DAMAGE.len()];
            match how {
                0 => bytes.truncate(place),
                1 => bytes.insert(place, useful),
                2 if place < bytes.len() => { bytes.remove(place); }
                3 if place < bytes.len() => bytes[place] = useful,
                4 if place < bytes.len() => bytes[place] = byte,
                _ => {}
            }
        }
        compare(&bytes)?;
    }

    #[test]
    fn no_bytes_whatever_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        compare(&bytes)?;
    }

    #[test]
    fn a_name_that_occurs_twice_is_refused_however_spelt_and_however_many_there_are(
        names in prop::collection::hash_set("[a-z]{1,12}|.{0,3}", 1..150),
        twin in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
        choices in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let mut members: Vec<_> = names.into_iter().map(|name| (name, Plan::Word("null"))).collect();
        let once = spell(&Plan::Object(members.clone()), &choices);
        let map: Map<Option<bool>> = json::from_slice(once.as_bytes()).unwrap();
        prop_assert_eq!(map.len(), members.len());
        for (name, _) in &members {
            prop_assert_eq!(map.get(name), Some(&None));
        }
        let twin = members[twin.index(members.len())].clone();
        let place = place.index(members.len() + 1);
        members.insert(place, twin);
        let twice = spell(&Plan::Object(members), &choices);
        let error = json::from_slice::<JsonValue>(twice.as_bytes()).unwrap_err();
        prop_assert_eq!(error.kind(), DecodeErrorKind::Duplicate);
    }

    #[test]
    fn a_float_is_written_so_that_it_reads_back_as_the_same(float in any::<f64>().prop_filter("finite", |f| f.is_finite())) {
        let text = json::to_vec(&float).unwrap();
        prop_assert_eq!(json::from_slice::<f64>(&text).unwrap().to_bits(), float.to_bits());
        let number: Number = std::str::from_utf8(&text).unwrap().parse().unwrap();
        prop_assert_eq!(number, Number::from_f64(float).unwrap());
    }

    #[test]
    fn an_integer_is_written_and_read_exactly(signed in any::<i64>(), unsigned in any::<u64>(), wide in any::<i128>()) {
        prop_assert_eq!(json::to_vec(&signed).unwrap(), signed.to_string().into_bytes());
        prop_assert_eq!(json::from_slice::<i64>(signed.to_string().as_bytes()).unwrap(), signed);
        prop_assert_eq!(json::from_slice::<i64>(format!("{signed}.00").as_bytes()).unwrap(), signed);
        prop_assert_eq!(json::from_slice::<u64>(unsigned.to_string().as_bytes()).unwrap(), unsigned);
        prop_assert_eq!(json::to_vec(&unsigned).unwrap(), unsigned.to_string().into_bytes());
        let integer: Integer = json::from_slice(wide.to_string().as_bytes()).unwrap();
        prop_assert_eq!(integer.as_i128(), Some(wide));
        prop_assert_eq!(integer.as_i64(), i64::try_from(wide).ok());
    }

    #[test]
    fn decimals_are_ordered_as_integers_of_their_smallest_unit_are(left in any::<i64>(), right in any::<i64>(), zeros in 0..5_usize) {
        let decimal = |units: i64| -> Decimal {
            let sign = if units < 0 { "-" } else { "" };
            let units = units.unsigned_abs();
            format!("{sign}{}.{:03}{}", units / 1000, units % 1000, "0".repeat(zeros)).parse().unwrap()
        };
        prop_assert_eq!(decimal(left).compare(&decimal(right)), Ok(left.cmp(&right)));
        prop_assert_eq!(decimal(left), Decimal::from_minor_units(left, 3));
        prop_assert_eq!(decimal(left), decimal(left).to_string().trim_end_matches('0').trim_end_matches('.').parse().unwrap());
    }

    #[test]
    fn a_document_survives_the_way_through_serde_if_serde_can_hold_its_numbers(plan in plan()) {
        let value: JsonValue = spell(&plan, &[]).parse().unwrap();
        // An error is allowed, for numbers that no serde type holds; a changed value is not.
        if let Ok(through) = serde_json::to_value(&value) {
            let back: JsonValue = serde_json::from_value(through).unwrap();
            prop_assert_eq!(&back, &value);
        }
        if let Ok(text) = serde_json::to_string(&value) {
            prop_assert_eq!(&text.parse::<JsonValue>().unwrap(), &value);
        }
    }
}

#[test]
fn a_float_that_two_texts_stand_for_is_no_way_through_serde() {
    let through = |text: &str| serde_json::to_string(&text.parse::<JsonValue>().unwrap());
    // The float is 600000000000000.25; some writers print .2, others .3.
    for text in ["600000000000000.3", "600000000000000.2", "-600000000000000.3"] {
        assert!(through(text).is_err(), "{text}");
    }
    for text in [
        "0.1234567890123456",
        "1.0734567890123456",
        "0.30000000000000004",
        "600000000000000.5",
    ] {
        assert_eq!(through(text).ok().as_deref(), Some(text));
    }
}

#[test]
fn most_damaged_documents_are_not_damaged_beyond_reading() {
    // The test above would prove little if both readers refused every mutant, so this one counts the accepted ones.
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut accepted = 0;
    for _ in 0..300 {
        let plan = plan().new_tree(&mut runner).unwrap().current();
        let mut bytes = spell(&plan, &[]).into_bytes();
        let place = bytes.len() / 2;
        bytes[place] = b'1';
        accepted += usize::from(json::from_slice::<JsonValue>(&bytes).is_ok());
    }
    assert!(accepted > 60, "{accepted} of 300");
}
