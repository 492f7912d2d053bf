//! I7 and I9 for long texts: twice the text takes twice the time and gives twice the output, and nothing in it loads, runs or
//! turns around.

use super::case::{self, Case};
use pulldown_cmark::{Event, Options, Parser, Tag};
use sdkwright_contract::diag::Levels;
use std::{collections::BTreeMap, fmt::Write as _, time::Instant};

/// Marks of Markdown, HTML and YAML, which are repeated.
const MARKS: &[&str] = &[
    "![",
    "[![",
    "[",
    "]",
    "](",
    "[a](",
    "![a](",
    "[a][",
    "[a]: ",
    "[^",
    "<",
    "<a ",
    "<a =\"",
    "<a href=\"",
    "<!--",
    "-->",
    "<b>",
    "</b>",
    "<p>",
    "<ul><li>",
    "<li>",
    "<td>",
    "<table><tr><td>",
    "<pre>",
    "<code>",
    "<h1>",
    "<img src=\"",
    "</",
    "&",
    "&amp;",
    "`",
    "` ",
    "`` ` ",
    "```\n",
    "~~~\n",
    "    a\n",
    "1. ",
    "- ",
    "* ",
    "+ ",
    "1) ",
    "- a\n",
    "- \n",
    "> ",
    ">",
    "> a\n",
    "# ",
    "=\n",
    "---\n",
    "*",
    "**a ",
    "_",
    "~",
    "|",
    "| a ",
    "| a <br>",
    "|-",
    "\\",
    "\\`",
    "http:",
    "https://",
    "https://a.b ",
    "(",
    ")",
    "\"",
    "'",
    "{{",
    "{%",
    "$",
    ".",
    ". ",
    "! ",
    "a",
    "a ",
    "A",
    "\n",
    "\t",
    "\r",
    ":",
    "? ",
    "@",
    "#",
    "%",
    ",",
    "&a ",
    "*a ",
    "<<: ",
    "é",
    "\u{202e}",
    "\u{61c}",
    "\u{0}",
];

/// Marks that open, and what closes them.
const PAIRS: &[(&str, &str)] = &[
    ("[", "](https://a.b)"),
    ("![", "](https://a.b/c.png)"),
    ("<b>", "</b>"),
    ("<ul><li>", "</li></ul>"),
    ("<table><tr><td>", "</td></tr></table>"),
    ("<a href=x>", "</a>"),
    ("<pre>", "</pre>"),
    ("<!--", "-->"),
    ("*", "*"),
    ("(", ")"),
    ("> ", "\n"),
    ("(", ".)"),
    ("x (a.", ") "),
];

/// A contract whose titles, descriptions, names and values are a text.
fn contract(text: &str) -> String {
    let text = serde_json::Value::from(text).to_string();
    format!(
        r##"{{"openapi":"3.0.3","info":{{"title":"Long","version":"1","description":{text}}},
"tags":[{{"name":"t","description":{text}}}],
"paths":{{"/a":{{"get":{{"operationId":"a","deprecated":true,"tags":["t"],"summary":{text},"description":{text},
"responses":{{"200":{{"description":{text},"content":{{"application/json":{{"schema":{{"$ref":"#/components/schemas/S"}}}}}}}}}}}}}}}},
"components":{{"schemas":{{"S":{{"type":"object","description":{text},"properties":{{
"a":{{"type":"string","description":{text},"example":{text}}},"b":{{"type":"string","enum":[{text},"x"]}}}}}}}}}}}}"##
    )
}

fn generate(contract: &str) -> case::Outcome {
    let case = Case {
        name: "long".into(),
        file: "contract.json".into(),
        ..super::partner_api()
    };
    case::generate(
        "long",
        &case.file,
        contract.as_bytes(),
        &case.folder,
        Levels::lenient(),
        &case.names,
    )
}

/// Nanoseconds that the current thread was on a processor, however busy the machine is; elsewhere than on Linux, of the clock.
fn spent(began: Instant) -> u128 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let first = stat.and_then(|stat| stat.split_whitespace().next()?.parse().ok());
    first.unwrap_or_else(|| began.elapsed().as_nanos())
}

/// Processor time of a contract, and the bytes of its output.
fn cost(contract: &str) -> (u128, usize) {
    let began = Instant::now();
    let before = spent(began);
    let outcome = generate(contract);
    let time = spent(began) - before;
    let files = outcome.files.unwrap_or_default();
    (time, files.values().map(String::len).sum())
}

/// The cost of a contract with `few` and with eight times as many: the time may grow by twenty times, where its square would grow
/// by sixty-four. Times of a few milliseconds are not compared.
fn grows_in_proportion(what: &str, few: usize, contract: &dyn Fn(usize) -> String, faults: &mut String) {
    const LEAST: u128 = 10_000_000;
    let (small, large) = (contract(few), contract(8 * few));
    let ((time, bytes), (mut more_time, more_bytes)) = (cost(&small), cost(&large));
    if more_time > 20 * time.max(LEAST) {
        more_time = more_time.min(cost(&large).0);
    }
    if more_time > 20 * time.max(LEAST) {
        let _ = writeln!(faults, "{what}: {} ms, {} ms", time / 1_000_000, more_time / 1_000_000);
    }
    if more_bytes > 20 * bytes {
        let _ = writeln!(faults, "{what}: {bytes} bytes, {more_bytes} bytes");
    }
}

/// Makes a contract with a text of so many bytes.
type OfLength = Box<dyn Fn(usize) -> String + Sync>;

fn texts() -> Vec<(String, OfLength)> {
    let mut texts: Vec<(String, OfLength)> = Vec::new();
    for mark in MARKS {
        let of = move |length: usize| contract(&mark.repeat(length / mark.len()));
        texts.push((format!("{mark:?}"), Box::new(of)));
    }
    for (open, close) in PAIRS {
        let of = move |length: usize| {
            let times = length / (open.len() + close.len());
            contract(&format!("{}x{}", open.repeat(times), close.repeat(times)))
        };
        texts.push((format!("{open:?} in each other"), Box::new(of)));
        let of = move |length: usize| {
            let closed = format!("{open}x{close}");
            contract(&closed.repeat(length / closed.len()))
        };
        texts.push((format!("{open:?} after each other"), Box::new(of)));
    }
    let rows = |length: usize| {
        let rows = (1..).map(|ticks| "`".repeat(ticks) + " ");
        let mut text = rows
            .take_while(|row| row.len() * row.len() < 2 * length)
            .collect::<String>();
        text.truncate(length);
        contract(&text)
    };
    texts.push(("rows of backticks, each of another length".to_owned(), Box::new(rows)));
    let wide = |length: usize| {
        let (cells, rows) = (
            "<td>x</td>".repeat(length / 20),
            "<tr><td>y</td></tr>".repeat(length / 40),
        );
        contract(&format!("<table><tr>{cells}</tr>{rows}</table>"))
    };
    texts.push(("a wide table of many rows".to_owned(), Box::new(wide)));
    texts
}

#[test]
fn a_text_costs_in_proportion_to_its_length() {
    let texts = texts();
    let faults = case::side_by_side(&texts, |(what, of)| {
        let mut faults = String::new();
        grows_in_proportion(what, 4_000, of, &mut faults);
        faults
    });
    assert!(faults.concat().is_empty(), "{}", faults.concat());
}

/// Everything that a browser would load, run or show in another order.
fn hostile(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    if !super::skeleton::stays_text(path, text) {
        found.push(format!("{path}: a character that cannot be seen"));
    }
    let is_page = path.ends_with(".md");
    let comments = text.lines().filter_map(|line| {
        let line = line.trim_start();
        line.strip_prefix("///").or_else(|| line.strip_prefix("//!"))
    });
    let comments: Vec<&str> = comments.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    let markdown = if is_page { text.to_owned() } else { comments.join("\n") };
    if !is_page && !path.ends_with(".rs") {
        return found;
    }
    for event in Parser::new_ext(&markdown, Options::all()) {
        match event {
            Event::Start(Tag::Image { dest_url, .. }) if dest_url.contains("a.b") => {
                found.push(format!("{path}: an image of {dest_url}"));
            }
            Event::Html(html) | Event::InlineHtml(html) if html.contains("a.b") => {
                found.push(format!("{path}: the element {html}"));
            }
            _ => {}
        }
    }
    found
}

#[test]
fn no_text_loads_anything_or_turns_around() {
    let targets = [
        "![a](https://a.b/c.png)",
        "![a](https://a.b/c.png \"d\")",
        "![a](<https://a.b/c.png>)",
        "![a\nb](https://a.b/c.png)",
        "![a][d]\n\n[d]: https://a.b/c.png",
        "![d]\n\n[d]: https://a.b/c.png",
        "![d][]\n\n[d]: <https://a.b/c.png> 'e'",
        "[![a](https://a.b/c.png)](https://a.b)",
        "![![a](https://a.b/c.png)](https://a.b)",
        "\\![a](https://a.b/c.png)",
        "\\\\![a](https://a.b/c.png)",
        "`` ` ``![a](https://a.b/c.png)",
        "` ![a](https://a.b/c.png)",
        "- 1. > ![a](https://a.b/c.png)",
        "| a |\n|---|\n| ![a](https://a.b/c.png) |",
        "<img src=https://a.b/c.png>",
        "<IMG SRC='https://a.b/c.png' alt='![d](https://a.b/d.png)'/>",
        "<picture><source srcset=https://a.b/c.png></picture>",
        "<b>![a](https://a.b/c.png)</b>",
        "!<a href=https://a.b/c.png>d</a>",
        "<iframe src=https://a.b></iframe><svg><image href=https://a.b/c.png></svg>",
        "<table><tr><td>![a](https://a.b/c.png)</td></tr></table>",
        "&#33;&#91;a](https://a.b/c.png)",
        "!&#91;a](https://a.b/c.png)",
        "```\n```![a](https://a.b/c.png)",
    ];
    let turns = "\u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}\u{0}\u{1b}[31m\u{7f}\u{9b}x";
    let mut faults = Vec::new();
    for text in targets.into_iter().chain([turns]) {
        let outcome = generate(&contract(text));
        let rendered = outcome.rendered();
        faults.extend(
            (!super::skeleton::stays_text("", &rendered)).then(|| format!("the report of {text:?}: {rendered:?}")),
        );
        let files: BTreeMap<String, String> = outcome.files.expect("it comes out");
        for (path, file) in &files {
            faults.extend(
                hostile(path, file)
                    .into_iter()
                    .map(|fault| format!("{fault}, of {text:?}")),
            );
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A value that goes on the wire is exact: its hidden characters are escapes in a literal.
#[test]
fn a_value_with_hidden_characters_is_sent_as_it_is() {
    let files = generate(&contract("a\u{202e}b\u{61c}c\u{200f}d\u{1}"))
        .files
        .expect("it comes out");
    let literal = r#""a\u{202e}b\u{61c}c\u{200f}d\u{1}""#;
    assert!(
        files.values().any(|file| file.contains(literal)),
        "no file has {literal}"
    );
}
