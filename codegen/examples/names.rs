//! Lists the names that a crate made from a contract has for operations and types.
//!
//! `cargo run -p sdkwright-codegen --example names -- FILE` prints lines of cells that tabs separate. It exits 1 if the contract is refused.
//!
//! - per method: `method`, group, name, id (empty if the contract gives none), request method, path
//! - per operation: `operation`, request method, path, paging or `-`, key or `-`, `list` or `-`
//! - per type: `type` or `alias`, name, pointer

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::{path::Path, process::ExitCode};

use sdkwright_codegen::naming;
use sdkwright_contract::{Contract, Inputs, SourceFile, diag, ir, recognise};

fn main() -> ExitCode {
    let Some(file) = std::env::args().nth(1) else {
        eprintln!("usage: names FILE");
        return ExitCode::FAILURE;
    };
    if tell(Path::new(&file)).is_none() {
        eprintln!("{file} is refused: `cargo xtask generate --contract {file}` says why");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn tell(file: &Path) -> Option<()> {
    let mut report = diag::Report::new(diag::Levels::lenient());
    let bytes = std::fs::read(file).ok()?;
    let folder = file.parent().unwrap_or(Path::new(".")).to_owned();
    let others = move |path: &str| std::fs::read(folder.join(path)).map_err(sdkwright_contract::document::Unread::from);
    let name = file.file_name()?.to_string_lossy().into_owned();
    let contract = SourceFile {
        name: &name,
        bytes: &bytes,
    };
    let inputs = Inputs {
        others: &others,
        ..Inputs::new(contract)
    };
    let api = Contract::from_inputs(&inputs, &|_| {}, &mut report)?.meaning(&|_| {}, &mut report)?;
    let names = naming::assign(&api, &naming::Overrides::default(), 1, &mut report);
    for (id, operation) in api.operations() {
        let called = names.operation(id);
        let group = names.group_of(id).map_or("", |group| group.snake.as_str());
        let given = if operation.id_given { operation.id.as_str() } else { "" };
        let place = format!("{given}\t{}\t{}", operation.method.token(), operation.path);
        let all = called.methods.iter().chain(&called.aliases).chain(&called.draft);
        for method in all {
            println!("method\t{group}\t{method}\t{place}");
        }
    }
    for (_, operation) in api.operations() {
        let paging = operation.pagination.as_ref();
        let paging = paging.map_or_else(|| "-".to_owned(), |paging| format!("{:?}", paging.next));
        let key = operation.declared_key.as_ref();
        let key = key.map_or_else(|| "-".to_owned(), |key| format!("{:?}", key.place));
        let items = if recognise::has_items(&api, operation) == Some(true) {
            "list"
        } else {
            "-"
        };
        println!(
            "operation\t{}\t{}\t{paging}\t{key}\t{items}",
            operation.method.token(),
            operation.path
        );
    }
    for (id, ty) in api.types() {
        if let Some(name) = names.ty(id) {
            let kind = if matches!(ty.shape, ir::Shape::Alias(_)) {
                "alias"
            } else {
                "type"
            };
            println!("{kind}\t{name}\t{}", ty.origin.pointer);
        }
    }
    Some(())
}
