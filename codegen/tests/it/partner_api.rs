//! The contract of this repository from its bytes to sealed and named, in strict mode, without a word of complaint.

use std::collections::HashSet;

use sdkwright_codegen::naming;
use sdkwright_contract::{Contract, Inputs, SourceFile, diag, ir};

fn sealed() -> (ir::Api, naming::Names) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/partner-api.yaml");
    let bytes = std::fs::read(path).unwrap();
    let mut report = diag::Report::new(diag::Levels::strict());
    let inputs = Inputs::new(SourceFile {
        name: "openapi/partner-api.yaml",
        bytes: &bytes,
    });
    let contract = Contract::from_inputs(&inputs, &|_| {}, &mut report).unwrap();
    let api = contract.meaning(&|_| {}, &mut report);
    let said: Vec<_> = report
        .diagnostics()
        .into_iter()
        .filter(|said| said.level >= diag::Level::Warning)
        .cloned()
        .collect();
    assert!(
        said.is_empty(),
        "{}",
        said.iter()
            .map(|said| said.message.as_str())
            .collect::<Vec<_>>()
            .join("\n")
    );
    let api = api.unwrap();
    let names = naming::assign(&api, &naming::Overrides::default(), 1, &mut report);
    assert_eq!(report.count(diag::Code::NameCollision), 0);
    (api, names)
}

#[test]
fn the_contract_lowers_and_seals_without_a_fallback() {
    let (api, _) = sealed();
    assert_eq!(api.operations().count(), 66);
    assert!(api.fallbacks.is_empty(), "{:?}", api.fallbacks);
    assert!(api.problem_codes.is_some() && api.idempotency.is_some() && api.webhooks.is_some());
    assert!(matches!(
        api.security.as_slice(),
        [ir::SecurityScheme {
            kind: ir::SecurityKind::Signing(_),
            ..
        }]
    ));
    for (_, operation) in api.operations().filter(|(_, operation)| !operation.method.is_safe()) {
        assert!(operation.intent.is_some(), "{}", operation.id);
    }
}

#[test]
fn every_name_of_the_contract_is_an_identifier_and_unique_in_its_scope() {
    let (api, names) = sealed();
    let mut types = HashSet::new();
    for (id, ty) in api.types() {
        if let Some(name) = names.ty(id) {
            assert!(types.insert(name.to_owned()), "{name}");
            assert!(names.file(id).is_some(), "{name}");
        }
        let count = match &ty.shape {
            ir::Shape::Object(object) => object.members.len(),
            ir::Shape::Enum(shape) => shape.values.len(),
            ir::Shape::Union(union) => union.variants.len(),
            _ => 0,
        };
        let parts: HashSet<&str> = (0..count).map(|index| names.member(id, index)).collect();
        assert_eq!(parts.len(), count);
        assert!(
            parts.iter().all(|part| syn::parse_str::<syn::Ident>(part).is_ok()),
            "{parts:?}"
        );
    }
    let mut methods = HashSet::new();
    for (id, _) in api.operations() {
        let group = names.group_of(id).unwrap();
        for method in names.operation(id).methods.iter().chain(&names.operation(id).aliases) {
            assert!(
                methods.insert((group.snake.clone(), method.clone())),
                "{} {method}",
                group.snake
            );
        }
    }
}
