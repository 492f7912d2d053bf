//! Ten changes of our contract, and exactly what people read of each: the report as text and as Markdown, and the plan of the release.
//! `OVERWRITE=1` writes the texts anew.

use std::collections::BTreeMap;
use std::fs;

use crate::run::{Folder, repository, text};

/// One text, and what takes its place.
#[derive(serde::Deserialize)]
struct Edit {
    find: String,
    put: String,
}

/// Examples of the contract do not fit some of the changes, which is an error in strict mode.
const LIST: &str = "contracts:\n  - { file: api.yaml, out: sdk, package: changed, version: '1.0.0', level: lenient }\n";

/// Returns what is told of a change: text, Markdown and plan.
fn told(name: &str, base: &str, revision: &str) -> [(&'static str, String); 3] {
    let folder = Folder::new(&format!("ten-{name}"));
    folder.write("base.yaml", base);
    folder.write("openapi/api.yaml", revision);
    folder.write("openapi/contracts.yaml", LIST);
    folder.write("openapi/history/changed/1.0.0.yaml", base);
    let run = |arguments: &[&str]| {
        let done = folder.sdkwright(arguments);
        assert!(done.status.success(), "{name}: {}", text(&done.stderr));
        text(&done.stdout)
    };
    let sides = ["diff", "base.yaml", "openapi/api.yaml", "--format"];
    let report = |form: &'static str| placeless(&run(&[sides.as_slice(), &[form]].concat()));
    let plan = run(&["release", "--plan"]);
    let dated = plan.lines().map(|line| match line.split_once("] - ") {
        Some((head, _)) if line.starts_with("## [") => format!("{head}] - DAY\n"),
        _ => format!("{line}\n"),
    });
    [
        ("txt", report("text")),
        ("md", report("markdown")),
        ("plan.md", dated.collect()),
    ]
}

/// Returns a report without lines and columns: they move with every edit of the contract above them.
fn placeless(report: &str) -> String {
    let mut parts = report.split(".yaml:");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |out, part| {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':');
        format!("{out}.yaml:LINE:COLUMN{rest}")
    })
}

#[test]
fn ten_changes_of_our_contract_read_as_it_is_written_down() {
    let folder = repository().join("tests/changes");
    let cases: BTreeMap<String, Vec<Edit>> =
        serde_yaml::from_str(&fs::read_to_string(folder.join("cases.yaml")).unwrap()).unwrap();
    assert_eq!(cases.len(), 10);
    let contract = fs::read_to_string(repository().join("openapi/partner-api.yaml")).unwrap();
    let all: Vec<_> = std::thread::scope(|scope| {
        let one = |(name, edits): (&String, &Vec<Edit>)| {
            let revision = edits.iter().fold(contract.clone(), |text, edit| {
                assert!(
                    text.contains(&edit.find),
                    "{name}: `{}` is not in the contract",
                    edit.find
                );
                text.replace(&edit.find, &edit.put)
            });
            let (name, contract) = (name.clone(), contract.as_str());
            scope.spawn(move || (name.clone(), told(&name, contract, &revision)))
        };
        let runs: Vec<_> = cases.iter().map(one).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    let mut differ = Vec::new();
    for (name, texts) in all {
        for (ending, found) in texts {
            let file = folder.join(format!("{name}.{ending}"));
            if std::env::var_os("OVERWRITE").is_some() {
                fs::write(&file, found).unwrap();
            } else if fs::read_to_string(&file).unwrap_or_default() != found {
                differ.push(format!("{}:\n{found}", file.display()));
            }
        }
    }
    assert!(
        differ.is_empty(),
        "look at these, then OVERWRITE=1:\n{}",
        differ.join("\n")
    );
}
