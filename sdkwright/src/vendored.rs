//! The source of the runtime, inside the program: a crate can have it without this repository.

include!(concat!(env!("OUT_DIR"), "/runtime.rs"));

#[cfg(test)]
mod tests {
    use super::FILES;

    #[test]
    fn the_runtime_inside_the_program_is_whole_and_has_no_tests() {
        let names: Vec<&str> = FILES.iter().map(|(path, _)| *path).collect();
        for name in ["Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT", "src/lib.rs"] {
            for room in ["", "json/", "signing/"] {
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
