//! Sets the variable `REPOSITORY`, the folder with the pages that the command contains: the repository, or the folder `packaged` of the
//! published package. In the repository, links in that folder refer to the originals.

#![allow(clippy::print_stdout, reason = "cargo reads what a build script prints")]

use std::path::Path;
use std::{env, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let here = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let here = Path::new(&here);
    let is_repository = here.join("../../docs/use/sandbox.md").exists();
    let root = here.join(if is_repository { "../.." } else { "packaged" });
    println!("cargo::rustc-env=REPOSITORY={}", root.display());
    Ok(())
}
