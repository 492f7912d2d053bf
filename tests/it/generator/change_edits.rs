//! Laws of comparing a contract with itself after a random edit: nothing panics, every difference of the code is in the report, and
//! the way back names the same nodes.
//!
//! Contracts: those of the golden cases; of `$CHANGES_CORPUS`, a folder, the ten smallest.

use crate::case;
use crate::laws::change;

use std::collections::{BTreeMap, BTreeSet};
use std::{fs, path::Path};

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use quote::ToTokens as _;
use sdkwright::comparison::compare;
use sdkwright::named_version::NamedVersion;
use sdkwright_changes::{Change, ContractPlace};
use sdkwright_codegen::naming::Overrides;
use sdkwright_codegen::output;
use sdkwright_contract::{Inputs, SourceFile};

fn read(text: &[u8]) -> Option<NamedVersion> {
    let inputs = Inputs::new(SourceFile {
        name: "contract.yaml",
        bytes: text,
    });
    NamedVersion::from_inputs(&inputs, &Overrides::default()).ok()
}

/// Returns the code of a contract's crate, if it has one.
fn code(version: &NamedVersion) -> Option<BTreeMap<String, String>> {
    let named = version.named()?;
    let code = output::code(named.api, named.names).expect("code");
    let file = |(path, items): (String, Vec<syn::Item>)| (path, items.into_iter().map(without_docs).collect());
    Some(without_aliases(code.files.into_iter().map(file).collect()))
}

/// Returns files with the type that an alias stands for wherever it is named, and without their imports: to a program they are the same.
fn without_aliases(mut files: BTreeMap<String, Vec<String>>) -> BTreeMap<String, String> {
    let alias = |text: &String| {
        let (name, target) = text.strip_prefix("pub type ")?.strip_suffix(" ;")?.split_once(" = ")?;
        (!name.contains(' ')).then(|| (name.to_owned(), target.to_owned()))
    };
    let targets: BTreeMap<String, String> = files.values().flatten().filter_map(alias).collect();
    let named = |text: &str| {
        let words = text
            .split(' ')
            .map(|word| targets.get(word).map_or(word, String::as_str));
        words.collect::<Vec<_>>().join(" ")
    };
    for text in files.values_mut().flatten() {
        let of = alias(text);
        let mut shown = of.as_ref().map_or_else(|| text.clone(), |(_, target)| target.clone());
        // An alias of an alias.
        for _ in 0..8 {
            shown = named(&shown);
        }
        *text = match of {
            _ if text.starts_with("use ") => String::new(),
            Some((name, _)) => format!("pub type {name} = {shown} ;"),
            None => shown,
        };
    }
    files.into_iter().map(|(path, texts)| (path, texts.concat())).collect()
}

/// Returns an item as text without its documentation; nothing of what only people read.
fn without_docs(item: syn::Item) -> String {
    fn strip(tokens: proc_macro2::TokenStream) -> proc_macro2::TokenStream {
        let mut out = Vec::new();
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            let is_doc = |group: &proc_macro2::Group| group.stream().to_string().starts_with("doc =");
            match (&token, tokens.peek()) {
                (proc_macro2::TokenTree::Punct(punct), Some(proc_macro2::TokenTree::Group(group)))
                    if punct.as_char() == '#' && is_doc(group) =>
                {
                    tokens.next();
                }
                (proc_macro2::TokenTree::Group(group), _) => {
                    let inner = proc_macro2::Group::new(group.delimiter(), strip(group.stream()));
                    out.push(proc_macro2::TokenTree::Group(inner));
                }
                _ => out.push(token),
            }
        }
        out.into_iter().collect()
    }
    let text = strip(item.into_token_stream()).to_string();
    // Modules for readers alone, and the rules of requests, which can say the same in other words.
    let is_left_out = text.starts_with("# [cfg (doc)]") || text.starts_with("static RULES");
    if is_left_out { String::new() } else { text }
}

/// Nodes of the changes, as pairs of pointers; `is_reversed`: revision first.
fn nodes(changes: &[Change], is_reversed: bool) -> BTreeSet<(Option<String>, Option<String>)> {
    let pointer = |place: &Option<ContractPlace>| place.as_ref().map(|place| place.pointer.clone());
    let pair = |change: &Change| (pointer(&change.base), pointer(&change.revision));
    // Only the side that has an item of the crate knows its node.
    let is_of_crate = |change: &&Change| ["generated-crate-changed", "type-renamed"].contains(&change.id);
    let pairs = changes.iter().filter(|change| !is_of_crate(change)).map(pair);
    pairs
        .map(|(base, revision)| {
            if is_reversed {
                (revision, base)
            } else {
                (base, revision)
            }
        })
        .collect()
}

/// Returns the file and the text where two texts differ first.
fn first_difference(path: &str, old: &str, new: &str) -> Option<String> {
    let at = old.bytes().zip(new.bytes()).position(|(one, other)| one != other)?;
    let near = |text: &str| {
        String::from_utf8_lossy(&text.as_bytes()[at.saturating_sub(60)..(at + 40).min(text.len())]).into_owned()
    };
    Some(format!("{path}: {} / {}", near(old), near(new)))
}

/// Counts of a run.
#[derive(Debug, Default)]
struct Counts {
    edits: usize,
    read: usize,
    /// Edits that changed the code.
    code: usize,
    /// Edits without a finding, whose code was compared.
    same: usize,
}

/// Edits each of the named contracts and holds the comparison to the laws.
fn hold_all(contracts: &[(String, serde_yaml::Value)], edits: u8) {
    let held = case::side_by_side(contracts, |(name, contract)| hold(name, contract, edits));
    let (mut faults, mut counts) = (Vec::new(), Counts::default());
    for (some, of_one) in held {
        faults.extend(some);
        counts.edits += of_one.edits;
        counts.read += of_one.read;
        counts.code += of_one.code;
        counts.same += of_one.same;
    }
    report(&faults, &counts);
}

/// Edits a contract and holds the comparison to the laws. Returns what is wrong.
fn hold(name: &str, contract: &serde_yaml::Value, edits: u8) -> (Vec<String>, Counts) {
    let (mut faults, mut counts) = (Vec::new(), Counts::default());
    let Some(base) = read(case::text(contract).as_bytes()) else {
        return (faults, counts);
    };
    for number in 0..edits {
        counts.edits += 1;
        let mut seed = [number; 32];
        for (byte, letter) in seed.iter_mut().skip(1).zip(name.bytes()) {
            *byte ^= letter;
        }
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let edit = change::mutation().new_tree(&mut runner).expect("an edit").current();
        let mut edited = contract.clone();
        edit.apply(&mut edited);
        let text = case::text(&edited);
        let Some(revision) = read(text.as_bytes()) else {
            continue;
        };
        counts.read += 1;
        let there = compare(&base, &revision, None).changes;
        let back = compare(&revision, &base, None).changes;
        let told = |changes: &[Change]| changes.iter().map(|change| change.text.clone()).collect::<Vec<_>>();
        counts.code += usize::from(there.iter().any(|change| !change.verdicts.rust.items.is_empty()));
        let is_compared = there.iter().all(|change| change.id != "crate-not-compared");
        if !is_compared && base.named().is_some() && revision.named().is_some() {
            faults.push(format!("{name} {edit:?}: {:?}", told(&there)));
        }
        if there.is_empty()
            && let (Some(old), Some(new)) = (code(&base), code(&revision))
        {
            counts.same += 1;
            let places = new
                .iter()
                .filter_map(|(path, text)| first_difference(path, old.get(path)?, text));
            let places: Vec<_> = places.collect();
            if old != new {
                faults.push(format!("{name} {edit:?}: nothing is told of {places:?}"));
            }
        }
        if nodes(&there, false) != nodes(&back, true) {
            faults.push(format!(
                "{name} {edit:?}: {:?} there, {:?} back",
                told(&there),
                told(&back)
            ));
        }
    }
    (faults, counts)
}

fn report(faults: &[String], counts: &Counts) {
    println!("{counts:?}");
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    assert!(
        counts.code * 10 > counts.edits && counts.same > 0,
        "too few edits changed the code, or kept it: {counts:?}"
    );
}

#[test]
fn edits_of_the_cases_hold_the_laws() {
    let folders = fs::read_dir(case::folder("cases")).expect("the cases");
    let contracts = folders.filter_map(|entry| {
        let path = entry.expect("an entry").path();
        let text = fs::read_to_string(path.join("contract.yaml")).ok()?;
        let name = path.file_name()?.to_string_lossy().into_owned();
        Some((name, serde_yaml::from_str(&text).ok()?))
    });
    let mut contracts: Vec<(String, serde_yaml::Value)> = contracts.collect();
    contracts.sort_by(|(one, _), (other, _)| one.cmp(other));
    hold_all(&contracts, 6);
}

#[test]
fn edits_of_contracts_of_others_hold_the_laws() {
    let Ok(folder) = std::env::var("CHANGES_CORPUS") else {
        return; // skipped without $CHANGES_CORPUS
    };
    let is_contract = |path: &Path| {
        path.extension()
            .is_some_and(|ending| ["json", "yaml", "yml"].iter().any(|one| ending == *one))
    };
    let mut files: Vec<(u64, std::path::PathBuf)> = fs::read_dir(folder)
        .expect("the folder")
        .filter_map(|entry| {
            let entry = entry.ok()?;
            is_contract(&entry.path()).then_some((entry.metadata().ok()?.len(), entry.path()))
        })
        .collect();
    files.sort();
    let smallest = files.iter().take(10).map(|(_, path)| {
        let text = fs::read_to_string(path).expect("a contract");
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        (name, serde_yaml::from_str(&text).expect("YAML"))
    });
    hold_all(&smallest.collect::<Vec<_>>(), 60);
}
