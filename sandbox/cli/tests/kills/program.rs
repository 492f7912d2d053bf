//! The local server as a program of its own, which is killed with its value.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

pub(crate) struct Program {
    child: Child,
    /// Stays open, so that the server can go on printing.
    _output: BufReader<ChildStdout>,
    pub(crate) base_url: String,
}

impl Program {
    /// Starts the server on a port that it takes itself, so that no other program can have it, and waits until it listens.
    pub(crate) fn start<'a>(contract: &str, store: &str, arguments: impl IntoIterator<Item = &'a str>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sdkwright-sandbox"));
        command.args(["--contract", contract, "--store", store, "--port", "0", "--log=nothing"]);
        let mut child = command.args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let (_, base_url) = line.trim_end().rsplit_once(" on ").unwrap();
        let base_url = base_url.to_owned();
        Self {
            child,
            _output: output,
            base_url,
        }
    }

    /// Host and port.
    pub(crate) fn host(&self) -> &str {
        let after = self.base_url.strip_prefix("http://").unwrap();
        after.split_once('/').map_or(after, |(host, _)| host)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}
