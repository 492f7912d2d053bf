//! Canonical JSON (RFC 8785) of random documents, compared with the crate `serde_json_canonicalizer`.

use proptest::prelude::*;
use sdkwright_json as json;
use sdkwright_json::{JsonValue, canonical};

use crate::laws::{Plan, spell};

/// A double in the text of canonical JSON, because every other text of it is refused on purpose.
fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        (-(1_i64 << 53)..=1 << 53).prop_map(|integer| integer.to_string()),
        // Both sides of the exponents at which the form changes: 1e-7 and 1e21.
        (-9999..=9999_i32, -14..=26_i32).prop_map(|(digits, exponent)| format!("{digits}e{exponent}")),
        // Quarters of a size at which two shortest texts are equally near.
        (1_u64 << 50..1 << 51, prop::sample::select(vec!["25", "75"]))
            .prop_map(|(whole, quarters)| format!("{whole}.{quarters}")),
        any::<u64>().prop_map(|bits| format!("{:e}", f64::from_bits(bits))),
    ]
    .prop_map(|text| text.parse::<f64>().unwrap())
    .prop_filter("finite", |double| double.is_finite())
    .prop_map(|double| serde_json_canonicalizer::to_string(&double).unwrap())
}

/// Characters with an escape, and characters whose order differs between UTF-8 and UTF-16.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[abc019 _/.\\-]{0,7}",
        "[\"\\\\\u{8}\u{c}\n\r\t\u{0}\u{1}\u{1f}\u{7f}]{0,7}",
        "[\u{e9}\u{20ac}\u{2028}\u{2029}\u{feff}\u{fb33}\u{fffd}\u{1f600}\u{10000}\u{10ffff}\u{e0001}]{0,7}",
        any::<String>(),
    ]
}

fn plan() -> impl Strategy<Value = Plan> {
    let leaf = prop_oneof![
        prop::sample::select(vec!["null", "true", "false"]).prop_map(Plan::Word),
        number().prop_map(Plan::Number),
        text().prop_map(Plan::String),
    ];
    leaf.prop_recursive(5, 60, 7, |inner| {
        let members = prop::collection::hash_map(text(), inner.clone(), 0..7);
        prop_oneof![
            prop::collection::vec(inner, 0..5).prop_map(Plan::Array),
            members.prop_map(|members| Plan::Object(members.into_iter().collect())),
        ]
    })
}

/// The value of a plan as `serde_json` has it, without a document in between.
fn as_serde(plan: &Plan) -> serde_json::Value {
    match plan {
        Plan::Word("null") => serde_json::Value::Null,
        Plan::Word(word) => (*word == "true").into(),
        Plan::Number(text) => serde_json::from_str(text).unwrap(),
        Plan::String(text) => text.as_str().into(),
        Plan::Array(items) => items.iter().map(as_serde).collect(),
        Plan::Object(members) => members
            .iter()
            .map(|(name, member)| (name.clone(), as_serde(member)))
            .collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_document_in_any_spelling_has_the_canonical_text_of_another_implementation(
        plan in plan(),
        choices in prop::collection::vec(any::<u8>(), 0..600),
    ) {
        let document: JsonValue = json::from_slice(spell(&plan, &choices).as_bytes()).unwrap();
        let theirs = serde_json_canonicalizer::to_string(&as_serde(&plan)).unwrap();
        prop_assert_eq!(canonical(&document), Ok(theirs));
    }
}
