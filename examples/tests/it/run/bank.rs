//! The examples against the bank of the page on servers, as they run against the local sandbox.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use rusqlite::Connection;

use super::{Kept, Receiver, WORKFLOWS, bare, printed, wait_for};

const WEBHOOK_SECRET: &str = "sentinel9f2-webhook-secret-0123456789abcdef";

/// A bank that runs with a new file.
struct Bank {
    child: Child,
    url: String,
    folder: tempfile::TempDir,
}

impl Bank {
    /// Starts it, with a receiver of its events.
    fn start(receiver: &Receiver) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(crate::program("bank"))
            .arg("127.0.0.1:0")
            .arg(folder.path().join("bank.db"))
            .env("BANK_RECEIVER", &receiver.url)
            .env("OCEAFIN_PARTNER_API_WEBHOOK_SECRET", WEBHOOK_SECRET)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let url = line.trim_end().strip_prefix("the bank is listening on ").unwrap();
        let url = url.to_owned();
        Self { child, url, folder }
    }

    /// Returns what an example printed that ended well.
    fn run(&self, name: &str, arguments: &[&str]) -> String {
        let mut command = bare(name);
        command
            .env("OCEAFIN_PARTNER_API_BASE_URL", &self.url)
            .env("OCEAFIN_PARTNER_API_CLIENT_ID", "demo-client")
            .env("OCEAFIN_PARTNER_API_CLIENT_SECRET", "demo-secret-for-tests-only");
        printed(&command.args(arguments).output().unwrap())
    }

    /// Returns the number of resources, without those that the bank creates by itself after the seed.
    fn resources(&self) -> u32 {
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

#[test]
fn every_example_ends_well_at_the_bank_and_does_nothing_twice() {
    let receiver = Receiver::start(WEBHOOK_SECRET);
    let bank = Bank::start(&receiver);
    let others = [
        ("onboard_individual", "cust-9001", " is APPROVED\n"),
        ("onboard_corporate", "cust-9002", " is APPROVED\n"),
        ("fiat_withdrawal", "wd-9001", " is COMPLETED\n"),
        ("conversion", "cv-9001", " is COMPLETED\n"),
    ];
    for (name, id, ending) in WORKFLOWS.into_iter().chain(others) {
        let kept = Kept::new();
        let said = bank.run(name, &kept.arguments(id));
        assert!(said.ends_with(ending), "{name}: {said}");
        let resources = bank.resources();
        let again = bank.run(name, &kept.arguments(id));
        assert!(again.ends_with(ending), "{name}: {again}");
        assert_eq!(bank.resources(), resources, "{name}: {said}{again}");
    }
    assert!(bank.run("quick_start", &[]).ends_with(" is APPROVED\n"));
    assert!(bank.run("balances", &[]).ends_with("the latest is COMPLETED\n"));
    wait_for(|| receiver.said("conversion.created: read conversion ").then_some(()));
}
