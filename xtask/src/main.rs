//! The repository's commands: `cargo xtask generate`.

/// Syntax trees are millions of small allocations: with the system's allocator they would take a third of a run.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    sdkwright::Program::new("cargo xtask")
        .folder(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .run(std::env::args_os().skip(1))
}
