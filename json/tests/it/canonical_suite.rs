//! The public test data of RFC 8785 (cyberphone/json-canonicalization), from the folder that the environment variable
//! `CANONICAL_SUITE` names: `input` and `output` with the same file names.

use sdkwright_json as json;
use sdkwright_json::JsonValue;
use sdkwright_json::canonical;
use std::path::PathBuf;

/// Inputs with numbers that canonical JSON would write in another way, which we refuse on purpose, and where the first is.
const REFUSED_ON_PURPOSE: [(&str, &str); 2] = [("structures.json", "/1/\n"), ("values.json", "/numbers/0")];

#[test]
fn every_file_of_the_suite_becomes_its_output_or_is_refused_for_a_number() {
    let Some(folder) = std::env::var_os("CANONICAL_SUITE").map(PathBuf::from) else {
        // skipped without $CANONICAL_SUITE
        return;
    };
    let mut seen = 0;
    for entry in std::fs::read_dir(folder.join("input")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let input: JsonValue = json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let output = std::fs::read_to_string(folder.join("output").join(&name)).unwrap();
        let again: JsonValue = output.parse().unwrap();
        assert_eq!(canonical(&again).unwrap(), output, "the output of {name} is canonical");
        match REFUSED_ON_PURPOSE.iter().find(|(known, _)| *known == name) {
            Some((_, pointer)) => {
                assert_eq!(canonical(&input).unwrap_err().pointer, *pointer, "{name}");
            }
            None => assert_eq!(canonical(&input).unwrap(), output, "{name}"),
        }
        seen += 1;
    }
    assert!(seen >= 6, "{seen} files");
}
