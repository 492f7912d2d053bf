//! A word that an overlay brings and that is wrong is shown in the overlay: every kind of word, one at a time.
//!
//! The second contract is taken apart; each value of its overlay that no other one is like is replaced by one that cannot
//! be right. Where that is an error, its first place is in the overlay.

use crate::case;
use sdkwright_codegen::{CrateOptions, Hooks};
use sdkwright_contract::{
    Inputs, SourceFile,
    diag::{Level, Levels, Report},
    source::{self, Node, NodeKind},
    split,
    text::Span,
};
use std::{collections::BTreeMap, fs};

const PLAIN: &str = "plain.yaml";
const WORDS: &str = "words.yaml";

/// Every value below a node, by the names that lead to it; names that a contract chooses are one.
fn values(node: Node<'_>, path: &str, found: &mut BTreeMap<String, Span>) {
    match node.kind() {
        NodeKind::Scalar => {
            found.entry(path.to_owned()).or_insert_with(|| node.span());
        }
        NodeKind::Seq => node.items().for_each(|item| values(item, &format!("{path}/-"), found)),
        NodeKind::Map => {
            for member in node.members() {
                let is_of_words = member.key.starts_with("x-") || member.key.chars().all(|c| c.is_ascii_alphabetic());
                let is_given = path.ends_with("registry") || path.ends_with("resources") || path.ends_with("events");
                let name = if is_of_words && !is_given { member.key } else { "*" };
                values(member.value, &format!("{path}/{name}"), found);
            }
        }
    }
}

/// Places at which errors are shown when the overlay says this; none without an error.
fn files_of_errors(plain: &str, words: &str) -> Vec<String> {
    let templates: Vec<(&str, &str)> = case::templates()
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let contract = SourceFile {
        name: PLAIN,
        bytes: plain.as_bytes(),
    };
    let inputs = Inputs {
        overlays: &[SourceFile {
            name: WORDS,
            bytes: words.as_bytes(),
        }],
        levels: Levels::strict(),
        ..Inputs::new(contract)
    };
    let options = CrateOptions {
        package: case::package("second"),
        overrides: sdkwright_codegen::naming::Overrides::default(),
        templates: &templates,
    };
    let Err(report) = sdkwright_codegen::generate(&inputs, &options, Hooks::default()) else {
        return Vec::new();
    };
    let shown = report.diagnostics().into_iter();
    let errors = shown.filter(|diagnostic| diagnostic.level == Level::Error);
    errors
        .map(|error| {
            let file = report
                .sources
                .file(error.primary.span.file)
                .map(|file| file.name.to_string());
            format!("{}: {}", file.unwrap_or_default(), error.message)
        })
        .collect()
}

#[test]
fn every_word_of_an_overlay_that_is_wrong_is_shown_in_the_overlay() {
    let whole = fs::read(case::root().join("tests/contracts/second.yaml")).expect("the second contract");
    let split = split::split("second.yaml", &whole, PLAIN, &mut Report::new(Levels::strict())).expect("a contract");
    let mut report = Report::new(Levels::strict());
    let tree = source::load(WORDS, split.overlay.as_bytes(), &mut report).expect("an overlay");
    let actions = tree.root().and_then(|root| root.get("actions")).expect("actions");
    let mut found = BTreeMap::new();
    for update in actions.items().filter_map(|action| action.get("update")) {
        values(update, "", &mut found);
    }
    let (mut refused, mut elsewhere) = (0, Vec::new());
    for (path, span) in &found {
        let (before, after) = (
            &split.overlay[..span.start as usize],
            &split.overlay[span.end as usize..],
        );
        let errors = files_of_errors(&split.plain, &format!("{before}zzz{after}"));
        refused += usize::from(!errors.is_empty());
        let is_elsewhere = !errors.is_empty() && !errors.iter().any(|error| error.starts_with(WORDS));
        elsewhere.extend(is_elsewhere.then(|| format!("{path}: {}", errors.join("; "))));
    }
    println!(
        "{refused} of {} kinds of words are refused where they are wrong",
        found.len()
    );
    assert!(refused > 60, "only {refused} of {} are refused", found.len());
    assert!(elsewhere.is_empty(), "shown elsewhere: {elsewhere:#?}");
}
