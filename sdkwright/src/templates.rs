//! Templates of the pages, inside the program: it needs no file of its own at run time.

/// Pairs names with the texts of these templates.
macro_rules! templates {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!(env!("REPOSITORY"), "/templates/", $name)))),*]
    };
}

/// File names and texts, in the order of the names.
pub(crate) const TEMPLATES: &[(&str, &str)] = templates! {
    "ASSUMPTIONS.md.j2"
    "Cargo.toml.j2"
    "README.md.j2"
    "errors.md.j2"
    "front.md.j2"
    "group.md.j2"
    "guide-page.md.j2"
    "guide.md.j2"
    "index.md.j2"
    "model-page.md.j2"
    "model.md.j2"
    "models.md.j2"
    "rustfmt.toml.j2"
};
