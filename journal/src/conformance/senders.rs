//! Rules about senders that share a store: the same texts are other rows, and other subjects.

use sdkwright_runtime::journal::{Intent, JournalRefusal, Sender, Settlement};

use super::common::{Checked, NOW, about, client_of, ensure, executed, intent, refused, sent, settle};
use crate::error::StoreError;
use crate::journal::Journal;
use crate::store::Store;

pub(super) async fn two_senders_share_keys_and_subjects_and_never_meet<S: Store>(journal: &Journal<S>) -> Checked {
    let failed = |error: StoreError| error.to_string();
    let senders = [
        ("client-1", "https://api.example.com"),
        ("client-2", "https://api.example.com"),
        ("client-1", "https://other.example.com"),
    ];
    let of_sender = |(client_id, base_url): (&str, &str), mut intent: Intent| {
        intent.sender = Sender {
            client_id: Some(client_id.to_owned()),
            base_url: base_url.to_owned(),
        };
        intent.evidence = Some("{}".into());
        intent.later = vec!["submitThing".to_owned()];
        intent
    };
    let mut claims = Vec::new();
    for (number, sender) in senders.into_iter().enumerate() {
        // A different request under the same key, about the same subject.
        let mut intent = about("k", "s");
        intent.sha256 = [u8::try_from(number).unwrap_or_default(); 32];
        claims.push(sent(journal, of_sender(sender, intent)).await?);
    }
    for ((number, sender), claim) in senders.into_iter().enumerate().zip(claims) {
        let ids = vec![("ThingId".to_owned(), format!("t-{number}"))];
        settle(journal, claim, Settlement::Executed { status: 201, ids }).await?;
        let taken = JournalRefusal::AnotherKey { key: "k".to_owned() };
        ensure(
            &refused(journal, of_sender(sender, about("second", "s"))).await?,
            &taken,
        )?;
        let client = client_of(sender.0, sender.1, NOW).map_err(|error| error.to_string())?;
        let shown = journal.of(&client).ids("k").await.map_err(failed)?;
        ensure(&shown, &vec![("ThingId".to_owned(), format!("t-{number}"))])?;
        let pending = journal.of(&client).pending().await.map_err(failed)?;
        ensure(&pending.records, &Vec::new())?;
    }
    // Using up one sender's approval leaves the equally named approvals of the others.
    for (number, sender) in senders.into_iter().enumerate() {
        let client = client_of(sender.0, sender.1, NOW).map_err(|error| error.to_string())?;
        let kept = journal.of(&client).evidence("k").await.map_err(failed)?;
        ensure(&kept.is_some(), &true)?;
        if number == 1 {
            let mut later = of_sender(sender, intent("submit", "submit", NOW));
            "submitThing".clone_into(&mut later.operation);
            later.arguments = (0..3).map(|id| ("thingId".to_owned(), format!("t-{id}"))).collect();
            let claim = sent(journal, later).await?;
            settle(journal, claim, executed()).await?;
            let kept = journal.of(&client).evidence("k").await.map_err(failed)?;
            ensure(&kept, &None)?;
        }
        journal.of(&client).finish("k").await.map_err(failed)?;
    }
    Ok(())
}
