//! `explain`: the page of one diagnostic, of an extension or of a topic.
//!
//! In: a code, an extension, a topic or a word. Out: the page, which is inside the command. Reads no file.

use anyhow::anyhow;
use sdkwright_contract::diag;
use sdkwright_contract::diag::Code;

use super::terminal::{Exit, RunError};
use crate::arguments::Explain;
use crate::terminal;

/// Returns the text of a page of `docs/generate`.
macro_rules! page {
    ($name:literal) => {
        include_str!(concat!(env!("REPOSITORY"), "/docs/generate/", $name))
    };
}

/// The levels of all codes, and a page for each hundred.
const PAGES: &str = concat!(
    page!("diagnostics/README.md"),
    page!("diagnostics/c01.md"),
    page!("diagnostics/c02.md"),
    page!("diagnostics/c03.md"),
    page!("diagnostics/c04.md"),
    page!("diagnostics/c05.md"),
    page!("diagnostics/c06.md"),
    page!("diagnostics/c07.md"),
    page!("diagnostics/c08.md"),
    page!("diagnostics/c09.md"),
    page!("diagnostics/c10.md"),
);
/// The pages of the extensions, with a section for each.
const EXTENSIONS: &[&str] = &[
    page!("extensions/README.md"),
    page!("extensions/names.md"),
    page!("extensions/signing.md"),
    page!("extensions/requests.md"),
    page!("extensions/problems.md"),
    page!("extensions/states.md"),
    page!("extensions/webhooks.md"),
];

/// The JSON Schema of contracts with extensions, of overlays and of `contracts.yaml`.
const VOCABULARY: &str = page!("vocabulary.json");

/// Names of topics, each with the pages that make up its text.
const TOPICS: &[(&str, &[&str])] = &[
    ("changes", &[page!("changes.md")]),
    ("extensions", EXTENSIONS),
    ("generate", &[page!("command.md")]),
    ("lints", &[page!("lints.md")]),
    ("overlays", &[page!("overlays.md")]),
];

/// Runs the command.
pub(crate) fn run(arguments: &Explain) -> Result<Exit, RunError> {
    let text = match &arguments.code {
        Some(code) if !arguments.schema => explained(code)?,
        _ => VOCABULARY.to_owned(),
    };
    terminal::put(&text);
    Ok(Exit::Done)
}

fn explained(text: &str) -> Result<String, RunError> {
    if let Some(code) = Code::from_number(&number(text)) {
        return section(code).ok_or_else(|| RunError::files(anyhow!("{} has no page", code.number())));
    }
    let word = text.to_lowercase();
    if let Some((_, pages)) = TOPICS.iter().find(|(name, _)| *name == word) {
        return Ok(format!("{}\n", pages.join("\n").trim()));
    }
    if word == "codes" {
        return Ok(lines(Code::ALL.iter()));
    }
    if word.starts_with("x-") {
        return extension(text).ok_or_else(|| {
            let lines = EXTENSIONS.iter().flat_map(|page| page.lines());
            let names = lines.filter_map(|line| line.strip_prefix("## ").filter(|name| name.starts_with("x-")));
            let near = match diag::nearest(text, names) {
                Some(near) => format!("; did you mean `{near}`?"),
                None => "; `sdkwright explain extensions` describes all of them".to_owned(),
            };
            RunError::usage(anyhow!("there is no extension `{text}`{near}"))
        });
    }
    let is_word = word.len() > 2 && word.chars().all(char::is_alphabetic);
    let named = Code::ALL
        .iter()
        .filter(|code| is_word && code.title().to_lowercase().contains(&word));
    let list = lines(named);
    if list.is_empty() {
        return Err(RunError::usage(anyhow!(
            "there is no page for `{text}`{}",
            near(&number(text))
        )));
    }
    Ok(list)
}

/// Returns the section of an extension, with the sections after it that belong to it.
fn extension(name: &str) -> Option<String> {
    let is_it = |line: &&str| line.strip_prefix("## ") == Some(name);
    let page = EXTENSIONS.iter().find(|page| page.lines().any(|line| is_it(&line)))?;
    let mut lines = page.lines().skip_while(|line| !is_it(line));
    lines.next()?;
    let body: Vec<&str> = lines.take_while(|line| !line.starts_with("## x-")).collect();
    Some(format!("{name}\n\n{}\n", body.join("\n").trim()))
}

/// Returns a code as it is written in diagnostics: `c302`, `302` and `C0302` are one.
fn number(text: &str) -> String {
    let digits = text.trim_start_matches(['c', 'C']);
    if digits.chars().all(|c| c.is_ascii_digit()) && !digits.is_empty() {
        format!("C{digits:0>4}")
    } else {
        text.to_uppercase()
    }
}

/// Returns the section of a code, with its levels.
fn section(code: Code) -> Option<String> {
    let title = format!("## {} ", code.number());
    let mut lines = PAGES.lines().skip_while(|line| !line.starts_with(&title));
    let heading = lines.next()?.trim_start_matches('#').trim();
    let body: Vec<&str> = lines.take_while(|line| !line.starts_with('#')).collect();
    let row = format!("| {} |", code.number());
    let levels = PAGES.lines().find_map(|line| line.strip_prefix(&row))?;
    let mut levels = levels.split('|').map(str::trim);
    let (strict, lenient) = (levels.next()?, levels.next()?);
    let body = body.join("\n");
    Some(format!(
        "{heading}\n\n{}\n\nLevel: {strict} in strict mode, {lenient} in lenient mode.\n",
        body.trim()
    ))
}

/// Returns the codes that differ in one digit, or the nearest one, or the topics.
fn near(number: &str) -> String {
    let apart = |code: &&Code| {
        let same = code
            .number()
            .bytes()
            .zip(number.bytes())
            .filter(|(one, other)| one == other);
        number.len() == code.number().len() && same.count() + 1 == number.len()
    };
    let mut list = lines(Code::ALL.iter().filter(apart).take(8));
    if list.is_empty() {
        let nearest = diag::nearest(number, Code::ALL.iter().map(|code| code.number()));
        list = lines(Code::ALL.iter().filter(|code| Some(code.number()) == nearest));
    }
    if list.is_empty() {
        let topics: Vec<String> = TOPICS.iter().map(|(name, _)| format!("`{name}`")).collect();
        format!(
            "; write a code such as `C0302`, an extension such as `x-signing`, a word of a title, `codes` for a list of all \
             codes, or one of {}",
            topics.join(", ")
        )
    } else {
        format!("; similar codes:\n{}", list.trim_end())
    }
}

fn lines<'c>(codes: impl Iterator<Item = &'c Code>) -> String {
    codes.fold(String::new(), |list, code| {
        format!("{list}{}  {}\n", code.number(), code.title())
    })
}

#[cfg(test)]
mod tests {
    use sdkwright_contract::diag::Code;

    use super::{explained, section};

    #[test]
    fn every_code_has_a_page_that_says_what_to_do() {
        for code in Code::ALL {
            let page = section(*code).unwrap_or_default();
            assert!(
                page.starts_with(code.number()) && page.contains("**Do:**") && page.contains("\nLevel: "),
                "{}: {page}",
                code.number()
            );
        }
    }

    #[test]
    fn the_schema_for_editors_has_the_settings() {
        let schema: serde_json::Value = serde_json::from_str(super::VOCABULARY).unwrap();
        let listed = schema["$defs"]["Settings"]["properties"].as_object().unwrap();
        let wrong = serde_yaml::from_str::<crate::settings::ContractSettings>("zzz: 1")
            .unwrap_err()
            .to_string();
        let known = wrong.split_once("expected one of ").unwrap().1;
        let known: std::collections::BTreeSet<&str> = known.split('`').skip(1).step_by(2).collect();
        assert_eq!(
            listed
                .keys()
                .map(String::as_str)
                .collect::<std::collections::BTreeSet<_>>(),
            known
        );
    }

    #[test]
    fn topics_and_extensions_have_pages_and_a_misspelt_extension_gets_a_suggestion() {
        for (topic, _) in super::TOPICS {
            assert!(explained(topic).unwrap().starts_with("# "), "{topic}");
        }
        assert!(explained("codes").unwrap().contains("C0102  "));
        let signing = explained("x-signing").unwrap();
        assert!(signing.contains("algorithm") && !signing.contains("## x-"), "{signing}");
        // Signatures of requests and deliveries share a page.
        for part in ["| member of `read` |", "| member of `jws` |", "keys: { jwks:"] {
            assert!(signing.contains(part), "{part}");
        }
        let webhooks = explained("x-webhooks").unwrap();
        assert!(webhooks.contains("`sdkwright explain x-signing`"), "{webhooks}");
        let wrong = format!("{:#}", explained("x-signign").unwrap_err().1);
        assert!(wrong.contains("did you mean `x-signing`"), "{wrong}");
    }

    #[test]
    fn a_code_is_found_however_it_is_written_and_a_wrong_one_brings_those_like_it() {
        for text in ["C0302", "c0302", "302", "0302"] {
            assert!(
                explained(text).unwrap().starts_with("C0302 remote references"),
                "{text}"
            );
        }
        assert!(explained("reference").unwrap().contains("C0302  remote references"));
        let wrong = format!("{:#}", explained("C0392").unwrap_err().1);
        assert!(
            wrong.contains("no page for `C0392`") && wrong.contains("\nC0302  remote"),
            "{wrong}"
        );
        for text in ["", "E0001", "xyzzy", "C"] {
            let wrong = format!("{:#}", explained(text).unwrap_err().1);
            assert!(wrong.contains("there is no page for"), "{wrong}");
        }
    }
}
