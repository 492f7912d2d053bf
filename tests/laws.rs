//! Laws that hold for every contract: the same bytes in, the same bytes out (I5); additions rename nothing (I6); nothing
//! panics or hangs (I7); no text becomes code (I9).
//!
//! The contracts are those of `tests/cases` and our own, changed at random. The seed is fixed; `PROPTEST_RNG_SEED=n`
//! tries another one.

#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "these are tests")]
#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "the paths are our own")]

mod case;
#[path = "laws/change.rs"]
mod change;
#[path = "laws/skeleton.rs"]
mod skeleton;
mod words;

use case::{Case, Outcome};
use proptest::{
    prelude::*,
    test_runner::{Config, RngSeed, TestCaseError, TestRunner},
};
use sdk_codegen::diag::{Code, Level, Levels};
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    process::Command,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

fn runner(cases: u32) -> TestRunner {
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    };
    let seed = if std::env::var_os("PROPTEST_RNG_SEED").is_some() {
        config.rng_seed
    } else {
        RngSeed::Fixed(20_260_601)
    };
    TestRunner::new(Config {
        rng_seed: seed,
        ..config
    })
}

/// Our own contract, as a case.
fn partner_api() -> Case {
    let folder = case::root().join("openapi");
    Case {
        name: "partner-api".into(),
        file: "partner-api.yaml".into(),
        bytes: fs::read(folder.join("partner-api.yaml")).expect("our contract"),
        folder,
        sentence: String::new(),
        lenient: false,
        golden: Vec::new(),
        ir: false,
        names: BTreeMap::new(),
        only: sdk_codegen::contract::Only::default(),
    }
}

/// All contracts.
fn contracts() -> Vec<Case> {
    let mut cases = case::all("cases");
    cases.push(partner_api());
    cases
}

fn text(contract: &serde_yaml::Value) -> String {
    serde_yaml::to_string(contract).expect("YAML")
}

// ---- I5

#[test]
fn the_same_bytes_give_the_same_files_in_this_process_and_in_others() {
    const DOOR: &str = "LAWS_WRITE_FILES_TO";
    let everything = || {
        let mut out = String::new();
        for case in contracts() {
            let outcome = case.generate();
            let _ = writeln!(out, "=== {}\n{}\n{:?}", case.name, outcome.rendered(), outcome.files);
        }
        out
    };
    if let Some(path) = std::env::var_os(DOOR) {
        case::THREADS.store(4, Ordering::Relaxed);
        fs::write(path, everything()).expect("writable");
        return;
    }
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("another-process.txt");
    let child = Command::new(std::env::current_exe().expect("this program"))
        .args([
            "--exact",
            "the_same_bytes_give_the_same_files_in_this_process_and_in_others",
        ])
        .env(DOOR, &path)
        .output()
        .expect("another process");
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
    let other = fs::read_to_string(&path).expect("what the other process wrote");
    let here = everything();
    assert!(
        here.contains("=== partner-api") && here.len() > 100_000,
        "nothing was generated"
    );
    assert!(
        here == other,
        "two processes differ at {}",
        first_difference(&here, &other)
    );
    case::THREADS.store(3, Ordering::Relaxed);
    assert!(here == everything(), "two runs of one process differ");
}

fn first_difference(one: &str, other: &str) -> String {
    let at = one
        .bytes()
        .zip(other.bytes())
        .position(|(a, b)| a != b)
        .unwrap_or(one.len().min(other.len()));
    let start = (0..=at.saturating_sub(80))
        .rev()
        .find(|start| one.is_char_boundary(*start))
        .unwrap_or(0);
    format!("{at}: {:?}", one[start..].chars().take(200).collect::<String>())
}

#[test]
fn the_order_of_words_means_nothing() {
    let mut compared = 0;
    for case in contracts() {
        let contract = case.value();
        // The text is written anew even for the order as it is, so that order alone differs.
        let before = case.generate_from(text(&contract).as_bytes());
        let Some(before) = before.files else {
            panic!("{}: {}", case.name, before.rendered())
        };
        let mut paths = words::objects(&contract);
        paths.sort_by_key(|path| std::cmp::Reverse(path.len()));
        for turn in 0..if case.name == "partner-api" { 1 } else { 2 } {
            let mut turned = contract.clone();
            for path in &paths {
                let Some(serde_yaml::Value::Mapping(map)) = words::at(&mut turned, path) else {
                    continue;
                };
                let mut entries: Vec<_> = std::mem::take(map).into_iter().collect();
                let middle = entries.len() / 2;
                if turn == 0 {
                    entries.reverse();
                } else {
                    entries.rotate_left(middle);
                }
                map.extend(entries);
            }
            let after = case.generate_from(text(&turned).as_bytes());
            let Some(after) = after.files else {
                panic!("{}: {}", case.name, after.rendered())
            };
            for (path, text) in &before {
                let (one, other) = (
                    skeleton::without_digests(text),
                    skeleton::without_digests(after.get(path).map_or("", String::as_str)),
                );
                assert!(
                    one == other,
                    "{} {path} differs at {}",
                    case.name,
                    first_difference(&one, &other)
                );
            }
            assert_eq!(before.len(), after.len(), "{}", case.name);
            compared += 1;
        }
    }
    assert!(compared > 100, "{compared}");
}

// ---- I6

/// The names of a case, and how many collisions it has by itself.
type Before = Option<(BTreeSet<String>, usize)>;

#[test]
fn an_addition_renames_nothing() {
    // What most operations call is the server of all, so that operations without a server can take it away.
    let mut cases = case::all("cases");
    cases.retain(|case| case.name != "servers-of-each-operation");
    let before: Vec<RefCell<Before>> = cases.iter().map(|_| RefCell::new(None)).collect();
    let counts = RefCell::new(BTreeMap::<&str, u32>::new());
    let strategy = (0..cases.len(), change::additions());
    runner(260)
        .run(&strategy, |(index, additions)| {
            let case = &cases[index];
            // Of others: whatever collides is resolved, and only members of the collision may move.
            let lenient = Case {
                lenient: true,
                ..case.clone()
            };
            let contract = case.value();
            if before[index].borrow().is_none() {
                let outcome = lenient.generate_from(text(&contract).as_bytes());
                *before[index].borrow_mut() = Some((names(&outcome), outcome.report.count(Code::NameCollision)));
            }
            let known = before[index].borrow();
            let Some((known, collisions)) = known.as_ref() else {
                return Err(TestCaseError::fail("no output"));
            };
            let mut grown = contract.clone();
            for addition in &additions {
                addition.apply(&mut grown);
            }
            let outcome = lenient.generate_from(text(&grown).as_bytes());
            if outcome.files.is_none() {
                *counts.borrow_mut().entry("refused").or_default() += 1;
                return Ok(());
            }
            let now = names(&outcome);
            let lost: Vec<_> = known.difference(&now).collect();
            let collided = outcome.report.count(Code::NameCollision) > *collisions;
            *counts
                .borrow_mut()
                .entry(if collided { "collided" } else { "grown" })
                .or_default() += 1;
            if lost.is_empty() || collided && lost.iter().all(|name| is_told(name, &outcome)) {
                return Ok(());
            }
            Err(TestCaseError::fail(format!(
                "{}: {additions:?} loses {lost:?}",
                case.name
            )))
        })
        .unwrap_or_else(|fault| panic!("{fault}"));
    let counts = counts.into_inner();
    println!("additions: {counts:?}");
    assert!(counts["grown"] > 150, "{counts:?}");
}

/// Does the report say that this name was lost to a collision?
fn is_told(name: &str, outcome: &Outcome) -> bool {
    let rendered = outcome.rendered().to_lowercase().replace('_', "");
    name.split("::")
        .map(|piece| piece.trim_start_matches("Call<").trim_end_matches('>'))
        .any(|piece| piece.len() > 1 && rendered.contains(&piece.to_lowercase().replace('_', "")))
}

/// What users of the crate can name. A name for a type is worth as much as the type: what that has, it has.
fn names(outcome: &Outcome) -> BTreeSet<String> {
    let files = outcome.files.iter().flatten();
    let texts: Vec<&String> = files
        .filter(|(path, _)| path.ends_with(".rs"))
        .map(|(_, text)| text)
        .collect();
    let mut names: BTreeSet<String> = texts.iter().flat_map(|text| skeleton::public_names(text)).collect();
    for (alias, target) in texts.iter().flat_map(|text| skeleton::aliases(text)) {
        let defined = |kind: &str| names.contains(&format!("{kind} {target}"));
        let Some(kind) = ["struct", "enum"].into_iter().find(|kind| defined(kind)) else {
            continue;
        };
        let inside = format!("{target}::");
        let parts = names.iter().filter_map(|name| name.strip_prefix(&inside));
        let parts: Vec<String> = parts.map(|part| format!("{alias}::{part}")).collect();
        names.remove(&format!("type {alias}"));
        names.insert(format!("{kind} {alias}"));
        names.extend(parts);
    }
    names
}

#[test]
fn in_a_contract_of_our_own_an_addition_to_any_schema_renames_nothing() {
    let case = partner_api();
    let contract = case.value();
    let known = names(&case.generate());
    assert!(known.len() > 2_000, "only {} names", known.len());
    let grown = change::grown_everywhere(&contract);
    let outcome = case.generate_from(text(&grown).as_bytes());
    assert!(outcome.files.is_some(), "{}", outcome.rendered());
    let now = names(&outcome);
    let lost: Vec<_> = known.difference(&now).collect();
    assert!(lost.is_empty(), "{lost:?}");
    assert!(now.len() > known.len() + 100, "nothing was added");
}

// ---- I7

/// The stage that refused a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Load,
    Parse,
    Lower,
    Seal,
    Assign,
    /// None did: everything was emitted and printed.
    Emit,
    /// A file could not be printed, which is always a fault of the generator.
    Output,
}

impl Stage {
    fn of(outcome: &Outcome) -> Self {
        let errors = outcome
            .report
            .summary()
            .into_iter()
            .filter(|(_, level, count)| *level == Level::Error && *count > 0);
        let stage = |code: Code| match &code.number()[1..3] {
            "01" => Self::Load,
            "02" | "03" | "04" => Self::Parse,
            "05" => Self::Lower,
            "06" => Self::Seal,
            "07" => Self::Assign,
            _ => Self::Output,
        };
        errors.map(|(code, ..)| stage(code)).min().unwrap_or(Self::Emit)
    }
}

/// How far mutants came, printed and judged.
#[derive(Default)]
struct Reached(BTreeMap<Stage, u32>);

impl Reached {
    fn print(&self, what: &str) -> (u32, u32) {
        let all: u32 = self.0.values().sum();
        println!("{what}: {all} mutants");
        for (stage, count) in &self.0 {
            println!(
                "  {:6} {count:5}  {:3} %",
                format!("{stage:?}").to_lowercase(),
                count * 100 / all.max(1)
            );
        }
        (all, self.0.get(&Stage::Emit).copied().unwrap_or(0))
    }
}

/// One mutant through everything: it neither panics nor hangs, and either comes out or is told why not.
fn survive(case: &Case, bytes: &[u8], lenient: bool, reached: &RefCell<Reached>) -> Result<(), TestCaseError> {
    let levels = if lenient { Levels::lenient() } else { Levels::strict() };
    let began = Instant::now();
    let run = catch_unwind(AssertUnwindSafe(|| {
        let outcome = case::generate(&case.package(), &case.file, bytes, &case.folder, levels, &case.names);
        (
            Stage::of(&outcome),
            outcome.files.is_none() && outcome.rendered().is_empty(),
        )
    }));
    let shown = || String::from_utf8_lossy(&bytes[..bytes.len().min(6_000)]).into_owned();
    let Ok((stage, silent)) = run else {
        return Err(TestCaseError::fail(format!("{} panics on\n{}", case.name, shown())));
    };
    if silent {
        return Err(TestCaseError::fail(format!(
            "{}: refused without a reason\n{}",
            case.name,
            shown()
        )));
    }
    if stage == Stage::Output {
        return Err(TestCaseError::fail(format!(
            "{}: what comes out cannot be printed\n{}",
            case.name,
            shown()
        )));
    }
    *reached.borrow_mut().0.entry(stage).or_default() += 1;
    let most = Duration::from_secs(if case.bytes.len() < 20_000 { 10 } else { 60 });
    if began.elapsed() > most {
        return Err(TestCaseError::fail(format!(
            "{} takes {:?} on\n{}",
            case.name,
            began.elapsed(),
            shown()
        )));
    }
    Ok(())
}

#[test]
fn no_bytes_make_the_generator_panic() {
    let cases: Vec<Case> = case::all("cases").into_iter().chain(case::all("rejections")).collect();
    let reached = RefCell::new(Reached::default());
    let strategy = (0..cases.len(), change::bytes(), any::<bool>());
    runner(500)
        .run(&strategy, |(index, edits, lenient)| {
            let mut bytes = cases[index].bytes.clone();
            for edit in &edits {
                edit.apply(&mut bytes);
            }
            survive(&cases[index], &bytes, lenient, &reached)
        })
        .unwrap_or_else(|fault| panic!("{fault}"));
    reached.into_inner().print("bytes of cases and rejections");
}

#[test]
fn no_tree_makes_the_generator_panic() {
    let cases = case::all("cases");
    let reached = RefCell::new(Reached::default());
    let strategy = (
        0..cases.len(),
        prop::collection::vec(change::mutation(), 1..4),
        any::<bool>(),
    );
    runner(900)
        .run(&strategy, |(index, mutations, strict)| {
            let mut contract = cases[index].value();
            for mutation in &mutations {
                mutation.apply(&mut contract);
            }
            survive(&cases[index], text(&contract).as_bytes(), !strict, &reached)
        })
        .unwrap_or_else(|fault| panic!("{fault}"));
    let (all, emitted) = reached.into_inner().print("trees of cases");
    assert!(emitted * 10 >= all, "only {emitted} of {all} mutants reach `emit`");
}

#[test]
fn no_change_of_our_own_contract_makes_the_generator_panic() {
    let case = partner_api();
    let contract = case.value();
    let reached = RefCell::new(Reached::default());
    let strategy = (prop::collection::vec(change::mutation(), 1..6), change::bytes(), 0..4u8);
    runner(10)
        .run(&strategy, |(mutations, edits, kind)| {
            let mut bytes = case.bytes.clone();
            if kind == 0 {
                for edit in &edits {
                    edit.apply(&mut bytes);
                }
            } else {
                let mut contract = contract.clone();
                for mutation in &mutations {
                    mutation.apply(&mut contract);
                }
                bytes = text(&contract).into_bytes();
            }
            survive(&case, &bytes, kind < 3, &reached)
        })
        .unwrap_or_else(|fault| panic!("{fault}"));
    let (all, emitted) = reached.into_inner().print("our own contract");
    assert!(emitted * 10 >= all, "only {emitted} of {all} mutants reach `emit`");
}

// ---- I9

const HOSTILE: &str = include_str!("laws/hostile.yaml");

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
        // A gap with a number is filled as the gap of that number, escaped for a pointer.
        let (number, pointer) = match kind.strip_prefix("ref ") {
            Some(number) => (number.parse().expect("a number"), true),
            None => (kind.parse().expect("a number"), false),
        };
        let mut text: String = texts(number);
        if number == PATH {
            // Braces in a path are parameters, which rightly change the code; a path with these others is refused.
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
    let clean = skeleton::of(files).expect("the clean output is Rust");
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
            let found = skeleton::of(files).map_err(TestCaseError::fail)?;
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
    let clean = skeleton::of(&case.generate().files.expect("output")).expect("Rust");
    case.file = "a\nfn evil() {} //\u{2028}*/ \"".into();
    let outcome = case.generate();
    let found = skeleton::of(outcome.files.as_ref().expect("output")).expect("Rust");
    assert_eq!(skeleton::difference(&clean, &found), None);
}
