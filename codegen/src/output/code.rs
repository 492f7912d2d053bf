//! An API to the code of its crate as syntax, for readers of its items: no text is printed and no page is made.

use super::interface::interface;
use crate::emit::{About, Exports, ItemOrigin, RustFile, emit, exported};
use crate::naming::Names;
use sdkwright_contract::ir;

/// The code of a crate.
#[derive(Clone)]
pub struct Code {
    /// Files: path below the crate's folder, and items without documentation, bodies of functions and values of constants.
    pub files: Vec<(String, Vec<syn::Item>)>,
    /// Cargo features, each with whether it is on by default.
    pub features: Vec<(String, bool)>,
    /// Node of the contract from which each item was made.
    pub origins: Vec<ItemOrigin>,
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let files: Vec<&str> = self.files.iter().map(|(path, _)| path.as_str()).collect();
        f.debug_struct("Code").field("files", &files).finish_non_exhaustive()
    }
}

/// Makes the code of the crate of an API. Errors: invalid items, which is a defect of `emit`.
pub fn code(api: &ir::Api, names: &Names) -> Result<Code, String> {
    let about = About {
        package: "sdk".to_owned(),
        version: String::new(),
        contract_sha256: String::new(),
        custom: false,
        documented: false,
    };
    let files = emit(api, names, &about);
    let parse = |file: Option<RustFile>| file.map(items_of).transpose();
    let mut parsed: Vec<(String, Vec<syn::Item>)> = Vec::new();
    for index in 0..files.len() {
        parsed.extend(parse(files.file(index))?);
    }
    let exports: Exports = parsed
        .iter()
        .map(|(path, items)| (path.clone(), items.iter().filter_map(exported).collect()))
        .collect();
    parsed.extend(parse(Some(files.models(&exports, Vec::new())))?);
    parsed.extend(parse(Some(files.library(false, Vec::new())))?);
    Ok(Code {
        files: parsed,
        features: files.features(),
        origins: files.origins(),
    })
}

/// Reads the items of a file.
fn items_of(file: RustFile) -> Result<(String, Vec<syn::Item>), String> {
    let mut items = Vec::new();
    for tokens in file.items {
        let one: syn::File = syn::parse2(interface(tokens)).map_err(|error| format!("{}: {error}", file.path))?;
        items.extend(one.items);
    }
    Ok((file.path, items))
}
