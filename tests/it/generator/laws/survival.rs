//! I7: no bytes and no tree make the generator panic or hang, and what is refused is told.

use super::{
    case::{self, Case, Outcome},
    change, partner_api, runner, text,
};
use proptest::{prelude::*, test_runner::TestCaseError};
use sdkwright_contract::diag::{Code, Level, Levels};
use std::{
    cell::RefCell,
    collections::BTreeMap,
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    time::{Duration, Instant},
};

/// The stage that refused a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Load,
    Parse,
    Lower,
    Seal,
    Assign,
    /// All stages passed: everything was emitted and printed.
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
            .filter(|one| one.level == Level::Error && one.count > 0);
        let stage = |code: Code| match &code.number()[1..3] {
            "01" => Self::Load,
            "02" | "03" | "04" => Self::Parse,
            "05" => Self::Lower,
            "06" => Self::Seal,
            "07" => Self::Assign,
            _ => Self::Output,
        };
        errors.map(|one| stage(one.code)).min().unwrap_or(Self::Emit)
    }
}

/// Results of mutants, printed and judged.
#[derive(Default)]
pub(super) struct Reached(BTreeMap<Stage, u32>);

impl Reached {
    pub(super) fn print(&self, what: &str) -> (u32, u32) {
        let all: u32 = self.0.values().sum();
        println!("{what}: {all} mutants");
        for (stage, count) in &self.0 {
            println!(
                "  {:6} {count:5}  {:3} %",
                format!("{stage:?}").to_lowercase(),
                count * 100 / all.max(1)
            );
        }
        (all, self.emitted())
    }

    /// Returns the number of mutants that became a crate.
    fn emitted(&self) -> u32 {
        self.0.get(&Stage::Emit).copied().unwrap_or(0)
    }
}

/// One mutant through everything: it neither panics nor hangs, and either comes out or is told why not.
pub(super) fn survive(
    case: &Case,
    bytes: &[u8],
    lenient: bool,
    reached: &RefCell<Reached>,
) -> Result<(), TestCaseError> {
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
    // Far more than a busy machine needs: what has no bound takes minutes.
    if began.elapsed() > Duration::from_mins(1) {
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

/// Contracts with schemas of every kind, many of them circular.
fn seeds() -> [Case; 2] {
    let seed = |name: &str, text: &str| Case {
        name: name.to_owned(),
        file: format!("{name}.yaml"),
        bytes: text.as_bytes().to_vec(),
        ..partner_api()
    };
    [
        seed("whole", include_str!("../../../../contract/src/lower/tests/whole.yaml")),
        seed("schemas", include_str!("seeds/schemas.yaml")),
    ]
}

/// Keeps a mutant that becomes a crate in the folder `SURVIVORS`, if that is set: `.ci/field` compiles them.
fn keep(contract: &str, number: u32) {
    const EACH: u32 = 40;
    let folder = std::env::var_os("SURVIVORS").map(PathBuf::from);
    // Not those that refer to other files of their case.
    if let Some(folder) = folder.filter(|_| number.is_multiple_of(EACH) && !contract.contains(".yaml")) {
        fs::create_dir_all(&folder).expect("the folder of survivors");
        fs::write(folder.join(format!("mutant-{number}.yaml")), contract).expect("writable");
    }
}

#[test]
fn no_tree_makes_the_generator_panic() {
    let mut cases = case::all("cases");
    cases.extend(seeds());
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
            let before = reached.borrow().emitted();
            survive(&cases[index], text(&contract).as_bytes(), !strict, &reached)?;
            let emitted = reached.borrow().emitted();
            if emitted > before {
                keep(&text(&contract), emitted);
            }
            Ok(())
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
