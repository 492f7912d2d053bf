//! The place of the runtime as users write it: `vendored`, `registry:VERSION`, `git:URL#REVISION` or `path:FOLDER`.
//!
//! In: the text. Out: the place for the generated manifest. Looks at no folder, so that the output is the same on each machine.

use sdkwright_codegen::package::Runtime;
use sdkwright_codegen::pages;
use sdkwright_contract::text::is_hidden;

/// The places that can be written.
pub(crate) const ALLOWED: &str = "`vendored`, `registry:VERSION`, `git:URL#REVISION` or `path:FOLDER`";

/// Reads a place. Errors: what is allowed.
pub(crate) fn runtime(text: &str) -> Result<Runtime, String> {
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
                "write `git:URL#REVISION`, such as `git:https://example.com/sdk.git#1a2b3c4`; allowed are {ALLOWED}"
            )),
        },
        "registry" => Err(format!(
            "write `registry:VERSION`, such as `registry:0.1.0`; allowed are {ALLOWED}"
        )),
        _ => Err(format!("allowed are {ALLOWED}")),
    }
}

// The source of the runtime, inside the program: a crate can have it without this repository.

include!(concat!(env!("OUT_DIR"), "/runtime.rs"));

#[cfg(test)]
mod tests {
    use sdkwright_codegen::package::Runtime;

    use super::{FILES, runtime};

    #[test]
    fn each_form_is_read_and_others_are_not() {
        assert!(matches!(runtime("vendored"), Ok(Runtime::Vendored(_))));
        assert!(matches!(runtime("registry:1.2.3"), Ok(Runtime::Registry(version)) if version == "1.2.3"));
        assert!(matches!(runtime("path:../a:b"), Ok(Runtime::Path(path)) if path == "../a:b"));
        let git = runtime("git:file:///a/b.git#v1");
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
            assert!(runtime(wrong).unwrap_err().contains("`path:FOLDER`"), "{wrong}");
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
