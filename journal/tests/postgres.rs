//! PostgreSQL against the conformance suite, on a server of the test's own.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::sync::atomic::{AtomicU32, Ordering};

use sdk_journal::conformance::{self, PrivateServer, intent};
use sdk_journal::{Journal, Postgres};
use tokio_postgres::NoTls;

async fn connect(config: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(config, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_conforms() {
    let Some(server) = PrivateServer::start().unwrap() else {
        eprintln!("PostgreSQL is not installed: its tests are skipped");
        return;
    };
    let admin = connect(&server.config()).await;
    let count = AtomicU32::new(0);
    conformance::check(|| async {
        let name = format!("fresh_{}", count.fetch_add(1, Ordering::Relaxed));
        admin.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
        let config = server.config().replace("dbname=postgres", &format!("dbname={name}"));
        // Two at once bring the tables up to date, and a third finds them so.
        let (one, two) = tokio::join!(Postgres::connect(&config), Postgres::connect(&config));
        two?;
        Postgres::connect(&config).await?;
        one
    })
    .await
    .unwrap();
    an_intent_recorded_in_a_transaction_is_there_if_it_commits(&server.config()).await;
}

async fn an_intent_recorded_in_a_transaction_is_there_if_it_commits(config: &str) {
    let journal = Journal::new(Postgres::connect(config).await.unwrap()).unwrap();
    let mut own = connect(config).await;
    own.batch_execute("CREATE TABLE orders (name TEXT)").await.unwrap();
    for commits in [false, true] {
        let mut transaction = own.transaction().await.unwrap();
        transaction
            .execute("INSERT INTO orders VALUES ('wd-1')", &[])
            .await
            .unwrap();
        let recorded = journal
            .record_in(&mut transaction, intent("k", "wd-1", 1_782_604_800))
            .await;
        recorded.unwrap().unwrap();
        if commits {
            transaction.commit().await.unwrap();
        } else {
            transaction.rollback().await.unwrap();
        }
        assert_eq!(journal.pending().await.unwrap().len(), usize::from(commits));
    }
    // Refused before anything is written, and the partner's transaction goes on.
    let mut transaction = own.transaction().await.unwrap();
    let recorded = journal
        .record_in(&mut transaction, intent("k", "wd-2", 1_782_604_800))
        .await;
    recorded.unwrap().unwrap_err();
    transaction
        .execute("INSERT INTO orders VALUES ('wd-2')", &[])
        .await
        .unwrap();
    transaction.commit().await.unwrap();
}
