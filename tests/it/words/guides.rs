//! The guides tell the truth: their programs are lines of programs that are compiled and run, what they name exists, and every page
//! is in the book.

use std::{collections::BTreeSet, fs, path::Path};

fn read(path: &str) -> String {
    let file = sdkwright_tests::root().join(path);
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The Markdown files of a folder and below: paths below the root, sorted.
fn pages(folder: &str) -> BTreeSet<String> {
    let mut pages = BTreeSet::new();
    for entry in fs::read_dir(sdkwright_tests::root().join(folder)).expect("a folder") {
        let path = entry.expect("readable").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("text");
        let below = format!("{folder}/{name}");
        if path.is_dir() {
            pages.extend(self::pages(&below));
        } else if path.extension().is_some_and(|extension| extension == "md") {
            pages.insert(below);
        }
    }
    pages
}

/// The fenced blocks of a page: what stands behind the fence, and the lines.
fn blocks(page: &str) -> Vec<(&str, Vec<&str>)> {
    let (mut blocks, mut lines) = (Vec::new(), page.lines());
    while let Some(line) = lines.next() {
        if let Some(kind) = line.strip_prefix("```") {
            blocks.push((kind, lines.by_ref().take_while(|line| *line != "```").collect()));
        }
    }
    blocks
}

/// The destinations of the links of a page.
fn links(page: &str) -> impl Iterator<Item = &str> {
    page.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

/// Names of tests in a text: lower-case words in code, joined by many `_`.
fn names_of_tests(text: &str) -> BTreeSet<&str> {
    let is_name = |word: &&str| {
        word.matches('_').count() > 3 && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    text.split('`').skip(1).step_by(2).filter(is_name).collect()
}

/// The Rust files of a folder of the project and below, those of tests too.
fn programs(folder: &Path) -> Vec<String> {
    let mut programs = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            programs.extend(self::programs(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            programs.push(fs::read_to_string(&path).expect("readable"));
        }
    }
    programs
}

#[test]
fn every_program_of_a_guide_is_a_part_of_one_that_is_compiled_and_run() {
    let mut programs = programs(&sdkwright_tests::root().join("examples"));
    programs.extend(self::programs(&sdkwright_tests::root().join("world/tests")));
    programs.extend(self::programs(&sdkwright_tests::root().join("server/tests")));
    // Tests of the documentation compile its examples.
    for documented in ["runtime/src", "journal/src"] {
        for file in self::programs(&sdkwright_tests::root().join(documented)) {
            let lines = file.lines().filter_map(|line| {
                let comment = line.trim_start().strip_prefix("//")?.strip_prefix(['/', '!'])?;
                Some(comment.strip_prefix(' ').unwrap_or(comment))
            });
            programs.push(lines.collect::<Vec<_>>().join("\n"));
        }
    }
    let mut found = 0;
    let mut pages = pages("docs/use");
    pages.insert("docs/generate/fakes.md".to_owned());
    for page in pages {
        for (_, block) in blocks(&read(&page))
            .into_iter()
            .filter(|(kind, _)| kind.starts_with("rust"))
        {
            // The guide leaves out the indentation that all lines of the program have.
            let is_same = |lines: &[&str]| {
                let indent = lines[0].len() - lines[0].trim_start().len();
                let shown = |line: &&str| line.get(indent..).unwrap_or_default().to_owned();
                lines.iter().map(shown).eq(block.iter().map(|line| (*line).to_owned()))
            };
            let is_there = programs.iter().any(|program| {
                let lines: Vec<&str> = program.lines().collect();
                lines.windows(block.len()).any(is_same)
            });
            assert!(
                is_there,
                "{page}: no example and no documentation has these lines:\n{}",
                block.join("\n")
            );
            found += 1;
        }
    }
    assert!(found > 20, "{found} programs were found");
}

#[test]
fn the_command_of_the_journal_needs_no_build_of_its_own() {
    // With its own features the package compiles SQLite, TLS and the runtime again, which the examples have.
    for page in pages("docs/use") {
        for (_, lines) in blocks(&read(&page)).into_iter().filter(|(kind, _)| kind.is_empty()) {
            let lines = lines.join("\n");
            assert!(!lines.contains("-p sdkwright-journal"), "{page}: {lines}");
        }
    }
}

#[test]
fn every_test_that_a_guide_names_is_there() {
    let rooms = [
        "json",
        "signing",
        "runtime",
        "tests",
        "journal",
        "world",
        "sandbox/server",
        "sandbox/cli",
        "examples",
    ];
    let code: String = rooms
        .iter()
        .flat_map(|room| programs(&sdkwright_tests::root().join(room)))
        .collect();
    let mut found = 0;
    for page in pages("docs/use") {
        for name in names_of_tests(&read(&page)) {
            assert!(
                code.contains(&format!("fn {name}(")),
                "{page}: no test is called `{name}`"
            );
            found += 1;
        }
    }
    assert!(found > 15, "{found} names were found");
}

#[test]
fn every_line_before_going_live_is_shown_by_a_test_or_a_call() {
    let page = read("docs/use/going-live.md");
    let reference: String = pages("generated/docs").iter().map(|page| read(page)).collect();
    let rows = page
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| line") && !line.starts_with("| step"));
    let mut found = 0;
    for row in rows.filter(|row| !row.contains("could not be read) |")) {
        let (_, shown) = row.trim_end_matches(" |").rsplit_once(" | ").expect("two cells");
        let calls = shown.split('`').skip(1).step_by(2).filter(|word| word.contains("()."));
        let calls: Vec<&str> = calls.collect();
        assert!(
            !calls.is_empty() || !names_of_tests(shown).is_empty(),
            "nothing shows this: {row}"
        );
        for call in calls {
            assert!(
                reference
                    .lines()
                    .any(|line| line.trim_start_matches(['#', ' ', '`']).trim_end_matches('`') == call),
                "there is no call `{call}`"
            );
        }
        found += 1;
    }
    assert!(found > 15, "{found} lines were found");
}

#[test]
fn every_example_that_a_guide_runs_is_there() {
    for page in pages("docs/use") {
        let text = read(&page);
        let parts: Vec<&str> = text.split(" --example ").collect();
        for pair in parts.windows(2) {
            let name = pair[1].split(['\n', '`', ' ']).next().unwrap_or_default();
            let is_of_world = pair[0].ends_with(" -p sdkwright-world");
            let manifest = read(if is_of_world {
                "world/Cargo.toml"
            } else {
                "examples/Cargo.toml"
            });
            let is_there = manifest.contains(&format!("[[example]]\nname = \"{name}\"\n"));
            assert!(is_there, "{page}: there is no example `{name}`");
        }
        for after in text.split("cargo run -p ").skip(1) {
            let package = after.split(['\n', '`', ' ']).next().unwrap_or_default();
            assert!(
                [
                    "oceafin-examples",
                    "oceafin-quick-start",
                    "sdkwright",
                    "sdkwright-crash",
                    "sdkwright-journal",
                    "sdkwright-sandbox",
                    "sdkwright-world"
                ]
                .contains(&package),
                "{page}: `{package}`"
            );
        }
    }
}

#[test]
fn every_page_is_in_the_book_and_every_link_of_it_leads_to_a_file() {
    let summary = read("docs/SUMMARY.md");
    let listed: BTreeSet<String> = links(&summary).map(|link| format!("docs/{link}")).collect();
    for page in pages("docs") {
        assert!(
            page == "docs/SUMMARY.md" || listed.contains(&page),
            "{page} is not in docs/SUMMARY.md"
        );
        assert!(read(&page).lines().count() <= 400, "{page} is too long");
    }
    let mut found = 0;
    for page in &listed {
        let folder = Path::new(page).parent().expect("a folder");
        for link in links(&read(page)).filter(|link| !link.contains("://") && !link.starts_with('#')) {
            let path = link.split('#').next().unwrap_or_default();
            // Examples of links in code have no file.
            if path.contains([' ', '`', '<', '"']) || path.is_empty() {
                continue;
            }
            let file = sdkwright_tests::root().join(folder).join(path);
            assert!(file.exists(), "{page} links to {link}");
            found += 1;
        }
    }
    assert!(found > 300, "{found} links were found");
}
