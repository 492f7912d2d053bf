//! Settings of the manifest, of the level of diagnostics (`codes`), and of the place of the runtime, each held to its rule where
//! it is read: an error has the line and column of the text.
//!
//! In: YAML. Out: the values, or an error that says what is allowed. The rules are those of cargo and crates.io. Looks at no
//! folder, so that the output is the same on each machine.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use anyhow::{Context as _, ensure};
use sdkwright_codegen::package::{Publish, RUST_VERSION, Runtime};
use sdkwright_codegen::pages;
use sdkwright_contract::diag::{Code, Level};
use sdkwright_contract::text::is_hidden;
use serde::de::value::SeqAccessDeserializer;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// A rule for texts.
pub(crate) trait TextRule {
    /// The texts that hold it, for messages.
    const ALLOWED: &'static str;

    /// Returns true if the text holds the rule.
    fn holds(text: &str) -> bool;
}

/// A text that holds a rule.
#[derive(Debug, Clone)]
pub(crate) struct Checked<R>(String, PhantomData<R>);

impl<R> Checked<R> {
    /// Returns the text.
    pub(crate) fn text(&self) -> String {
        self.0.clone()
    }
}

impl<'de, R: TextRule> Deserialize<'de> for Checked<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let check = |text: &str| {
            ensure!(R::holds(text), "`{text}` is not {}", R::ALLOWED);
            Ok(Self(text.to_owned(), PhantomData))
        };
        deserializer.deserialize_str(TextReader::new(R::ALLOWED, check))
    }
}

/// Reads a text by a function, whose error then has the place of the text.
pub(crate) struct TextReader<F> {
    expected: &'static str,
    read: F,
}

impl<T, F: FnOnce(&str) -> anyhow::Result<T>> TextReader<F> {
    pub(crate) fn new(expected: &'static str, read: F) -> Self {
        Self { expected, read }
    }
}

impl<T, F: FnOnce(&str) -> anyhow::Result<T>> Visitor<'_> for TextReader<F> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.read)(text).map_err(E::custom)
    }
}

impl<'de, T, F: FnOnce(&str) -> anyhow::Result<T>> DeserializeSeed<'de> for TextReader<F> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_str(self)
    }
}

/// A list of at most five texts that hold a rule.
#[derive(Debug, Clone)]
pub(crate) struct Few<R>(Vec<Checked<R>>);

impl<R> Few<R> {
    /// Returns the texts.
    pub(crate) fn texts(&self) -> Vec<String> {
        self.0.iter().map(Checked::text).collect()
    }
}

impl<R> Default for Few<R> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, R: TextRule> Deserialize<'de> for Few<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ListReader(PhantomData))
    }
}

struct ListReader<R>(PhantomData<R>);

impl<'de, R: TextRule> Visitor<'de> for ListReader<R> {
    type Value = Few<R>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list, each entry {}", R::ALLOWED)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        let texts = Vec::deserialize(SeqAccessDeserializer::new(list))?;
        if texts.len() > 5 {
            return Err(A::Error::custom("more than 5 entries; crates.io takes at most 5"));
        }
        Ok(Few(texts))
    }
}

/// The setting `publish`.
#[derive(Debug, Clone, Default)]
pub(crate) struct PublishTo(pub(crate) Publish);

impl<'de> Deserialize<'de> for PublishTo {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Registries)
    }
}

struct Registries;

impl<'de> Visitor<'de> for Registries {
    type Value = PublishTo;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`true`, `false` or a list of registry names")
    }

    fn visit_bool<E: Error>(self, is_allowed: bool) -> Result<PublishTo, E> {
        Ok(PublishTo(if is_allowed { Publish::Anywhere } else { Publish::Never }))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<PublishTo, A::Error> {
        let names = Vec::<Checked<Registry>>::deserialize(SeqAccessDeserializer::new(list))?;
        Ok(PublishTo(Publish::Registries(
            names.iter().map(Checked::text).collect(),
        )))
    }
}

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident: $allowed:expr, $holds:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub(crate) struct $name;

        impl TextRule for $name {
            const ALLOWED: &'static str = $allowed;

            fn holds(text: &str) -> bool {
                $holds(text)
            }
        }
    )*};
}

rules! {
    /// A version of a package.
    Version: "a version such as `0.1.0`", pages::is_version;
    /// A licence.
    License: "a licence as SPDX expression, such as `MIT OR Apache-2.0`", |text| spdx::Expression::parse(text).is_ok();
    /// An author.
    Author: "a name, or a name and an address such as `Jane Doe <jane@example.com>`", is_line;
    /// A URL of a page.
    Url: "a URL that begins with `https://` or `http://`", is_url;
    /// A keyword of crates.io.
    Keyword: "a keyword: at most 20 letters, digits, `-`, `_` and `+`, beginning with a letter or digit", is_keyword;
    /// A category of crates.io.
    Category: "a category slug of https://crates.io/category_slugs, such as `api-bindings`", is_category;
    /// The name of a registry.
    Registry: "the name of a registry in the settings of cargo: letters, digits, `-` and `_`", is_registry;
    /// A version of Rust that compiles the runtime.
    RustVersion: "a version of Rust such as `1.85` or `1.90.1`; the runtime requires at least `1.85`", is_rust_version;
    /// A file or folder of one's own among generated code.
    Kept: "a file or folder below `src`, such as `src/helpers`", is_below_src;
    /// The code of a lint.
    Lint: "the code of a lint such as `C1001`, or C0512 or C0518 (examples that contradict their schema)", is_lint;
    /// A place in a contract.
    Pointer: "a JSON Pointer into the contract, such as `/paths/~1orders/post`; `/**` at the end includes everything below", |text: &str| text.starts_with('/');
    /// A reason.
    Reason: "a reason why the finding is acceptable, in a few words", |text: &str| text.split_whitespace().count() > 2;
    /// The place of the runtime.
    CargoSource: ALLOWED_SOURCES, |text| runtime_source(text).is_ok();
}

fn is_lint(text: &str) -> bool {
    Code::from_number(text).is_some_and(Code::is_of_lint)
}

fn is_line(text: &str) -> bool {
    !text.trim().is_empty() && !text.chars().any(is_hidden)
}

fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\' | '`');
    rest.is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[') && rest.chars().all(is_plain)
    })
}

fn is_keyword(text: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+');
    text.len() <= 20 && text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(is_inner)
}

fn is_category(text: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_part = |part: &str| !part.is_empty() && part.chars().all(is_inner);
    text.split("::").all(is_part)
}

fn is_registry(text: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(is_inner)
}

/// Returns the parts of a version of Rust: two or three numbers.
fn numbers(version: &str) -> Option<Vec<u32>> {
    let number = |part: &str| (part == "0" || !part.starts_with(['0', '+'])).then(|| part.parse().ok())?;
    let numbers: Option<Vec<u32>> = version.split('.').map(number).collect();
    numbers.filter(|numbers| matches!(numbers.len(), 2 | 3))
}

fn is_rust_version(text: &str) -> bool {
    numbers(text).is_some_and(|version| Some(version) >= numbers(RUST_VERSION))
}

fn is_below_src(text: &str) -> bool {
    let is_plain = |part: &str| !matches!(part, "" | "." | "..") && !part.contains('\\');
    let rest = text.strip_prefix("src/");
    rest.is_some_and(|rest| rest.split('/').all(is_plain))
}

/// Codes and their levels.
#[derive(Debug, Clone, Default)]
pub(crate) struct Codes(pub(crate) BTreeMap<Code, Level>);

impl<'de> Deserialize<'de> for Codes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(CodeTable)
    }
}

struct CodeTable;

impl<'de> Visitor<'de> for CodeTable {
    type Value = Codes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("codes and their levels, such as `C0205: warning`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<Codes, A::Error> {
        let mut codes = BTreeMap::new();
        while let Some(code) = table.next_key_seed(TextReader::new("a code such as `C0205`", code))? {
            let read = |word: &str| level(code, word);
            codes.insert(code, table.next_value_seed(TextReader::new(LEVELS, read))?);
        }
        Ok(Codes(codes))
    }
}

const LEVELS: &str = "a level: `error`, `warning`, `note` or `hidden`";

fn code(number: &str) -> anyhow::Result<Code> {
    Code::from_number(number)
        .with_context(|| format!("`{number}` is not a diagnostic code; `sdkwright explain codes` lists them"))
}

/// Reads the level of a code.
fn level(code: Code, word: &str) -> anyhow::Result<Level> {
    let level = Level::from_word(word)
        .with_context(|| format!("`{word}` is not a level; write `error`, `warning`, `note` or `hidden`"))?;
    ensure!(
        level == Level::Error || !code.is_final(),
        "`{word}` is not possible: no code can be generated for this error ({})",
        code.title()
    );
    Ok(level)
}

/// The places of the runtime that can be written.
const ALLOWED_SOURCES: &str = "`vendored`, `registry:VERSION`, `git:URL#REVISION` or `path:FOLDER`";

/// Reads the place of the runtime. Errors: what is allowed.
pub(crate) fn runtime_source(text: &str) -> Result<Runtime, String> {
    let (kind, rest) = text.split_once(':').unwrap_or((text, ""));
    let is_plain = |text: &str| !text.is_empty() && !text.chars().any(is_hidden);
    match kind {
        "vendored" if rest.is_empty() && !text.ends_with(':') => Ok(Runtime::Vendored(FILES)),
        "registry" if pages::is_version(rest) => Ok(Runtime::Registry(rest.to_owned())),
        "path" if is_plain(rest) => Ok(Runtime::Path(rest.to_owned())),
        "git" => match rest.rsplit_once('#') {
            Some((url, revision)) if url.contains("://") && is_plain(url) && is_plain(revision) => Ok(Runtime::Git {
                url: url.to_owned(),
                revision: revision.to_owned(),
            }),
            _ => Err(format!(
                "write `git:URL#REVISION`, such as `git:https://example.com/sdk.git#1a2b3c4`; allowed are {ALLOWED_SOURCES}"
            )),
        },
        "registry" => Err(format!(
            "write `registry:VERSION`, such as `registry:0.1.0`; allowed are {ALLOWED_SOURCES}"
        )),
        _ => Err(format!("allowed are {ALLOWED_SOURCES}")),
    }
}

// `FILES`: the source of the runtime, inside the program, so that a crate can have it without this repository.

include!(concat!(env!("OUT_DIR"), "/runtime.rs"));

#[cfg(test)]
mod tests {
    use super::{FILES, RUST_VERSION, RustVersion, TextRule, runtime_source};
    use sdkwright_codegen::package::Runtime;

    #[test]
    fn the_message_names_the_version_of_rust_that_the_runtime_needs() {
        assert!(RustVersion::ALLOWED.contains(&format!("at least `{RUST_VERSION}`")));
    }

    #[test]
    fn each_form_is_read_and_others_are_not() {
        assert!(matches!(runtime_source("vendored"), Ok(Runtime::Vendored(_))));
        assert!(matches!(runtime_source("registry:1.2.3"), Ok(Runtime::Registry(version)) if version == "1.2.3"));
        assert!(matches!(runtime_source("path:../a:b"), Ok(Runtime::Path(path)) if path == "../a:b"));
        let git = runtime_source("git:file:///a/b.git#v1");
        assert!(matches!(git, Ok(Runtime::Git { url, revision }) if url == "file:///a/b.git" && revision == "v1"));
        for wrong in [
            "",
            "vendor",
            "vendored:",
            "vendored:x",
            "registry:1",
            "git:https://a",
            "git:a#b",
            "git:https://a#",
            "path:",
            "../runtime",
        ] {
            assert!(runtime_source(wrong).unwrap_err().contains("`path:FOLDER`"), "{wrong}");
        }
    }

    #[test]
    fn the_runtime_inside_the_program_is_whole_and_has_no_tests() {
        let names: Vec<&str> = FILES.iter().map(|(path, _)| *path).collect();
        for name in ["Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT", "src/lib.rs"] {
            for room in ["", "description/", "json/", "signing/"] {
                assert!(names.contains(&format!("{room}{name}").as_str()), "{room}{name}");
            }
        }
        for (path, text) in FILES {
            assert!(!path.contains("test.rs") && !path.contains("tests"), "{path}");
            for word in [
                "mod tests",
                "#[test]",
                "workspace = true",
                "dev-dependencies",
                "../json/src",
            ] {
                assert!(!text.contains(word), "{path}: {word}");
            }
        }
    }
}
