//! Settings of the manifest, each held to its rule where it is read: an error has the line and column of the text.
//!
//! In: YAML. Out: the texts, or an error that says what is allowed. The rules are those of cargo and crates.io.

use std::fmt;
use std::marker::PhantomData;

use sdkwright_codegen::package::{Publish, RUST_VERSION};
use sdkwright_codegen::pages;
use sdkwright_contract::text::is_hidden;
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};

use crate::source;

/// A rule for texts.
pub(crate) trait Rule {
    /// The texts that hold it, for messages.
    const ALLOWED: &'static str;
    /// Returns true if the text holds the rule.
    fn holds(text: &str) -> bool;
}

/// A text that holds a rule.
pub(crate) struct Checked<R>(String, PhantomData<fn() -> R>);

impl<R> Checked<R> {
    /// Returns the text.
    pub(crate) fn text(&self) -> String {
        self.0.clone()
    }
}

impl<R> Clone for Checked<R> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

impl<R> fmt::Debug for Checked<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de, R: Rule> Deserialize<'de> for Checked<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Text(PhantomData))
    }
}

struct Text<R>(PhantomData<R>);

impl<R: Rule> Visitor<'_> for Text<R> {
    type Value = Checked<R>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(R::ALLOWED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        if R::holds(text) {
            return Ok(Checked(text.to_owned(), PhantomData));
        }
        Err(E::custom(format_args!("`{text}` is not {}", R::ALLOWED)))
    }
}

/// Reads a text by a function that gives the reason of a refusal.
pub(crate) fn by<'de, D: Deserializer<'de>>(
    deserializer: D,
    check: fn(&str) -> anyhow::Result<()>,
) -> Result<Option<String>, D::Error> {
    deserializer.deserialize_str(By(check)).map(Some)
}

struct By(fn(&str) -> anyhow::Result<()>);

impl Visitor<'_> for By {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        (self.0)(text).map_err(E::custom)?;
        Ok(text.to_owned())
    }
}

/// A list of at most five texts that hold a rule.
#[derive(Debug)]
pub(crate) struct Few<R>(Vec<Checked<R>>);

impl<R> Few<R> {
    /// Returns the texts.
    pub(crate) fn texts(&self) -> Vec<String> {
        self.0.iter().map(Checked::text).collect()
    }
}

impl<R> Clone for Few<R> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<R> Default for Few<R> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, R: Rule> Deserialize<'de> for Few<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(List(PhantomData))
    }
}

struct List<R>(PhantomData<R>);

impl<'de, R: Rule> Visitor<'de> for List<R> {
    type Value = Few<R>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list, each entry {}", R::ALLOWED)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = list.next_element()? {
            texts.push(text);
        }
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

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<PublishTo, A::Error> {
        let mut names = Vec::new();
        while let Some(name) = list.next_element::<Checked<Registry>>()? {
            names.push(name.text());
        }
        Ok(PublishTo(Publish::Registries(names)))
    }
}

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident: $allowed:expr, $holds:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub(crate) struct $name;

        impl Rule for $name {
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
    /// The place of the runtime.
    Source: source::ALLOWED, |text| source::runtime(text).is_ok();
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
    text.split("::")
        .all(|part| !part.is_empty() && part.chars().all(is_inner))
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
    text.strip_prefix("src/")
        .is_some_and(|rest| rest.split('/').all(is_plain))
}

#[cfg(test)]
mod tests {
    use super::{RUST_VERSION, Rule, RustVersion};

    #[test]
    fn the_message_names_the_version_of_rust_that_the_runtime_needs() {
        assert!(RustVersion::ALLOWED.contains(&format!("at least `{RUST_VERSION}`")));
    }
}
