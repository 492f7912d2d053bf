//! Processes that share a pgbouncer, which gives each transaction any of its sessions.

use std::process::{Command, Stdio};

use sdkwright_journal::conformance::PrivateServer;
use sdkwright_journal::{Journal, Postgres};

use super::connect;
use crate::calls::key;
use crate::calls::server::{Server, create};

const PROCESSES: usize = 6;
const ACTIONS: usize = 40;

/// The connection string and the number of a process that the test starts.
const ENVIRONMENT: [&str; 2] = ["SDK_JOURNAL_POOLED", "SDK_JOURNAL_PROCESS"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn six_processes_open_and_pay_through_a_pool_of_four_sessions() {
    let [config, process] = ENVIRONMENT.map(std::env::var);
    if let (Ok(config), Ok(process)) = (config, process) {
        return pay(&config, &process).await;
    }
    sdkwright_watch::listen();
    let Some(server) = PrivateServer::start().unwrap() else {
        // skipped without initdb
        return;
    };
    let Some(pooler) = server.pooler(4).unwrap() else {
        // skipped without pgbouncer
        return;
    };
    let name = "postgres::pooled::six_processes_open_and_pay_through_a_pool_of_four_sessions";
    let started: Vec<_> = (0..PROCESSES)
        .map(|process| {
            let [config, number] = ENVIRONMENT;
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", name, "--nocapture"])
                .env(config, pooler.config())
                .env(number, process.to_string())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    for (process, child) in started.into_iter().enumerate() {
        let output = child.wait_with_output().unwrap();
        assert!(
            output.status.success(),
            "process {process}: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let own = connect(&server.config()).await;
    let settled = "SELECT count(*) FROM sdkwright_journal_intents WHERE state = 'executed'";
    let settled: i64 = own.query_one(settled, &[]).await.unwrap().get(0);
    assert_eq!(usize::try_from(settled), Ok(PROCESSES * ACTIONS));
}

/// One of the processes: pays all at once.
async fn pay(config: &str, process: &str) {
    let journal = Journal::new(Postgres::connect(config).await.unwrap()).unwrap();
    let server = Server::default();
    // Its server gives out ids that those of the others give out, too.
    let client = server.client_of(process, "https://api.example.com", &journal);
    let calls: Vec<_> = (0..ACTIONS)
        .map(|action| {
            let (client, name) = (client.clone(), format!("{process}-{action}"));
            tokio::spawn(async move { create(&client, key(&name), &name).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    let pending = journal.actions(&client).pending().await.unwrap();
    assert!(pending.records.is_empty() && pending.broken.is_empty());
    assert_eq!(usize::try_from(server.effects()), Ok(ACTIONS));
}
