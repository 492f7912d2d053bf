//! Keeps `generated/` what the contract says. With SDKWRIGHT_CHECK=1 it writes nothing, and fails where it would.

fn main() -> std::process::ExitCode {
    sdkwright::build(["--contract", "{contract}", "--out", "generated"])
}
