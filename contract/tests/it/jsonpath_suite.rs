//! The compliance suite of RFC 9535 (jsonpath-standard/jsonpath-compliance-test-suite), through our own tree.
//!
//! `JSONPATH_SUITE` names the folder with `cts.json`; without it nothing is run. `.ci/overlays` sets it.

use sdkwright_contract::diag::{Levels, Report};
use sdkwright_contract::overlay::{Queried, Query};
use sdkwright_contract::source::{Node, load, to_sorted_json};
use std::path::PathBuf;

#[test]
fn every_query_of_the_suite_selects_what_it_must() {
    let Some(folder) = std::env::var_os("JSONPATH_SUITE").map(PathBuf::from) else {
        // skipped without $JSONPATH_SUITE
        return;
    };
    let bytes = std::fs::read(folder.join("cts.json")).expect("cts.json");
    let mut report = Report::new(Levels::lenient());
    let suite = load("cts.json", &bytes, &mut report).expect("JSON");
    let cases: Vec<Node<'_>> = suite
        .root()
        .and_then(|root| root.get("tests"))
        .expect("tests")
        .items()
        .collect();
    let mut wrong = Vec::new();
    for case in &cases {
        let text = case.get("selector").and_then(Node::text).expect("a selector");
        let invalid = case.get("invalid_selector").and_then(Node::as_bool) == Some(true);
        let query = Query::parse(text);
        let right = match query {
            Err(_) => invalid,
            Ok(query) => {
                let document = case.get("document").map(Node::id);
                let found = document.and_then(|root| Queried::from_tree(&suite, root).select(&suite, root, &query));
                let found = found.map(|nodes| list(nodes.iter().map(|node| suite.node(*node))));
                let wanted: Vec<String> = match (case.get("result"), case.get("results")) {
                    (Some(result), _) => vec![list(result.items())],
                    (None, Some(results)) => results.items().map(|result| list(result.items())).collect(),
                    _ => Vec::new(),
                };
                !invalid && found.is_some_and(|found| wanted.contains(&found))
            }
        };
        if !right {
            wrong.push(format!(
                "{}: {text}",
                case.get("name").and_then(Node::text).unwrap_or_default()
            ));
        }
    }
    assert!(cases.len() > 700, "only {} cases were found", cases.len());
    println!(
        "{} of {} queries of the JSONPath suite",
        cases.len() - wrong.len(),
        cases.len()
    );
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Sorts the selected nodes: an overlay changes each node once, in any order.
fn list<'t>(nodes: impl Iterator<Item = Node<'t>>) -> String {
    let mut texts: Vec<String> = nodes.map(to_sorted_json).collect();
    texts.sort();
    texts.dedup();
    texts.join("\n")
}
