//! Rust on the pages of a generated crate, as one module that the compiler reads: a function for each block.

use std::{collections::BTreeMap, fmt::Write as _};

/// Adds a private module with all blocks of the pages to the files of a crate. A block stands in a function that has a client.
pub(crate) fn add(files: &mut BTreeMap<String, String>, library: &str) {
    let pages = files.iter().filter(|(path, _)| path.ends_with(".md"));
    let blocks = pages.flat_map(|(path, text)| blocks(text).into_iter().map(move |block| (path, block)));
    let mut module = String::new();
    for (place, (path, block)) in blocks.enumerate() {
        // A program's attribute needs the crate `tokio`, which says nothing of this crate.
        let block = block
            .replace("#[tokio::main]\n", "")
            .replace(&format!("{library}::"), "crate::");
        let _ = write!(
            module,
            "\n/// {path}\nasync fn block_{place}(client: &crate::Client) -> Result<(), Box<dyn std::error::Error>> {{\n{block}Ok(())\n}}\n"
        );
    }
    files.insert("src/blocks_of_pages.rs".to_owned(), module);
    if let Some(root) = files.get_mut("src/lib.rs") {
        root.push_str("\n#[allow(unused, deprecated)]\nmod blocks_of_pages;\n");
    }
}

/// Returns the blocks of a page that are Rust.
fn blocks(page: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if line == "```rust" {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push(block.join("\n") + "\n");
        }
    }
    blocks
}
