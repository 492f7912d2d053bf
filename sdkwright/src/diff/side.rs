//! The sides of a comparison, each read with its overlays.

use std::path::Path;
use std::thread::{Builder, scope};

use sdkwright_contract::diag::{self, Levels};
use sdkwright_contract::text::visible;

use crate::input::{ContractInput, InputFile};
use crate::jobs::Job;
use crate::named_version::NamedVersion;
use crate::place::ListPlace;
use crate::progress::WorkBar;
use crate::terminal::RunError;
use crate::{report, terminal};

/// The pairs to compare, and sentences about contracts that are on one side only.
#[derive(Default)]
pub(super) struct ComparedPairs {
    pub(super) pairs: Vec<(ContractInput, ContractInput)>,
    pub(super) notes: Vec<String>,
}

/// Returns the version that was released: one file, with its overlays applied.
pub(super) fn recorded(job: &Job, place: &ListPlace, file: &Path) -> ContractInput {
    ContractInput {
        shown: place.shown(file),
        contract: InputFile::Disk(file.to_owned()),
        overlays: Vec::new(),
        // A released contract stays readable when the rules become stricter.
        levels: Levels::lenient(),
        ..job.input.clone()
    }
}

/// Reads a version and its report, without hidden characters. `None`: it is not a contract.
pub(super) fn version(input: &ContractInput) -> Result<(Option<NamedVersion>, String), RunError> {
    let shown = visible(&input.shown);
    Ok(
        match input.with_inputs(|inputs| NamedVersion::from_inputs(&inputs, &input.overrides))? {
            Ok(version) if version.errors > 0 => {
                let errors = report::plural(version.errors, "error");
                let what = "so verdicts on Rust and conduct are missing; `generate` shows the reasons";
                (Some(version), format!("note: {shown} has {errors}, {what}"))
            }
            Ok(version) => (Some(version), String::new()),
            Err(report) => {
                let text = diag::render(&report, true);
                let what = format!("error: {shown} was refused, so nothing was compared");
                (None, format!("{}\n{what}", text.trim_end()))
            }
        },
    )
}

/// Reads both versions, and says what there is to say of them. `None`: one is no contract.
pub(super) fn versions(
    base: &ContractInput,
    revision: &ContractInput,
) -> Result<Option<(NamedVersion, NamedVersion)>, RunError> {
    let progress = WorkBar::new(&revision.shown);
    progress.counts("read", 0, 2);
    let (old, new) = both(|| version(base), || version(revision));
    drop(progress);
    let ((old, of_old), (new, of_new)) = (old?, new?);
    for said in [of_old, of_new].iter().filter(|said| !said.is_empty()) {
        terminal::say_rendered(said);
    }
    Ok(old.zip(new))
}

// Work on both sides of a comparison at once.

/// Bytes of the stack of a thread: that of a main thread, for deeply nested schemas.
const STACK: usize = 8 << 20;

/// Runs two pieces of work, on two threads if there can be a second one. The result does not depend on the schedule.
pub(super) fn both<A: Send, B>(first: impl Fn() -> A + Sync, second: impl FnOnce() -> B) -> (A, B) {
    scope(|scope| {
        let other = Builder::new().stack_size(STACK).spawn_scoped(scope, &first);
        let second = second();
        let first = match other.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(first)) => first,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => first(),
        };
        (first, second)
    })
}
