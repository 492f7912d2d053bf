//! Laws that hold for every contract: the same bytes in, the same bytes out (I5); additions rename nothing (I6); nothing
//! panics or hangs (I7); no text becomes code (I9). Long texts: linear time and output.
//!
//! One module per law. The contracts are those of `tests/cases` and our own, changed at random. The seed is fixed; `PROPTEST_RNG_SEED=n`
//! tries another one.

use crate::{case, skeleton, words};
pub(crate) mod change;
mod code;
mod recursion;
mod renames;
mod same;
mod survival;
mod text;

use case::{Case, text};
use proptest::test_runner::{Config, RngSeed, TestRunner};
use std::{collections::BTreeMap, fs};

fn runner(cases: u32) -> TestRunner {
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 200,
        max_shrink_time: 120_000,
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
        compare: Vec::new(),
        ir: false,
        server: false,
        names: BTreeMap::new(),
        only: sdkwright_contract::document::Only::default(),
        overlays: Vec::new(),
    }
}

/// All contracts.
fn contracts() -> Vec<Case> {
    let mut cases = case::all("cases");
    cases.push(partner_api());
    cases
}
