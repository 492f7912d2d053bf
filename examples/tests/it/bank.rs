//! The bank of the page on servers, as a process with a new file.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use rusqlite::Connection;

/// A bank that runs.
pub struct Bank {
    child: Child,
    /// Its base URL.
    pub url: String,
    folder: tempfile::TempDir,
}

/// The id of its client.
pub const CLIENT: &str = "demo-client";
/// The secret of its client, which its page prints.
pub const DEMO: &str = "demo-secret-for-tests-only";

impl Bank {
    /// Starts it, with a URL for its events and the secret that signs them.
    pub fn start(receiver: Option<(&str, &str)>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(crate::program("bank"));
        command.arg("127.0.0.1:0").arg(folder.path().join("bank.db"));
        if let Some((url, secret)) = receiver {
            command.env("BANK_RECEIVER", url);
            command.env("OCEAFIN_PARTNER_API_WEBHOOK_SECRET", secret);
        }
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut printed = BufReader::new(child.stdout.take().unwrap());
        printed.read_line(&mut line).unwrap();
        let url = line.trim_end().strip_prefix("the bank is listening on ").unwrap();
        let url = url.to_owned();
        Self { child, url, folder }
    }

    /// Returns the number of resources, without those that the bank creates by itself after the seed.
    pub fn resources(&self) -> u32 {
        let file = Connection::open(self.folder.path().join("bank.db")).unwrap();
        let select = "SELECT count(*) FROM resources WHERE kind NOT IN ('FiatAccount', 'Transaction')";
        file.query_row(select, [], |row| row.get(0)).unwrap()
    }
}

impl Drop for Bank {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
