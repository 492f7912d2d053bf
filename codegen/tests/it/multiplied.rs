//! Schemas that refer to each other many times, or that are nested deeply, are sealed and named in reasonable time.

use std::fmt::Write as _;

use sdkwright_codegen::naming;
use sdkwright_contract::{Contract, Inputs, SourceFile, diag};

/// Reads, lowers, seals and names a contract with lenient levels.
fn is_sealed(text: &str) -> bool {
    let mut report = diag::Report::new(diag::Levels::lenient());
    let inputs = Inputs::new(SourceFile {
        name: "multiplied.yaml",
        bytes: text.as_bytes(),
    });
    let contract = Contract::from_inputs(&inputs, &|_| {}, &mut report);
    let Some(api) = contract.and_then(|contract| contract.meaning(&|_| {}, &mut report)) else {
        return false;
    };
    naming::assign(&api, &naming::Overrides::default(), 2, &mut report);
    true
}

#[test]
fn schemas_that_multiply_end_soon() {
    let head = "openapi: 3.1.0\ninfo: { title: T, version: '1' }\npaths: {}\ncomponents:\n  schemas:\n";
    for keyword in ["allOf", "anyOf", "oneOf"] {
        let mut text = head.to_owned();
        for index in 0..40 {
            let next = (index + 1) % 40;
            let part = format!("{{ $ref: '#/components/schemas/S{next}' }}");
            let _ = writeln!(
                text,
                "    S{index}: {{ type: object, properties: {{ p{index}: {{ type: string }} }}, {keyword}: [{part}, {part}, {{ {keyword}: [{part}, {part}] }}] }}"
            );
        }
        assert!(is_sealed(&text), "{keyword}");
    }
    let mut text = head.to_owned();
    for index in 0..3000 {
        let _ = writeln!(
            text,
            "    S{index}: {{ type: object, required: [n], properties: {{ n: {{ $ref: '#/components/schemas/S{}' }} }} }}",
            (index + 1) % 3000
        );
    }
    assert!(is_sealed(&text), "a circle of required members is opened");
    let deep = format!(
        "{head}    D: {}{{ type: string }}{}\n",
        "{ type: array, items: ".repeat(110),
        " }".repeat(110)
    );
    assert!(is_sealed(&deep), "what is nested too deeply falls back");
}
