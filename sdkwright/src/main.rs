//! The installed command: `sdkwright generate`.

/// Syntax trees are millions of small allocations: with the system's allocator they would take a third of a run.
#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    sdkwright::Program::new("sdkwright").run(std::env::args_os().skip(1))
}
