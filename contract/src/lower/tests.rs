//! One test per construct: what a few lines of contract become.

mod behaviour;
mod limits;
mod operations;
mod schemas;
mod signatures;
mod words;

use crate::{
    diag::{Code, Levels, Report},
    document,
    ir::{self, NameHint, Shape, TypeId, UnsealedApi},
    source,
};

/// A contract with these components (YAML, indented by four).
fn components(dialect: &str, schemas: &str) -> String {
    format!("openapi: {dialect}\ninfo: {{ title: T, version: '1' }}\npaths: {{}}\ncomponents:\n  schemas:\n{schemas}")
}

/// Lowers a text; the report is strict or lenient.
fn lower(text: &str, levels: Levels) -> (UnsealedApi, Report) {
    let mut report = Report::new(levels);
    let tree = source::load("contract.yaml", text.as_bytes(), &mut report);
    let tree = tree.unwrap_or_else(|| panic!("{:?}", report.diagnostics()));
    let document = document::parse(tree, &|_: &str| Err(document::Unread::default()), &mut report);
    let document = document.unwrap_or_else(|| panic!("{:?}", report.diagnostics()));
    let api = super::lower(&document, &mut report);
    (api, report)
}

/// Lowers a text that has no fault.
fn clean(text: &str) -> UnsealedApi {
    let (api, report) = lower(text, Levels::strict());
    let said: Vec<&str> = report
        .diagnostics()
        .iter()
        .map(|diagnostic| diagnostic.message.as_str())
        .collect();
    assert!(!report.has_errors(), "{said:?}");
    api
}

/// Codes and messages of a text in strict mode.
fn faults(text: &str) -> Vec<(Code, String)> {
    let (_, report) = lower(text, Levels::strict());
    report
        .diagnostics()
        .into_iter()
        .map(|diagnostic| (diagnostic.code, diagnostic.message.clone()))
        .collect()
}

/// The component of that name.
fn component<'a>(api: &'a UnsealedApi, name: &str) -> &'a ir::Type {
    let given = |ty: &&ir::Type| matches!(&ty.name, NameHint::Given(known) | NameHint::Pinned(known) if known == name);
    api.types
        .iter()
        .find(given)
        .unwrap_or_else(|| panic!("no component {name}"))
}

fn ty(api: &UnsealedApi, id: TypeId) -> &ir::Type {
    &api.types[id.0 as usize]
}

/// The object of that name.
fn object<'a>(api: &'a UnsealedApi, name: &str) -> &'a ir::ObjectShape {
    match &component(api, name).shape {
        Shape::Object(object) => object,
        other => panic!("{name} is {other:?}"),
    }
}

/// A member of the object of that name.
fn member<'a>(api: &'a UnsealedApi, name: &str, member: &str) -> &'a ir::Member {
    object(api, name)
        .members
        .iter()
        .find(|known| known.name == member)
        .unwrap_or_else(|| panic!("no member {member}"))
}

/// The shape of a member's type.
fn shape_of<'a>(api: &'a UnsealedApi, name: &str, of: &str) -> &'a Shape {
    &ty(api, member(api, name, of).ty).shape
}

/// The union of that name.
fn union<'a>(api: &'a UnsealedApi, name: &str) -> &'a ir::UnionShape {
    match &component(api, name).shape {
        Shape::Union(union) => union,
        other => panic!("{name} is {other:?}"),
    }
}
