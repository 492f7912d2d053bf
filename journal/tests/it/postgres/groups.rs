//! Changes that wait at the same moment and share a transaction.

use std::collections::BTreeMap;

use sdkwright_journal::conformance::{self, PrivateServer, intent};
use sdkwright_journal::{Journal, Postgres, StoreError};
use sdkwright_runtime::journal::JournalRefusal;

use super::faults::database;
use super::proxy::{Mode, Proxy};
use super::{NOW, connect};

const CHANGES: usize = 40;

pub(super) async fn check(server: &PrivateServer) {
    changes_that_wait_together_share_transactions(&database(server, "shared").await).await;
    changes_of_one_subject_that_wait_together_are_decided_one_after_the_other(&database(server, "subject").await).await;
    a_change_that_fails_among_others_fails_alone(&database(server, "alone").await).await;
    each_change_of_a_commit_without_response_ends_right(&database(server, "doubt").await).await;
}

type Recorded = Result<Result<(), JournalRefusal>, StoreError>;

/// Records intents at once, each with a key.
async fn record(journal: &Journal<Postgres>, subject: impl Fn(&str) -> String) -> BTreeMap<String, Recorded> {
    let calls: Vec<_> = (0..CHANGES)
        .map(|number| {
            let (journal, key) = (journal.clone(), format!("k-{number}"));
            let mut intent = intent(&key, &key, NOW);
            intent.subject = Some(subject(&key));
            tokio::spawn(async move { (key, journal.record(intent).await) })
        })
        .collect();
    let mut recorded = BTreeMap::new();
    for call in calls {
        recorded.extend([call.await.unwrap()]);
    }
    recorded
}

async fn pending(config: &str) -> usize {
    let journal = Journal::new(Postgres::connect(config).await.unwrap()).unwrap();
    let pending = journal.actions(&conformance::client(NOW).unwrap()).pending().await;
    pending.unwrap().records.len()
}

async fn changes_that_wait_together_share_transactions(config: &str) {
    let journal = Journal::new(Postgres::connect(config).await.unwrap()).unwrap();
    let recorded = record(&journal, str::to_owned).await;
    assert!(recorded.into_values().all(|recorded| matches!(recorded, Ok(Ok(())))));
    let own = connect(config).await;
    // Rows of one transaction have its number.
    let count = "SELECT count(*), count(DISTINCT xmin::text) FROM sdkwright_journal_intents";
    let counted = own.query_one(count, &[]).await.unwrap();
    let (rows, transactions): (i64, i64) = (counted.get(0), counted.get(1));
    assert_eq!(usize::try_from(rows), Ok(CHANGES));
    assert!(transactions <= rows / 2, "{transactions} transactions");
}

async fn changes_of_one_subject_that_wait_together_are_decided_one_after_the_other(config: &str) {
    let journal = Journal::new(Postgres::connect(config).await.unwrap()).unwrap();
    let recorded = record(&journal, |_| "one".to_owned()).await;
    let is_first = |recorded: &Recorded| matches!(recorded, Ok(Ok(())));
    let first: Vec<&String> = recorded
        .iter()
        .filter(|(_, recorded)| is_first(recorded))
        .map(|(key, _)| key)
        .collect();
    let [first] = first[..] else { panic!("{recorded:?}") };
    for refused in recorded.values().filter(|recorded| !is_first(recorded)) {
        assert!(
            matches!(refused, Ok(Err(JournalRefusal::AnotherKey { key })) if key == first),
            "{refused:?}"
        );
    }
    assert_eq!(pending(config).await, 1);
}

async fn a_change_that_fails_among_others_fails_alone(config: &str) {
    let own = connect(config).await;
    own.batch_execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF NEW.key = 'k-7' THEN RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END IF;
            RETURN NEW;
         END $$;
         CREATE TRIGGER refuse BEFORE INSERT ON sdkwright_journal_intents FOR EACH ROW EXECUTE FUNCTION refuse()",
    )
    .await
    .unwrap();
    let journal = Journal::new(Postgres::connect(config).await.unwrap()).unwrap();
    for (key, recorded) in record(&journal, str::to_owned).await {
        let is_as_expected = match &recorded {
            Err(StoreError::Unsent(why)) => key == "k-7" && why.to_string().contains("53100"),
            recorded => key != "k-7" && matches!(recorded, Ok(Ok(()))),
        };
        assert!(is_as_expected, "{key}: {recorded:?}");
    }
    assert_eq!(pending(config).await, CHANGES - 1);
}

async fn each_change_of_a_commit_without_response_ends_right(config: &str) {
    let proxy = Proxy::start(config).await;
    let journal = Journal::new(Postgres::connect(proxy.config()).await.unwrap()).unwrap();
    proxy.set(Mode::CloseAtCommit);
    let passes = async {
        while pending(config).await == 0 {
            tokio::task::yield_now().await;
        }
        proxy.set(Mode::Pass);
    };
    let (recorded, ()) = tokio::join!(record(&journal, str::to_owned), passes);
    for (key, recorded) in recorded {
        assert!(matches!(recorded, Ok(Ok(()))), "{key}: {recorded:?}");
    }
    assert_eq!(pending(config).await, CHANGES);
}
