//! Text files besides the Rust files: the package's manifest, a readme, and the pages of the folder `docs`. And the documentation of modules that say the
//! same as these: the front page of the crate, the guide, the index of the models.
//!
//! In: the `PageData` of `emit` as plain safe text, and templates. Out: paths and texts, and lines of documentation. A template
//! that names an unknown variable fails; text of a contract enters TOML through one function only. A text that both forms have
//! is in one template, whose links depend on the form.

use std::fmt::Write as _;

use minijinja::value::Serde;
use minijinja::{Environment, State, context};
use sdkwright_contract::text::is_hidden;
use serde::Serialize;

use crate::emit::{PageData, ReferencePage};
use crate::runtime::{LIBRARY, PACKAGE, SERVER_PACKAGE, words};
use crate::{limits, package};

/// The package of the generated files.
#[derive(Debug, Clone, Serialize)]
pub struct Package<'a> {
    /// Its name.
    pub name: String,
    /// Its folder, seen from an application; from the name if left out.
    pub folder: Option<&'a str>,
    /// Entries of its manifest.
    pub facts: &'a package::ManifestFields,
    /// Place of the runtime, as keys and values of its dependency.
    pub place: Vec<(&'static str, String)>,
    /// Place of the server's side of the runtime, if the package has its feature.
    pub server: Option<Vec<(&'static str, String)>>,
    /// Makes it a workspace.
    pub standalone: bool,
}

/// Template of each output path.
const PAGES: &[(&str, &str)] = &[
    ("ASSUMPTIONS.md", "ASSUMPTIONS.md.j2"),
    ("Cargo.toml", "Cargo.toml.j2"),
    ("README.md", "README.md.j2"),
    ("docs/README.md", "index.md.j2"),
    ("docs/errors.md", "errors.md.j2"),
    ("docs/guide.md", "guide-page.md.j2"),
    ("rustfmt.toml", "rustfmt.toml.j2"),
];

/// Parts of the files that documentation of modules is, too: their names in templates.
const PARTS: &[(&str, &str)] = &[("front", "front.md.j2"), ("guide", "guide.md.j2")];

/// The pages, and documentation of modules.
#[derive(Debug, Default)]
pub struct PageFiles {
    /// Text files: path and text.
    pub files: Vec<(String, String)>,
    /// Documentation of the crate.
    pub front: Vec<String>,
    /// Documentation of the module `guide`.
    pub guide: Vec<String>,
    /// Documentation of the module `models`.
    pub models: Vec<String>,
}

/// The templates, ready to render on any thread.
#[derive(Debug)]
pub struct Templates<'a> {
    environment: Environment<'a>,
}

impl<'a> Templates<'a> {
    /// Reads templates: name and text. `header`: the first line of each page.
    pub fn new(templates: &[(&'a str, &'a str)], header: &str) -> Result<Self, String> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        let syntax = minijinja::syntax::SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .keep_trailing_newline(true)
            .build();
        environment.set_syntax(syntax.map_err(|error| format!("{error:#}"))?);
        environment.add_filter("toml", |text: String| toml_string(&text));
        environment.add_filter("anchor", |text: String| guide_anchor(&text));
        add_links(&mut environment);
        environment.add_global("header", header);
        for (name, text) in templates {
            environment
                .add_template(name, text)
                .map_err(|error| format!("templates/{name}: {error:#}"))?;
        }
        Ok(Self { environment })
    }

    /// Renders the page of a group or of models: path and text.
    pub fn page(&self, page: &ReferencePage) -> Result<(String, String), String> {
        let template = if page.group.is_some() {
            "group.md.j2"
        } else {
            "model-page.md.j2"
        };
        let text = render(&self.environment, template, context! { page => Serde(page) })?;
        Ok((format!("docs/{}", page.file), text))
    }

    /// Renders the pages that belong to no group.
    pub fn pages(&self, reference: &PageData, package: &Package<'_>) -> Result<PageFiles, String> {
        let mut environment = self.environment.clone();
        let is_authenticated = !(reference.overview.signed.is_empty() && reference.credentials.is_empty());
        let titles = ["Settings", "Authentication and settings"];
        environment.add_global("settings_title", titles[usize::from(is_authenticated)]);
        let facts = context! {
            package => Serde(package),
            library => package.name.replace('-', "_"),
            // Entry for the manifest of a program that uses the package.
            dependency => dependency(package),
            // The entry names a folder.
            is_folder => package.facts.publish == package::Publish::Never && package.facts.repository.is_none(),
            // The runtime's package.
            runtime => PACKAGE,
            // The package of the server's side.
            server => SERVER_PACKAGE,
            // The package contains the runtime's source.
            vendored => package.place.contains(&("path", package::VENDORED.to_owned())),
            // Features of the runtime without which the crate does not compile.
            api => Serde(reference),
        };
        let page = |environment: &Environment<'_>, template: &str| render(environment, template, facts.clone());
        let is_there = |(path, _): &&(&str, &str)| match *path {
            // A contract without marks is confirmed as a whole.
            "ASSUMPTIONS.md" => !reference.assumptions.is_empty(),
            "docs/errors.md" => !reference.codes.is_empty(),
            _ => true,
        };
        // Files contain the parts in the form of Markdown.
        for (name, template) in PARTS {
            let text = page(&environment, template)?;
            if *name == "guide" {
                let sections = text.lines().filter_map(|line| line.strip_prefix("## "));
                environment.add_global("guide_sections", sections.map(str::to_owned).collect::<Vec<_>>());
            }
            environment.add_global(*name, text.trim().to_owned());
        }
        let file = |(path, template): &(&str, &str)| Ok(((*path).to_owned(), page(&environment, template)?));
        let files = PAGES.iter().filter(is_there).map(file).collect::<Result<_, String>>()?;
        environment.add_global(IN_RUST, true);
        let lines = |template: &str| {
            let text = page(&environment, template)?;
            Ok::<_, String>(text.trim().lines().map(str::to_owned).collect())
        };
        Ok(PageFiles {
            files,
            front: lines("front.md.j2")?,
            guide: lines("guide.md.j2")?,
            models: lines("models.md.j2")?,
        })
    }
}

fn render(environment: &Environment<'_>, template: &str, values: minijinja::Value) -> Result<String, String> {
    let failed = |error: minijinja::Error| format!("templates/{template}: {error:#}");
    let template = environment.get_template(template).map_err(failed)?;
    template.render(values).map_err(failed)
}

/// Returns the entry of a program's manifest: from where the facts say that others get the package, or else from its folder.
fn dependency(package: &Package<'_>) -> String {
    let version = toml_string(&package.facts.version);
    let registry = match &package.facts.publish {
        package::Publish::Registries(names) => names.first(),
        package::Publish::Anywhere => return version,
        package::Publish::Never => None,
    };
    match (registry, &package.facts.repository) {
        (Some(name), _) => format!("{{ version = {version}, registry = {} }}", toml_string(name)),
        (None, Some(url)) => format!("{{ git = {} }}", toml_string(url)),
        (None, None) => {
            let beside = || format!("../{}", package.name);
            let folder = package.folder.map_or_else(beside, str::to_owned);
            format!("{{ path = {} }}", toml_string(&folder))
        }
    }
}

/// Derives a package name from the contract's title.
pub fn package_name(title: &str) -> String {
    let mut name = String::new();
    for c in title.chars() {
        match c {
            'a'..='z' | '0'..='9' => name.push(c),
            'A'..='Z' => name.push(c.to_ascii_lowercase()),
            _ if name.is_empty() || name.ends_with('-') => {}
            _ => name.push('-'),
        }
    }
    let name = name.trim_end_matches('-');
    if is_package_name(name) {
        return name.to_owned();
    }
    format!("{name}-sdk")
        .trim_start_matches(|c: char| !c.is_ascii_lowercase())
        .to_owned()
}

/// Returns true if a package can have this name, and code can refer to its crate.
pub fn is_package_name(name: &str) -> bool {
    package_name_fault(name).is_none()
}

/// Returns the reason that a package cannot have this name; `None`: it can.
pub fn package_name_fault(name: &str) -> Option<&'static str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let library = name.to_ascii_lowercase().replace('-', "_");
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Some("it must begin with a letter");
    }
    if !name.chars().all(plain) {
        return Some("a name contains only letters, digits, `-` and `_`");
    }
    if name.len() > limits::PACKAGE_CHARACTERS {
        return Some("it is longer than 64 characters");
    }
    if OF_RUST.contains(&library.as_str()) || !crate::emit::is_library_name(&library) {
        return Some("it is a keyword of Rust or a reserved name of cargo");
    }
    if OF_WINDOWS.contains(&library.as_str()) {
        return Some("Windows does not allow a file of this name");
    }
    if library == LIBRARY || OF_THE_RUNTIME.contains(&library.as_str()) {
        return Some("it is the name of a crate that every generated crate depends on");
    }
    None
}

/// Returns true for a version that cargo accepts: `1.2.3`, with optional `-pre` and `+build`.
pub fn is_version(version: &str) -> bool {
    let (rest, build) = version
        .split_once('+')
        .map_or((version, None), |(rest, end)| (rest, Some(end)));
    let (numbers, pre) = rest
        .split_once('-')
        .map_or((rest, None), |(rest, end)| (rest, Some(end)));
    let digits = |text: &str| {
        !text.is_empty() && text.len() <= limits::VERSION_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let number = |text: &str| digits(text) && (text.len() == 1 || !text.starts_with('0'));
    let word = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let words = |text: Option<&str>| text.is_none_or(|text| text.split('.').all(word));
    let pre_numbers = pre.is_none_or(|pre| pre.split('.').all(|one| !digits(one) || number(one)));
    numbers.split('.').count() == 3 && numbers.split('.').all(number) && words(pre) && words(build) && pre_numbers
}

/// Crates of the Rust distribution, and names that cargo reserves.
const OF_RUST: &[&str] = words![alloc core crate proc_macro self std super test build deps examples incremental];

/// Device names of Windows.
const OF_WINDOWS: &[&str] = &[
    "aux", "con", "nul", "prn", "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt0",
    "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// The runtime and its dependencies: a crate with one of these names would shadow it in a program that uses both.
const OF_THE_RUNTIME: &[&str] = words![
    sdkwright_description sdkwright_json sdkwright_signing async_compression aws_lc_rs axum_core base64 base64ct bytes chrono ed25519_dalek futures_core getrandom hkdf hmac
    http http_body httpdate hyper jiff p256 p384 p521 percent_encoding regex_lite reqwest rust_decimal rustls serde serde_json sfv sha2
    thiserror tokio tower_layer tower_service tracing x509_cert zeroize
];

// Links of templates: a text and its targets come in, a link of rustdoc or of Markdown comes out.

/// The global that is true while documentation of Rust is rendered.
const IN_RUST: &str = "in_rust";

/// Adds the functions of templates.
fn add_links(environment: &mut Environment<'_>) {
    environment.add_global(IN_RUST, false);
    environment.add_function("link", guide_link);
    environment.add_function("item", guide_item);
    environment.add_function("section", guide_section);
}

fn is_rust(state: &State<'_, '_>) -> bool {
    state.lookup(IN_RUST).is_some_and(|value| value.is_true())
}

/// Links a text to an item of the crate in rustdoc, and to a place of the pages in Markdown.
fn guide_link(state: &State<'_, '_>, text: &str, item: &str, place: &str) -> String {
    format!("[{text}]({})", if is_rust(state) { item } else { place })
}

/// Links the title of a section of the guide to it.
fn guide_section(state: &State<'_, '_>, title: &str) -> String {
    let anchor = guide_anchor(title);
    let (item, place) = (format!("crate::guide#{anchor}"), format!("docs/guide.md#{anchor}"));
    guide_link(state, title, &item, &place)
}

/// Shows code, which in rustdoc is a link to an item of the crate.
fn guide_item(state: &State<'_, '_>, code: &str, item: &str) -> String {
    if is_rust(state) {
        format!("[`{code}`](crate::{item})")
    } else {
        format!("`{code}`")
    }
}

/// Returns the anchor that Markdown renderers generate for a heading.
fn guide_anchor(heading: &str) -> String {
    let kept = heading
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase)
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

// Text to TOML: the only conversion.

/// Returns a basic string with its quotes.
fn toml_string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if is_hidden(c) => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::{OF_THE_RUNTIME, Package, guide_anchor, is_package_name, is_version, package_name, package_name_fault};
    use crate::package::{ManifestFields, Publish};

    #[test]
    fn a_title_becomes_a_name_that_cargo_takes() {
        for (title, name) in [
            ("Oceafin Partner API", "oceafin-partner-api"),
            ("  3D/Secure -- v2! ", "d-secure-v2-sdk"),
            ("Match", "match-sdk"),
            ("Tokio", "tokio-sdk"),
            ("日本", "sdk"),
            ("", "sdk"),
        ] {
            assert_eq!(package_name(title), name, "{title}");
            assert!(is_package_name(name), "{name}");
        }
    }

    #[test]
    fn no_package_is_called_like_a_crate_it_is_built_upon() {
        let manifest = include_str!("../../runtime/Cargo.toml");
        let dependencies = manifest.split("\n[dependencies]\n").nth(1).unwrap();
        let dependencies = dependencies.split("\n[").next().unwrap();
        let names = dependencies.lines().filter_map(|line| line.split(['.', ' ']).next());
        for name in names.filter(|name| !name.is_empty()) {
            assert!(OF_THE_RUNTIME.contains(&name.replace('-', "_").as_str()), "{name}");
            assert!(package_name_fault(name).is_some(), "{name}");
        }
        for name in [
            "std",
            "core",
            "Tokio",
            crate::runtime::PACKAGE,
            "con",
            "match",
            "1a",
            "a b",
            "",
            "ä",
            "build",
        ] {
            assert!(!is_package_name(name), "{name}");
        }
        for name in ["petstore", "tokio-sdk", "A_b-9"] {
            assert_eq!(package_name_fault(name), None, "{name}");
        }
    }

    #[test]
    fn a_version_is_one_that_cargo_takes() {
        for good in ["0.1.0", "1.2.3-rc.1", "1.0.0-alpha+build.5", "10.20.30"] {
            assert!(is_version(good), "{good}");
        }
        for bad in [
            "",
            "1",
            "1.0",
            "1.0.0.0",
            "01.0.0",
            "1.0.x",
            "1.0.0-",
            "1.0.0-01",
            "1.0.0-a..b",
            "v1.0.0",
            "1.0.0\"",
        ] {
            assert!(!is_version(bad), "{bad}");
        }
    }

    #[test]
    fn a_program_gets_the_package_from_where_its_manifest_says() {
        let entry = |publish: Publish, repository: Option<&str>| {
            let facts = ManifestFields {
                publish,
                repository: repository.map(str::to_owned),
                ..ManifestFields::default()
            };
            let (name, place) = ("petstore".to_owned(), Vec::new());
            super::dependency(&Package {
                name,
                folder: None,
                facts: &facts,
                place,
                server: None,
                standalone: true,
            })
        };
        let (git, ours) = (Some("https://example.com/\"sdk\".git"), || {
            Publish::Registries(vec!["ours".to_owned()])
        });
        assert_eq!(entry(Publish::Never, None), r#"{ path = "../petstore" }"#);
        assert_eq!(
            entry(Publish::Never, git),
            r#"{ git = "https://example.com/\"sdk\".git" }"#
        );
        assert_eq!(entry(Publish::Anywhere, git), r#""0.1.0""#);
        assert_eq!(entry(ours(), git), r#"{ version = "0.1.0", registry = "ours" }"#);
    }

    #[test]
    fn a_heading_is_found_by_its_anchor() {
        assert_eq!(guide_anchor("customers().create"), "customerscreate");
        assert_eq!(guide_anchor("Problem codes"), "problem-codes");
    }

    #[test]
    fn nothing_ends_the_string() {
        assert_eq!(
            super::toml_string("a\"\n[x]\\ \u{7f}\u{202e}ä"),
            "\"a\\\"\\u000A[x]\\\\ \\u007F\\u202Eä\""
        );
    }
}
