//! I9: no text of a contract becomes code or leaves its place.

use super::{case::Case, change, partner_api, runner, skeleton};
use proptest::{prelude::*, test_runner::TestCaseError};
use std::cell::RefCell;

const HOSTILE: &str = include_str!("hostile.yaml");

/// The gap in a path.
const PATH: usize = 14;

/// The contract with a text in each of its gaps.
fn filled(texts: &dyn Fn(usize) -> String) -> (Case, usize) {
    let mut bytes = String::new();
    let mut gaps = 0;
    let mut rest = HOSTILE;
    while let Some((before, after)) = rest.split_once('§') {
        let (kind, after) = after.split_once('§').expect("a gap is closed");
        bytes.push_str(before);
        // `ref N` is filled with the text of gap N, escaped for a JSON pointer.
        let (number, pointer) = match kind.strip_prefix("ref ") {
            Some(number) => (number.parse().expect("a number"), true),
            None => (kind.parse().expect("a number"), false),
        };
        let mut text: String = texts(number);
        if number == PATH {
            // Braces in a path declare parameters, which do change the code; `?` and `#` in a path are refused.
            text.retain(|c| !c.is_control() && !"{}?#".contains(c));
        }
        let text = if pointer {
            text.replace('~', "~0").replace('/', "~1").replace('%', "%25")
        } else {
            text
        };
        bytes.push_str(serde_json::Value::String(text).to_string().trim_matches('"'));
        gaps = gaps.max(number + 1);
        rest = after;
    }
    bytes.push_str(rest);
    let mut case = partner_api();
    case.name = "hostile".into();
    case.lenient = true;
    case.bytes = bytes.into_bytes();
    (case, gaps)
}

#[test]
fn no_text_becomes_code() {
    let (clean, gaps) = filled(&|gap| format!("Gap{gap}"));
    let clean = clean.generate();
    let Some(files) = &clean.files else {
        panic!("{}", clean.rendered())
    };
    let clean = skeleton::skeletons(files).expect("the clean output is Rust");
    let counts = RefCell::new((0u32, 0u32));
    let strategy = prop::collection::vec(prop::option::weighted(0.4, change::hostile_text()), gaps);
    runner(70)
        .run(&strategy, |texts| {
            let (case, _) = filled(&|gap| match &texts[gap] {
                Some(text) => format!("{text}G{gap}"),
                None => format!("Gap{gap}"),
            });
            let outcome = case.generate();
            let Some(files) = &outcome.files else {
                counts.borrow_mut().1 += 1;
                return Ok(());
            };
            counts.borrow_mut().0 += 1;
            let found = skeleton::skeletons(files).map_err(TestCaseError::fail)?;
            if let Some(difference) = skeleton::difference(&clean, &found) {
                return Err(TestCaseError::fail(format!(
                    "{difference}\nof\n{}",
                    String::from_utf8_lossy(&case.bytes)
                )));
            }
            for (path, text) in files {
                if !skeleton::stays_text(path, text) {
                    return Err(TestCaseError::fail(format!(
                        "{path} has a character that cannot be seen, or markup:\n{text}"
                    )));
                }
            }
            Ok(())
        })
        .unwrap_or_else(|fault| panic!("{fault}"));
    let (accepted, refused) = counts.into_inner();
    println!("hostile texts: {accepted} came out, {refused} were refused");
    assert!(accepted >= 20, "only {accepted} came out");
}

#[test]
fn the_name_of_the_file_is_text_too() {
    let (mut case, _) = filled(&|gap| format!("Gap{gap}"));
    let clean = skeleton::skeletons(&case.generate().files.expect("output")).expect("Rust");
    case.file = "a\nfn evil() {} //\u{2028}*/ \"".into();
    let outcome = case.generate();
    let found = skeleton::skeletons(outcome.files.as_ref().expect("output")).expect("Rust");
    assert_eq!(skeleton::difference(&clean, &found), None);
}
