//! No word about security or money is dropped: every word of the vocabulary, broken in every way, ends the run.
//!
//! The words come from the ledger, so that a new one cannot be forgotten; the contract is that of `tests/contracts`, which
//! has each of them. It is read leniently, with the level of every code set as low as it can be.

use crate::case;
pub(crate) mod contract;

use contract::{contracts, words};
use sdkwright_contract::diag::{Code, Level, Levels};
use sdkwright_contract::document::ledger::{self, ObjectKind, Required, ValueKind};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Texts that are the contract's own: any text is a good one. All others name something, which must be there.
const FREE: &[(ObjectKind, &str)] = &[
    (ObjectKind::SdkOwner, "name"),
    (ObjectKind::SdkRoot, "actors"),
    (ObjectKind::SdkRoot, "neverSent"),
    (ObjectKind::SdkRequestId, "header"),
    (ObjectKind::SdkOperation, "group"),
    (ObjectKind::SdkOperation, "method"),
    (ObjectKind::SdkAlias, "method"),
    (ObjectKind::SdkAlias, "summary"),
    (ObjectKind::SdkMediaType, "method"),
    (ObjectKind::Signing, "separator"),
    (ObjectKind::WebhookKeys, "certificate"),
    (ObjectKind::SigningHeaders, "clientId"),
    (ObjectKind::SigningHeaders, "timestamp"),
    (ObjectKind::SigningHeaders, "nonce"),
    (ObjectKind::SigningQuery, "clientId"),
    (ObjectKind::SigningQuery, "timestamp"),
    (ObjectKind::SigningQuery, "nonce"),
    (ObjectKind::SigningSetting, "description"),
    (ObjectKind::SigningSetting, "query"),
    (ObjectKind::SigningJws, "protected"),
    (ObjectKind::SigningJws, "claims"),
    (ObjectKind::SigningJws, "payload"),
    (ObjectKind::SigningHttp, "covered"),
    (ObjectKind::SigningHttp, "ifSent"),
    (ObjectKind::SigningHttp, "keyId"),
    (ObjectKind::SigningHttp, "algorithms"),
    (ObjectKind::SigningHttp, "certificate"),
    (ObjectKind::SigningHttp, "label"),
    (ObjectKind::SigningOAuth1, "methods"),
    (ObjectKind::Token, "audience"),
    (ObjectKind::TokenAssertion, "audience"),
    (ObjectKind::Token, "extra"),
    (ObjectKind::Token, "grant"),
    (ObjectKind::Idempotency, "header"),
    (ObjectKind::IdempotencyAnswer, "is"),
    (ObjectKind::RetryAdvice, "header"),
    (ObjectKind::RetryAdvice, "again"),
    (ObjectKind::RetryAdvice, "never"),
    (ObjectKind::Retry, "waitHeader"),
    (ObjectKind::IdempotencyReplayed, "header"),
    (ObjectKind::IdempotencyReplayed, "value"),
    (ObjectKind::ProblemRow, "title"),
    (ObjectKind::ProblemRow, "advice"),
    (ObjectKind::Condition, "message"),
    (ObjectKind::Scenario, "message"),
    (ObjectKind::Scenario, "name"),
    // The local server compiles these.
    (ObjectKind::Condition, "rule"),
    (ObjectKind::Derived, "value"),
    (ObjectKind::Scenario, "when"),
    (ObjectKind::Scenario, "to"),
    (ObjectKind::Scenario, "of"),
    (ObjectKind::Scenario, "makes"),
    (ObjectKind::Transition, "after"),
    (ObjectKind::Transition, "when"),
    (ObjectKind::Transition, "set"),
    (ObjectKind::Posting, "to"),
    (ObjectKind::Posting, "from"),
    (ObjectKind::Posting, "when"),
    (ObjectKind::Posting, "debit"),
    (ObjectKind::Posting, "credit"),
    (ObjectKind::Posting, "unit"),
    (ObjectKind::Posting, "amount"),
    (ObjectKind::Recording, "of"),
    (ObjectKind::Recording, "when"),
    (ObjectKind::Recording, "members"),
    (ObjectKind::Seed, "call"),
    (ObjectKind::Seed, "makes"),
    (ObjectKind::Seed, "owner"),
    (ObjectKind::Seed, "name"),
    (ObjectKind::Seed, "id"),
    (ObjectKind::Seed, "path"),
    (ObjectKind::Seed, "state"),
    (ObjectKind::Seed, "summary"),
    (ObjectKind::Cause, "as"),
    (ObjectKind::Cause, "event"),
    (ObjectKind::Cause, "of"),
    (ObjectKind::Cause, "to"),
    (ObjectKind::Cause, "from"),
    (ObjectKind::Cause, "when"),
    (ObjectKind::SigningSecret, "prefix"),
    (ObjectKind::NextPage, "header"),
    (ObjectKind::NextPage, "link"),
    (ObjectKind::WebhookSigning, "separator"),
    (ObjectKind::WebhookRead, "header"),
    (ObjectKind::WebhookPublicKey, "prefix"),
    (ObjectKind::WebhookJws, "header"),
    (ObjectKind::WebhookSetting, "description"),
    (ObjectKind::WebhookHeaders, "timestamp"),
    (ObjectKind::WebhookHeaders, "nonce"),
    (ObjectKind::WebhookHeaders, "signature"),
    (ObjectKind::Parameter, "x-newtype"),
    (ObjectKind::Header, "x-newtype"),
    (ObjectKind::Schema, "x-newtype"),
];

/// Values that a word must not have. `free`: any text is a good one.
fn wrong(kind: &ValueKind, right: &Value, free: bool) -> Vec<Value> {
    let nothing = json!("nobody-knows-this");
    match kind {
        ValueKind::Text => vec![json!([]), json!({}), Value::Null],
        ValueKind::Filled if free => vec![json!([]), json!({}), json!(""), Value::Null],
        ValueKind::Filled => vec![json!([]), json!({}), json!(""), Value::Null, nothing],
        ValueKind::Date => vec![
            json!([]),
            json!(""),
            json!("2027-02-30"),
            json!("30.6.2027"),
            json!(true),
            nothing,
        ],
        ValueKind::Bool => vec![json!("true"), json!(1), json!([]), Value::Null],
        ValueKind::Whole(least) => {
            let below = i64::from(*least) - 1;
            vec![json!(below), json!("60"), json!(1.5), json!(true), json!(1_u64 << 40)]
        }
        ValueKind::Words(_) => vec![nothing, json!([]), json!(1)],
        ValueKind::Object(_) => {
            let mut more = right.clone();
            if let Some(members) = more.as_object_mut() {
                members.insert("nobodyKnowsThis".into(), json!(1));
            }
            let mut others = right.clone();
            if let Some(members) = others.as_object_mut() {
                members.insert("x-of-others".into(), json!(1));
            }
            vec![nothing, json!([]), more, others, Value::Null]
        }
        ValueKind::Referable(_) => {
            let mut more = right.clone();
            if let Some(members) = more.as_object_mut() {
                members.insert("nobodyKnowsThis".into(), json!(1));
            }
            vec![
                nothing,
                json!([]),
                json!({ "$ref": "#/nobody/knows/this" }),
                more,
                Value::Null,
            ]
        }
        ValueKind::List(item) => {
            let mut lists = vec![nothing, json!({}), Value::Null];
            let first = right.get(0).cloned().unwrap_or_default();
            for wrong in wrong(item, &first, free) {
                let mut list = right.as_array().cloned().unwrap_or_default();
                list.push(wrong);
                lists.push(Value::Array(list));
            }
            lists
        }
        ValueKind::Map(item) => {
            let mut maps = vec![nothing, json!([]), Value::Null];
            let members = right.as_object().cloned().unwrap_or_default();
            let Some((name, first)) = members.iter().next().map(|(name, first)| (name.clone(), first.clone())) else {
                return maps;
            };
            for wrong in wrong(item, &first, free) {
                let mut map = members.clone();
                map.insert(name.clone(), wrong);
                maps.push(Value::Object(map));
            }
            maps
        }
        ValueKind::Either(one, other) => {
            let fits_one = if right.is_object() == matches!(one, ValueKind::Object(_)) {
                one
            } else {
                other
            };
            wrong(fits_one, right, free)
                .into_iter()
                .filter(|value| !value.is_boolean() && *value != json!([]))
                .collect()
        }
        // Everything is a value of it.
        ValueKind::Any => Vec::new(),
        other => panic!("how is {other:?} broken?"),
    }
}

/// Slips of the pen in a word.
fn slips(word: &str, place: Option<ObjectKind>) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let middle = letters.len() / 2;
    let without = |at: usize| -> String {
        let mut letters = letters.clone();
        letters.remove(at);
        letters.into_iter().collect()
    };
    let mut twice = letters.clone();
    twice.insert(middle, letters[middle]);
    let mut swapped = letters.clone();
    swapped.swap(middle, middle - 1);
    let mut slips = vec![
        without(middle),
        twice.into_iter().collect(),
        swapped.into_iter().collect(),
    ];
    if let Some(bare) = word.strip_prefix("x-") {
        slips.extend([word.to_uppercase(), format!("x_{bare}"), bare.to_owned()]);
    }
    let is_word = |slip: &String| slip == word || place.is_some_and(|place| place.row(slip).is_some());
    // For a short word, a misspelling may differ too much to be recognized.
    let near = |slip: &String| !word.starts_with("x-") || sdkwright_contract::diag::nearest(slip, [word]).is_some();
    slips.into_iter().filter(|slip| !is_word(slip) && near(slip)).collect()
}

/// The contract with one object changed.
fn changed(contract: &Value, at: &str, change: impl FnOnce(&mut Map<String, Value>)) -> Value {
    let mut contract = contract.clone();
    let object = contract.pointer_mut(at).and_then(Value::as_object_mut);
    change(object.expect("an object"));
    contract
}

/// The lenient reading, with every level as low as it can be set.
fn lowest() -> Levels {
    let mut levels = Levels::lenient();
    for code in Code::ALL.iter().filter(|code| !code.is_final()) {
        levels.overrides.insert(*code, Level::Hidden);
    }
    levels
}

fn is_refused(contract: &Value, levels: Levels) -> bool {
    let text = contract.to_string();
    let folder = case::folder("contracts");
    let outcome = case::generate(
        "words",
        "contract.json",
        text.as_bytes(),
        &folder,
        levels,
        &std::collections::BTreeMap::new(),
    );
    outcome.files.is_none()
}

#[test]
fn every_word_of_the_vocabulary_is_shown_by_the_contract() {
    let contracts = contracts();
    let mut found = Vec::new();
    for contract in &contracts {
        words(contract, &ValueKind::Object(ObjectKind::Root), "", &mut found);
    }
    let shown: BTreeSet<(Option<ObjectKind>, &str)> =
        found.iter().map(|(place, row, _)| (*place, row.keyword)).collect();
    let ours = ledger::all()
        .filter(|(place, row)| row.keyword.starts_with("x-") || place.is_some_and(ObjectKind::is_ours))
        .map(|(place, row)| (place, row.keyword));
    let ours: Vec<(Option<ObjectKind>, &str)> = ours.collect();
    let missing: Vec<_> = ours.iter().filter(|word| !shown.contains(*word)).collect();
    assert!(
        missing.is_empty(),
        "write these words at these places in tests/contracts/second.yaml, or, if it has no use for them, in `contract` of \
         tests/it/generator/vocabulary/contract.rs: {missing:?}"
    );
    let all: BTreeSet<_> = ours.iter().copied().collect();
    let idle: Vec<_> = FREE
        .iter()
        .filter(|(place, word)| !all.contains(&(Some(*place), *word)))
        .collect();
    assert!(idle.is_empty(), "no such words: {idle:?}");
    for contract in &contracts {
        assert!(!is_refused(contract, Levels::strict()) && !is_refused(contract, lowest()));
    }
}

/// The pages that describe the extensions.
const PAGES: &str = concat!(
    include_str!("../../../docs/generate/extensions/README.md"),
    include_str!("../../../docs/generate/extensions/names.md"),
    include_str!("../../../docs/generate/extensions/signing.md"),
    include_str!("../../../docs/generate/extensions/requests.md"),
    include_str!("../../../docs/generate/extensions/problems.md"),
    include_str!("../../../docs/generate/extensions/states.md"),
    include_str!("../../../docs/generate/extensions/webhooks.md"),
);

#[test]
fn every_word_of_the_vocabulary_has_a_section_and_a_row_on_its_page() {
    let words: BTreeSet<&str> = ledger::ours().iter().copied().collect();
    let sections: BTreeSet<&str> = PAGES
        .lines()
        .filter_map(|line| line.strip_prefix("## "))
        .filter(|name| name.starts_with("x-"))
        .collect();
    let table = PAGES
        .lines()
        .filter_map(|line| line.strip_prefix("| [`")?.split_once("`]("));
    let rows: BTreeSet<&str> = table.map(|(word, _)| word).collect();
    let mut faults = Vec::new();
    for word in words.difference(&sections) {
        faults.push(format!("add the section `## {word}`"));
    }
    for word in words.difference(&rows) {
        faults.push(format!(
            "add the row ``[`{word}`](PAGE.md#{word})`` to the table of README.md"
        ));
    }
    for word in sections.union(&rows).filter(|word| !words.contains(*word)) {
        faults.push(format!(
            "no row of the ledger (contract/src/document/ledger/) is for `{word}`"
        ));
    }
    assert!(faults.is_empty(), "docs/generate/extensions: {}", faults.join("; "));
}

/// The values of a word that has a fixed set of them.
fn values(kind: &ValueKind) -> &'static [&'static str] {
    match kind {
        ValueKind::Words(all) => all,
        ValueKind::List(inner) => values(inner),
        _ => &[],
    }
}

#[test]
fn every_value_of_a_word_is_explained() {
    let ours =
        ledger::all().filter(|(place, row)| row.keyword.starts_with("x-") || place.is_some_and(ObjectKind::is_ours));
    let mut seen = 0;
    for (place, row) in ours {
        for value in values(&row.value) {
            seen += 1;
            let is_said = PAGES.match_indices(value).any(|(at, _)| {
                let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
                let end = PAGES[at + value.len()..].chars().next();
                !PAGES[..at].ends_with(is_part) && !end.is_some_and(is_part)
            });
            assert!(
                is_said,
                "docs/generate/extensions says nothing of `{value}` of `{}` in {place:?}",
                row.keyword
            );
        }
    }
    assert!(seen > 40, "only {seen} values were found");
}

#[test]
fn every_word_of_the_vocabulary_that_is_broken_ends_the_run() {
    let contracts = contracts();
    let mut found = Vec::new();
    for (number, contract) in contracts.iter().enumerate() {
        let mut all = Vec::new();
        words(contract, &ValueKind::Object(ObjectKind::Root), "", &mut all);
        found.extend(all.into_iter().map(|(place, row, at)| (place, row, at, number)));
    }
    found.sort_by_key(|(place, row, _, number)| (*place, row.keyword, *number));
    let mut broken: Vec<(String, Value)> = Vec::new();
    // Breaks one occurrence of each word.
    found.dedup_by_key(|(place, row, ..)| (*place, row.keyword));
    for (place, row, at, number) in &found {
        let contract = &contracts[*number];
        let word = row.keyword;
        let object = contract.pointer(at).and_then(Value::as_object).expect("an object");
        let right = &object[word];
        let free = place.is_some_and(|place| FREE.contains(&(place, word)));
        for wrong in wrong(&row.value, right, free) {
            let label = format!("{at}/{word} = {wrong}");
            broken.push((
                label,
                changed(contract, at, |object| drop(object.insert(word.into(), wrong))),
            ));
        }
        for slip in slips(word, *place) {
            let label = format!("{at}: {slip} for {word}");
            let slipped = changed(contract, at, |object| {
                let value = object.remove(word).expect("the word");
                object.insert(slip, value);
            });
            broken.push((label, slipped));
        }
        if row.required == Required::Always {
            let label = format!("{at} without {word}");
            broken.push((label, changed(contract, at, |object| drop(object.remove(word)))));
        }
    }
    let all = broken.len();
    let kept = case::side_by_side(&broken, |(label, contract)| {
        (!is_refused(contract, lowest())).then(|| label.clone())
    });
    let kept: Vec<String> = kept.into_iter().flatten().collect();
    assert!(
        kept.is_empty(),
        "{} of {all} are read all the same; report them in contract/src/lower, and if any text is a good one, add the word to \
         `FREE` of tests/it/generator/vocabulary.rs:\n{}",
        kept.len(),
        kept.join("\n")
    );
    assert!(all > 500, "only {all}");
}
