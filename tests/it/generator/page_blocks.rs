//! Blocks of YAML on the pages of the generator, without a change: an overlay lays each over a small contract, and the crate
//! has what the page promises. `tests/contracts/pages/blocks.yaml` has a row for each block.

use crate::case::{self, Case};
use sdkwright_contract::document::Only;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Use of a block.
struct Row {
    page: String,
    /// A text of the block that no other block of the page has.
    has: String,
    /// Target of the overlay action; `contract`: the block is a contract, `actions`: it is actions of an overlay. `None`: it is
    /// not laid over a contract, which the row explains.
    at: Option<String>,
    /// Actions before it.
    with: Vec<Value>,
    /// Texts of the generated crate.
    shows: Vec<String>,
}

impl Row {
    fn read(row: &Value) -> Self {
        let text = |name: &str| row[name].as_str().map(str::to_owned);
        let list = |name: &str| row[name].as_array().cloned().unwrap_or_default();
        let texts = list("shows").into_iter();
        let row = Self {
            page: text("page").expect("a page"),
            has: text("has").expect("a text of the block"),
            at: text("at"),
            with: list("with"),
            shows: texts.map(|one| one.as_str().expect("a text").to_owned()).collect(),
        };
        assert_eq!(row.at.is_none(), row.shows.is_empty(), "{} {}", row.page, row.has);
        row
    }
}

/// Returns the blocks of YAML of all pages below a folder, by page.
fn blocks(folder: &Path, below: &str, found: &mut BTreeMap<String, Vec<String>>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = format!("{below}{}", path.file_name().expect("a name").to_string_lossy());
        if path.is_dir() {
            blocks(&path, &format!("{name}/"), found);
        } else if name.ends_with(".md") {
            let text = fs::read_to_string(&path).expect("a page");
            let all = text.split("\n```yaml\n").skip(1);
            let all = all.map(|rest| rest.split("\n```").next().unwrap_or_default().to_owned());
            found.insert(name, all.collect());
        }
    }
}

/// Returns what is wrong with the crate of a block.
fn crate_faults(row: &Row, at: &str, block: &str, base: &str) -> Vec<String> {
    let place = format!("the block with `{}` of {}", row.has, row.page);
    let indented = |by: &str| format!("{by}{}\n", block.replace('\n', &format!("\n{by}")));
    let mut overlay = "overlay: 1.1.0\ninfo: { title: Block, version: '1' }\nactions:\n".to_owned();
    for action in &row.with {
        overlay += &format!("  - {action}\n");
    }
    overlay += &match at {
        "actions" => indented("  "),
        _ => format!("  - target: \"{at}\"\n    update:\n{}", indented("      ")),
    };
    let (bytes, overlays) = match at {
        "contract" => (block, Vec::new()),
        _ => (base, vec![("overlay.yaml".to_owned(), overlay.into_bytes())]),
    };
    let outcome = Case {
        name: "block".to_owned(),
        folder: case::folder("contracts/pages"),
        file: "contract.yaml".to_owned(),
        bytes: bytes.as_bytes().to_vec(),
        sentence: String::new(),
        lenient: true,
        golden: Vec::new(),
        compare: Vec::new(),
        ir: false,
        server: false,
        names: BTreeMap::new(),
        only: Only::default(),
        overlays,
    }
    .generate();
    let Some(files) = &outcome.files else {
        return vec![format!("{place} is refused: {}", outcome.rendered())];
    };
    let is_shown = |text: &&String| files.values().any(|file| file.contains(text.as_str()));
    let absent = row.shows.iter().filter(|text| !is_shown(text));
    absent
        .map(|text| format!("the crate of {place} lacks `{text}`"))
        .collect()
}

#[test]
fn each_block_of_yaml_generates_what_its_page_says() {
    let read = |file: &str| fs::read_to_string(case::folder("contracts/pages").join(file)).expect("readable");
    let rows: Vec<Value> = serde_yaml::from_str(&read("blocks.yaml")).expect("rows");
    let rows: Vec<Row> = rows.iter().map(Row::read).collect();
    let base = read("base.yaml");
    let mut pages = BTreeMap::new();
    blocks(&case::root().join("docs/generate"), "", &mut pages);
    let (mut faults, mut laid) = (Vec::new(), Vec::new());
    for (page, block) in pages
        .iter()
        .flat_map(|(page, blocks)| blocks.iter().map(move |block| (page, block)))
    {
        let mut found = rows.iter().filter(|row| row.page == *page && block.contains(&row.has));
        match (found.next(), found.next()) {
            (Some(row), None) => laid.extend(row.at.as_deref().map(|at| (row, at, block))),
            _ => faults.push(format!("blocks.yaml needs one row for this block of {page}:\n{block}")),
        }
    }
    faults.extend(case::side_by_side(&laid, |(row, at, block)| crate_faults(row, at, block, &base)).concat());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
