//! Lists the Rust type of each schema of a contract, and the schemas that stay any JSON value.
//!
//! `cargo run -p sdkwright-codegen --example types -- FILE LIBRARY`; prints `file#pointer<TAB>type` per schema, then
//! `file#pointer<TAB>! message` per place where something fell back; exits 1 if the contract is refused.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::{path::Path, process::ExitCode};

use sdkwright_codegen::{emit, naming};
use sdkwright_contract::{Contract, Inputs, SourceFile, diag, source};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(file), Some(library)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: types FILE LIBRARY");
        return ExitCode::FAILURE;
    };
    let mut report = diag::Report::new(diag::Levels::lenient());
    if tell(Path::new(&file), library, &mut report).is_none() {
        eprintln!("{file} is refused: `cargo xtask generate --contract {file}` says why");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn tell(file: &Path, library: String, report: &mut diag::Report) -> Option<()> {
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
    let contract = Contract::from_inputs(&inputs, &|_| {}, report)?;
    let api = contract.meaning(&|_| {}, report)?;
    let document = &contract.document;
    let names = naming::assign(&api, &naming::Overrides::default(), 1, report);
    let about = emit::About {
        package: library,
        version: String::new(),
        contract_sha256: String::new(),
        custom: false,
        documented: true,
        server: false,
    };
    let place = |node: source::Node<'_>| {
        let file = report.sources.file(node.span().file).map_or("", |file| &file.name);
        format!("{file}#{}", node.pointer())
    };
    for (node, ty) in emit::spellings(&api, &names, &about) {
        println!("{}\t{ty}", place(document.node(node)));
    }
    let nodes = (0..u32::try_from(document.tree.len()).ok()?).map(|index| document.node(source::NodeId(index)));
    let fell = |one: &&diag::Diagnostic| {
        matches!(
            one.code,
            diag::Code::Unsupported | diag::Code::Contradiction | diag::Code::EndlessType
        )
    };
    for diagnostic in report.diagnostics().into_iter().filter(fell) {
        let node = nodes.clone().find(|node| node.span() == diagnostic.primary.span);
        println!(
            "{}\t! {}",
            node.map_or_else(|| "?".to_owned(), &place),
            diagnostic.message
        );
    }
    Some(())
}
