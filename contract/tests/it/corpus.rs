//! Our reader against another one, and real contracts as far as `contract` goes.
//!
//! The contracts are not part of the project: `CORPUS` names a folder of them; without it those tests say so and end.

use sdkwright_contract::diag::{Levels, Report, render};
use sdkwright_contract::document;
use sdkwright_contract::source;
use std::path::{Path, PathBuf};

/// JSON of what the other YAML reader makes of a text; `None` if it cannot read it.
fn theirs(text: &str) -> Option<serde_json::Value> {
    fn convert(value: serde_yaml::Value) -> Option<serde_json::Value> {
        use serde_yaml::Value as Y;
        Some(match value {
            Y::Null => serde_json::Value::Null,
            Y::Bool(value) => value.into(),
            Y::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(whole), _, _) => whole.into(),
                (_, Some(whole), _) => whole.into(),
                (_, _, float) => serde_json::Number::from_f64(float?)?.into(),
            },
            Y::String(text) => text.into(),
            Y::Sequence(items) => items.into_iter().map(convert).collect::<Option<Vec<_>>>()?.into(),
            Y::Mapping(members) => {
                let pair = |(key, value): (Y, Y)| {
                    let key = match key {
                        Y::String(text) => text,
                        Y::Number(number) => number.to_string(),
                        Y::Bool(value) => value.to_string(),
                        _ => return None,
                    };
                    Some((key, convert(value)?))
                };
                serde_json::Value::Object(members.into_iter().map(pair).collect::<Option<_>>()?)
            }
            Y::Tagged(_) => return None,
        })
    }
    convert(serde_yaml::from_str(text).ok()?)
}

fn same(ours: &serde_json::Value, theirs: &serde_json::Value) -> bool {
    use serde_json::Value as J;
    match (ours, theirs) {
        (J::Number(one), J::Number(other)) => one.as_f64() == other.as_f64(),
        (J::Array(one), J::Array(other)) => one.len() == other.len() && one.iter().zip(other).all(|(a, b)| same(a, b)),
        (J::Object(one), J::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(key, value)| other.get(key).is_some_and(|v| same(value, v)))
        }
        (one, other) => one == other,
    }
}

fn agree(name: &str, text: &str) {
    let mut report = Report::new(Levels::lenient());
    let tree = source::load(name, text.as_bytes(), &mut report).unwrap_or_else(|| panic!("{name} is refused"));
    let ours: serde_json::Value = serde_json::from_str(&source::to_json(tree.root().unwrap())).unwrap();
    if let Some(theirs) = theirs(text) {
        assert!(same(&ours, &theirs), "{name}: {ours} against {theirs}");
    }
}

#[test]
fn another_yaml_reader_reads_the_same() {
    for text in [
        "a: 1\nb: [x, 'y', \"z\\n\"]\n",
        "text: |\n  keeps\n    indents\n\n  and lines\nfolded: >-\n  one\n  line\n\n  two\n",
        "strip: |-\n  a\n\nkeep: |+\n  a\n\nlast: >\n  x\n  y\n",
        "'quoted ''key''': \"\\u00e9\\x41\\t\"\nmulti: \"a\n  b\"\n",
        "- - 1\n  - 2\n- {a: , b: ~}\n- ''\n- \n",
        "seq:\n- a\n- b: 1\n  c: 2\n",
        "? long key\n: value\n",
        "200: ok\n'404': no\ntrue: yes\n",
        "a: &x [1, {b: 2}]\nc: *x\n",
        "n: [1.5, -3, 0x1F, 0o17, .5, 1e3, 12345678901234567890]\n",
        "url: http://a.b/c#d\ntime: 12:30:45\nhash: a#b\ncolon: a:b\n",
        "plain multi: one\n  two\n  three\n",
        "comment: 1 # here\n# there\nb: 2\n",
        "{a: [b, c], \"d\": e}",
        "empty map: {}\nempty list: []\n",
    ] {
        agree("sample", text);
    }
}

/// The contracts of the corpus, and its folder.
fn corpus() -> Vec<PathBuf> {
    let Some(folder) = std::env::var_os("CORPUS") else {
        println!("CORPUS names no folder: nothing to read");
        return Vec::new();
    };
    let contract = |path: &PathBuf| {
        path.extension()
            .is_some_and(|ending| ending == "json" || ending == "yaml")
    };
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let found: Vec<PathBuf> = paths.filter(contract).collect();
    assert!(!found.is_empty(), "the folder that CORPUS names has no contracts");
    found
}

#[test]
fn another_yaml_reader_reads_the_same_of_the_corpus() {
    for path in corpus() {
        agree(&path.display().to_string(), &std::fs::read_to_string(&path).unwrap());
    }
}

#[test]
fn every_contract_of_the_corpus_is_read() {
    for path in corpus() {
        let name = path.display().to_string();
        let mut report = Report::new(Levels::lenient());
        let tree = source::load(&name, &std::fs::read(&path).unwrap(), &mut report).unwrap();
        if tree.root().is_none_or(|root| root.get("openapi").is_none()) {
            continue; // Not a contract, but a file that contracts refer to.
        }
        let folder = path.parent().unwrap_or(Path::new("."));
        let others = |file: &str| std::fs::read(folder.join(file)).map_err(sdkwright_contract::document::Unread::from);
        let document = document::parse(tree, &others, &mut report);
        assert!(
            document.is_some() && !report.has_errors(),
            "{name}: {}",
            render(&report, false)
        );
    }
}
