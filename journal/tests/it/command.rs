//! The command `sdkwright-journal`: what it shows of each intent, and what it records.

use std::time::SystemTime;

use sdkwright_journal::command::{Output, run};
use sdkwright_journal::conformance::{client, intent};
use sdkwright_journal::{Journal, Sqlite, State, Store, StoreError};
use sdkwright_runtime::journal::{Intent, Journal as _, Promise, Seal, Settlement, Verdict};

const HOUR: i64 = 3600;

fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    since.as_secs().try_into().unwrap()
}

/// Runs the command with words that are separated by blanks. The variable `SECRET` has the secret of the client.
pub(crate) async fn command(place: &str, words: &str) -> Output {
    sdkwright_watch::listen();
    let variable = |name: &str| match name {
        "SECRET" => Some("sentinel9f2, the secret of a client".to_owned()),
        "OTHER" => Some("sentinel9f2, another secret".to_owned()),
        "SDKWRIGHT_JOURNAL" => Some(place.to_owned()),
        _ => None,
    };
    let ended = run(words.split_whitespace().map(Into::into), variable).await;
    sdkwright_watch::keep("printed", format!("{}{}", ended.printed, ended.complaint));
    ended
}

async fn printed(place: &str, words: &str) -> String {
    let ended = command(place, words).await;
    assert_eq!((ended.code, ended.complaint.as_str()), (0, ""), "{words}");
    ended.printed
}

async fn complaint(place: &str, words: &str, code: u8) -> String {
    let ended = command(place, words).await;
    assert_eq!((ended.code, ended.printed.as_str()), (code, ""), "{words}");
    ended.complaint
}

/// Returns the output about rows that the application cannot use.
async fn unusable(place: &str, words: &str) -> String {
    let ended = command(place, words).await;
    assert_eq!(ended.code, 4, "{words}: {}", ended.printed);
    assert!(ended.complaint.starts_with("error: "), "{words}");
    ended.printed
}

fn promised(key: &str, at: i64) -> Intent {
    let mut intent = intent(key, "sentinel9f2-body", at);
    intent.promise = Promise {
        ids: vec![("ThingId".into(), "/thingId".into())],
        creates: Some("ThingId".into()),
        ..Promise::default()
    };
    "/owners/{ownerId}/things".clone_into(&mut intent.template);
    intent.arguments = vec![("ownerId".to_owned(), "o-1".to_owned())];
    intent
}

/// Books an intent and its end.
async fn booked<S: Store>(journal: &Journal<S>, intent: Intent, end: Settlement) {
    let Verdict::Send(claim) = journal.begin(intent).await.unwrap() else {
        panic!("it is new")
    };
    journal.settle(claim, end).await.unwrap();
}

fn refused() -> Settlement {
    Settlement::Unknown {
        refused: Some("STATE_INVALID".to_owned()),
    }
}

/// A journal with an intent in each state, and two that are to be looked up.
pub(crate) async fn fill<S: Store>(journal: &Journal<S>) {
    let earlier = now() - HOUR;
    let mut listed = promised("found", earlier);
    listed.find = Some("/owners/o-1/things?reference=r-7".to_owned());
    booked(journal, listed, refused()).await;
    booked(journal, promised("it's not there", earlier), refused()).await;
    booked(journal, promised("recent", now()), refused()).await;
    booked(journal, promised("open", now()), Settlement::Unknown { refused: None }).await;
    let executed = Settlement::Executed {
        status: 201,
        ids: vec![("ThingId".to_owned(), "t-0".to_owned())],
    };
    booked(journal, promised("executed", now()), executed).await;
    let refused = Settlement::NotExecuted {
        code: Some("NO".to_owned()),
        spent: true,
    };
    booked(journal, promised("refused", now()), refused).await;
}

/// The way of a person from the list to an empty list.
pub(crate) async fn check<S: Store>(journal: &Journal<S>, place: &str) {
    fill(journal).await;
    let listed = printed(place, "list").await;
    assert!(listed.ends_with("\n4 open intents\n"), "{listed}");
    for line in [
        "found\n  state       reconcile (STATE_INVALID)\n  operation   createThing\n",
        "  reference   reference=r-7\n  ids         ownerId=o-1\n  client      client-1 at https://api.example.com\n",
        "look it up on the server: `sdkwright-journal show found`",
        "start the application: its `resume` retries it",
    ] {
        assert!(listed.contains(line), "{line} is missing in\n{listed}");
    }
    let all = printed(place, "list --all --secret-env SECRET").await;
    assert!(all.ends_with("\n6 intents\n") && all.contains("ThingId=t-0"), "{all}");
    assert!(listed.contains("not checked") && !all.contains("not checked"), "{all}");
    let none = printed(place, "list --all --client-id client-2").await;
    assert_eq!(none, "0 intents\n");

    let shown = printed(place, "show found").await;
    for line in [
        "  look up     GET /owners/o-1/things?reference=r-7\n  sent        POST /owners/o-1/things\n",
        "`sdkwright-journal reconcile found --found ID` with its ThingId\n",
    ] {
        assert!(shown.contains(line), "{line} is missing in\n{shown}");
    }
    let shown = printed(place, "show recent").await;
    assert!(shown.contains("list the resources on the path of `sent`"), "{shown}");
    assert!(
        !(listed + &all + &shown).contains("sentinel9f2"),
        "no body and no secret"
    );

    let why = complaint(place, "show fuond", 3).await;
    assert!(why.contains("has no key fuond") && why.contains("\n  found\n"), "{why}");

    assert_eq!(
        printed(place, "reconcile found --by jo --found t-1 --secret-env SECRET").await,
        "found is executed: the application continues with its ids\n"
    );
    let shown = printed(place, "show found --secret-env SECRET").await;
    assert!(
        shown.contains("ThingId=t-1\n") && shown.contains("recorded by jo at "),
        "{shown}"
    );
    let actions = journal.actions(&client(now()).unwrap());
    let record = actions.show("found").await.unwrap().unwrap();
    assert_eq!((record.state, record.id("ThingId")), (State::Executed, Some("t-1")));

    let why = complaint(place, "reconcile found --by jo --found t-1 --secret-env SECRET", 1).await;
    assert!(why.contains("the intent is executed"), "{why}");
    let nothing = "--by jo --nothing --secret-env SECRET --looked-up";
    let why = complaint(place, &format!("reconcile recent {nothing} 2001-01-01T00:00:00Z"), 1).await;
    assert!(why.contains("can still be executed until "), "{why}");
    let why = complaint(place, "reconcile recent --nothing --secret-env SECRET", 1).await;
    assert!(why.contains("can still be executed until "), "{why}");
    let why = complaint(place, &format!("reconcile recent {nothing} 2999-01-01T00:00:00Z"), 2).await;
    assert!(why.contains("in the future"), "{why}");
}

#[tokio::test]
async fn a_person_goes_from_the_list_to_an_empty_list() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("journal.db");
    let journal = Journal::new(Sqlite::open(&place).unwrap()).unwrap();
    check(&journal, place.to_str().unwrap()).await;
}

#[tokio::test]
async fn what_is_not_there_may_be_done_under_another_key() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("journal.db");
    let journal = Journal::new(Sqlite::open(&place).unwrap()).unwrap();
    let place = place.to_str().unwrap();
    let confirmed = Intent {
        offset: Some(0),
        ..promised("k", now() - HOUR)
    };
    booked(&journal, confirmed, refused()).await;
    booked(&journal, promised("by-another-clock", now() - HOUR), refused()).await;
    let secret = "--nothing --secret-env SECRET";
    let waits = complaint(place, &format!("reconcile by-another-clock {secret}"), 1).await;
    assert!(waits.contains("can still be executed until"), "{waits}");
    let nothing = "reconcile k --nothing";
    for (secret, why) in [("", "--secret-env NAME"), (" --secret-env OTHER", "another secret")] {
        let complaint = complaint(place, &format!("{nothing}{secret}"), 1).await;
        assert!(complaint.contains(why), "{complaint}");
    }
    assert_eq!(
        printed(place, &format!("{nothing} --secret-env SECRET")).await,
        "k is refused: it did not happen, and may be made with another key\n"
    );
    let list = printed(place, "list").await;
    assert!(
        list.contains("1 open intent") && list.contains("by-another-clock"),
        "{list}"
    );
}

#[tokio::test]
async fn a_changed_row_is_neither_shown_nor_settled() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("journal.db");
    let journal = Journal::new(Sqlite::open(&place).unwrap()).unwrap();
    booked(&journal, promised("k", now() - HOUR), refused()).await;
    let changed = rusqlite::Connection::open(&place).unwrap();
    let text = "UPDATE sdkwright_journal_intents SET recorded = recorded + 1";
    assert_eq!(changed.execute(text, []).unwrap(), 1);
    let place = place.to_str().unwrap();
    let shown = unusable(place, "show k --secret-env SECRET").await;
    assert!(
        shown.contains("its row was changed") && !shown.contains("createThing"),
        "{shown}"
    );
    let why = complaint(place, "remove k --secret-env SECRET", 1).await;
    assert!(
        why.contains("nobody can verify this row") && why.contains("`sdkwright-journal remove k --nothing`"),
        "{why}"
    );
    let why = complaint(place, "reconcile k --by jo --found t-1 --secret-env SECRET", 1).await;
    assert!(why.contains("cannot be trusted"), "{why}");
}

/// An intent of a client with the secret of the variable `OTHER`.
fn mistyped(key: &str, at: i64) -> Intent {
    Intent {
        seal: Seal::from_secrets([b"sentinel9f2, another secret".as_slice()]),
        ..promised(key, at)
    }
}

#[tokio::test]
async fn a_row_of_a_mistyped_secret_is_reported_and_signed_again() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("journal.db");
    let journal = Journal::new(Sqlite::open(&place).unwrap()).unwrap();
    let place = place.to_str().unwrap();
    // Two applications were killed during a call with the mistyped secret.
    for (key, at) in [("k", now() - HOUR), ("late", now())] {
        assert!(matches!(
            journal.begin(mistyped(key, at)).await.unwrap(),
            Verdict::Send(_)
        ));
    }
    booked(&journal, promised("good", now()), Settlement::Unknown { refused: None }).await;
    let actions = journal.actions(&client(now()).unwrap());
    assert!(matches!(actions.show("k").await, Err(StoreError::Unverified(_))));
    for words in ["list --secret-env SECRET", "list --all --secret-env SECRET"] {
        let listed = unusable(place, words).await;
        assert!(
            listed.contains("`sdkwright-journal re-sign k` with `--previous-secret-env NAME`"),
            "{listed}"
        );
    }
    let shown = unusable(place, "show k --secret-env SECRET").await;
    assert!(shown.contains("signed with another secret"), "{shown}");
    let secrets = "--secret-env SECRET --previous-secret-env OTHER";
    let ended = command(place, &format!("re-sign {secrets}")).await;
    assert_eq!(
        (ended.code, ended.printed.as_str()),
        (4, "1 row is now signed with the secret of `--secret-env`\n")
    );
    assert!(
        ended.complaint.contains("late: a call may be sending it until"),
        "{}",
        ended.complaint
    );
    assert_eq!(
        actions.show("k").await.unwrap().map(|record| record.state),
        Some(State::Open)
    );
    let listed = printed(place, &format!("list {secrets}")).await;
    assert!(
        listed.contains("that of `--previous-secret-env`") && listed.ends_with("3 open intents\n"),
        "{listed}"
    );
    let why = complaint(place, "remove good --nothing --secret-env SECRET", 1).await;
    assert!(
        why.contains("may protect something; next: start the application"),
        "{why}"
    );
}

#[tokio::test]
async fn a_row_is_removed_only_if_it_did_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("journal.db");
    let journal = Journal::new(Sqlite::open(&place).unwrap()).unwrap();
    let place = place.to_str().unwrap();
    let ended = |spent| Settlement::NotExecuted {
        code: Some("SIGNATURE".to_owned()),
        spent,
    };
    let executed = Settlement::Executed {
        status: 201,
        ids: vec![("ThingId".to_owned(), "t-0".to_owned())],
    };
    for (key, at, end) in [
        ("free", now(), ended(false)),
        ("spent", now(), ended(true)),
        ("old", now() - HOUR, ended(false)),
        ("recent", now(), ended(false)),
        ("executed", now() - 9 * HOUR, executed),
    ] {
        booked(&journal, mistyped(key, at), end).await;
    }
    let listed = unusable(place, "list --secret-env SECRET").await;
    assert!(
        listed.contains("free\n") && listed.ends_with("\n0 open intents\n"),
        "{listed}"
    );
    assert!(
        listed.contains("leave it, because it prevents a second execution"),
        "{listed}"
    );
    let both = "--secret-env SECRET --previous-secret-env OTHER";
    assert_eq!(
        printed(place, &format!("remove free {both}")).await,
        "free is removed: the next call with this key is a new action\n"
    );
    for (words, why) in [
        (format!("remove spent {both}"), "may protect something"),
        (format!("remove spent --nothing {both}"), "may protect something"),
        (format!("remove executed --nothing {both}"), "the action was executed"),
        (
            "remove executed --nothing --secret-env SECRET".to_owned(),
            "the action was executed",
        ),
        ("remove old".to_owned(), "--previous-secret-env"),
        (
            "remove old --secret-env SECRET".to_owned(),
            "nobody can verify this row",
        ),
        (
            "remove recent --nothing --secret-env SECRET".to_owned(),
            "can still be executed until ",
        ),
    ] {
        let complaint = complaint(place, &words, 1).await;
        assert!(complaint.contains(why), "{words}: {complaint}");
    }
    printed(place, "remove old --nothing --secret-env SECRET").await;
    let why = complaint(place, "show old", 3).await;
    assert!(why.contains("has no key old"), "{why}");
}

#[tokio::test]
async fn wrong_words_are_refused_with_the_right_ones() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("journal.db");
    let journal = Journal::new(Sqlite::open(&place).unwrap()).unwrap();
    booked(&journal, promised("k", now() - HOUR), refused()).await;
    let place = place.to_str().unwrap();
    for (words, why) in [
        ("", "the command is missing"),
        ("look", "the commands are"),
        ("show", "the key is missing"),
        ("show k --all", "`--all` is only allowed with `list`"),
        ("show k --nothing", "`reconcile KEY` accepts a finding"),
        ("reconcile k --by jo", "needs the finding"),
        ("reconcile k --by jo --found t-1 --nothing", "give one finding"),
        ("reconcile k --by jo --nothing --looked-up 9:30", "is not a time"),
        (
            "reconcile k --by jo --happened --secret-env SECRET",
            "`--found ID` with its ThingId",
        ),
        ("list --secret-env NONE", "NONE of `--secret-env` is not set"),
        (
            "list --secret-env SECRET --previous-secret-env NONE",
            "NONE of `--previous-secret-env` is not set",
        ),
        (
            "re-sign --secret-env SECRET",
            "needs `--secret-env` and `--previous-secret-env`",
        ),
        ("remove k --happened", "accepts only the finding `--nothing`"),
        (
            "remove k --looked-up 2001-01-01T00:00:00Z",
            "`--looked-up` needs `--nothing`",
        ),
        ("list --sotre x", "--sotre"),
    ] {
        let complaint = complaint(place, words, 2).await;
        assert!(complaint.contains(why), "{words}: {complaint}");
    }
    let missing = folder.path().join("missing.db");
    let why = complaint(missing.to_str().unwrap(), "list", 1).await;
    assert!(why.contains("is not a file") && !missing.exists(), "{why}");
    let other = folder.path().join("other.db");
    rusqlite::Connection::open(&other)
        .unwrap()
        .execute_batch("CREATE TABLE own (id)")
        .unwrap();
    let why = complaint(other.to_str().unwrap(), "list", 1).await;
    assert!(why.contains("does not contain a journal"), "{why}");
    assert!(
        printed(place, "--help")
            .await
            .starts_with("Shows the intents of a journal")
    );
}
