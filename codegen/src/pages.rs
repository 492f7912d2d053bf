//! Text beside the Rust files: the package's manifest, a readme, a reference of everything.
//!
//! In: what `emit` says about the API in plain safe text, and templates. Out: paths and texts. A template that names
//! something that does not exist fails; text of a contract gets into TOML through one function only.

mod toml;

use serde::Serialize;

use crate::emit::Reference;

/// The package that the files make.
#[derive(Debug, Clone, Serialize)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Where the runtime is, relative to the package or absolute.
    pub runtime: String,
    /// It is a workspace of its own.
    pub standalone: bool,
}

/// The templates by the path of what they make.
const PAGES: &[(&str, &str)] = &[
    ("Cargo.toml", "Cargo.toml.j2"),
    ("README.md", "README.md.j2"),
    ("REFERENCE.md", "REFERENCE.md.j2"),
    ("rustfmt.toml", "rustfmt.toml.j2"),
];

#[derive(Serialize)]
struct Facts<'a> {
    header: &'a str,
    package: &'a Package,
    library: String,
    api: &'a Reference,
}

/// All pages: path and text.
pub fn render(
    reference: &Reference,
    package: &Package,
    header: &str,
    templates: &[(&str, &str)],
) -> Result<Vec<(String, String)>, String> {
    let mut environment = minijinja::Environment::new();
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    let syntax = minijinja::syntax::SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build();
    environment.set_syntax(syntax.map_err(|error| format!("{error:#}"))?);
    environment.add_filter("toml", |text: String| toml::string(&text));
    environment.add_filter("anchor", |text: String| anchor(&text));
    for (name, text) in templates {
        environment
            .add_template(name, text)
            .map_err(|error| format!("templates/{name}: {error:#}"))?;
    }
    let facts = Facts {
        header,
        package,
        library: package.name.replace('-', "_"),
        api: reference,
    };
    let page = |(path, template): &(&str, &str)| {
        let failed = |error: minijinja::Error| format!("templates/{template}: {error:#}");
        let text = environment
            .get_template(template)
            .map_err(failed)?
            .render(minijinja::value::Serde(&facts))
            .map_err(failed)?;
        Ok(((*path).to_owned(), text))
    };
    PAGES.iter().map(page).collect()
}

/// The anchor that Markdown renderers make of a heading.
fn anchor(heading: &str) -> String {
    let kept = heading
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase)
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

/// The name of a package for a contract that was given none: from its title.
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

/// Can a package be called that, and its crate be named in code?
pub fn is_package_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let library = name.replace('-', "_");
    let taken = [
        "sdk_runtime",
        "std",
        "core",
        "alloc",
        "test",
        "proc_macro",
        "crate",
        "self",
        "super",
    ];
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.len() <= 64
        && name.chars().all(plain)
        && !taken.contains(&library.as_str())
        && crate::emit::is_library_name(&library)
}

#[cfg(test)]
mod tests {
    use super::{anchor, is_package_name, package_name};

    #[test]
    fn a_title_becomes_a_name_that_cargo_takes() {
        for (title, name) in [
            ("Oceafin Partner API", "oceafin-partner-api"),
            ("  3D/Secure -- v2! ", "d-secure-v2-sdk"),
            ("Match", "match-sdk"),
            ("日本", "sdk"),
            ("", "sdk"),
        ] {
            assert_eq!(package_name(title), name, "{title}");
            assert!(is_package_name(name), "{name}");
        }
    }

    #[test]
    fn a_heading_is_found_by_its_anchor() {
        assert_eq!(anchor("customers().create"), "customerscreate");
        assert_eq!(anchor("Problem codes"), "problem-codes");
    }
}
