//! Templates of the pages, inside the program: it needs no file of its own at run time.

/// File names and texts, in the order of the names.
pub(crate) const TEMPLATES: &[(&str, &str)] = &[
    ("ASSUMPTIONS.md.j2", include_str!("../../templates/ASSUMPTIONS.md.j2")),
    ("Cargo.toml.j2", include_str!("../../templates/Cargo.toml.j2")),
    ("README.md.j2", include_str!("../../templates/README.md.j2")),
    ("errors.md.j2", include_str!("../../templates/errors.md.j2")),
    ("front.md.j2", include_str!("../../templates/front.md.j2")),
    ("group.md.j2", include_str!("../../templates/group.md.j2")),
    ("guide-page.md.j2", include_str!("../../templates/guide-page.md.j2")),
    ("guide.md.j2", include_str!("../../templates/guide.md.j2")),
    ("index.md.j2", include_str!("../../templates/index.md.j2")),
    ("model-page.md.j2", include_str!("../../templates/model-page.md.j2")),
    ("model.md.j2", include_str!("../../templates/model.md.j2")),
    ("models.md.j2", include_str!("../../templates/models.md.j2")),
    ("rustfmt.toml.j2", include_str!("../../templates/rustfmt.toml.j2")),
];

#[cfg(test)]
mod tests {
    use super::TEMPLATES;

    #[test]
    fn every_template_of_the_folder_is_inside_the_program() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates");
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        let inside: Vec<&str> = TEMPLATES.iter().map(|(name, _)| *name).collect();
        assert_eq!(inside, names);
    }
}
