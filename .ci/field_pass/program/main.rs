//! Reads and writes examples of a contract (`read`), or makes the documented calls (`call URL FILE`), with its generated crate.

mod calls;
mod pages;
#[allow(dead_code, deprecated)]
mod types;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let given: Vec<String> = std::env::args().collect();
    match given[1].as_str() {
        "read" => types::check_lines(),
        "call" => calls::call(&given[2], &given[3])?,
        _ => return Err("usage: read | call URL FILE".into()),
    }
    Ok(())
}
