//! The payout of the guide: a draft, its submission, and what an operator does after an unknown outcome.

use oceafin_partner::operations::fiat_withdrawals::{
    CreatePartnerFiatWithdrawalApprovalDraft as Create, GetPartnerFiatWithdrawal as Get,
    ListPartnerFiatWithdrawals as List, SubmitAnApprovedPartnerFiatWithdrawalForProcessing as Submit,
};
use oceafin_partner::{
    BankAccountId, Client, ClientReference, CreatePartnerFiatWithdrawalRequest, CurrencyCode, CustomerId,
    FiatWithdrawalId, FiatWithdrawalQuoteId, PartnerApprovalMethod, PartnerOperationAuthorizationEvidence,
    PartnerOperationAuthorizationEvidenceRequired, SubmitPartnerFiatWithdrawalRequest, calls::Authorized,
};
use sdkwright_journal::{Actions, Finding, Journal, Keys, Reconcile, State, StoreError};
use sdkwright_runtime::JsonValue;
use sdkwright_runtime::json::from_slice;
use sdkwright_runtime::operation::Operation;
use sdkwright_world::{Belief, Check, Error, Sample, World, WorldStore};
use std::time::Duration;

pub(crate) const SAMPLES: &[Sample] = &[
    Sample {
        operation: Create::DESCRIPTION,
        status: 201,
        body: r#"{"withdrawalId":"w","status":"DRAFT","amount":"250.00","currency":"EUR"}"#,
    },
    Sample {
        operation: Submit::DESCRIPTION,
        status: 202,
        body: r#"{"withdrawalId":"w","status":"SUBMITTED","amount":"250.00","currency":"EUR"}"#,
    },
    Sample {
        operation: Get::DESCRIPTION,
        status: 200,
        body: r#"{"withdrawalId":"w","status":"COMPLETED"}"#,
    },
    Sample {
        operation: List::DESCRIPTION,
        status: 200,
        body: r#"{"data":[],"pageInfo":{"limit":20,"hasMore":false}}"#,
    },
];

pub(crate) fn check() -> Check {
    Check::new(SAMPLES, Submit::DESCRIPTION.id)
}

fn approved(client: &Client) -> Result<Authorized<Create>, Error> {
    let request = CreatePartnerFiatWithdrawalRequest::new(
        ClientReference::from("wd-9001"),
        FiatWithdrawalQuoteId::from("quote-1"),
        BankAccountId::from("account-1"),
        "250.00".parse()?,
        CurrencyCode::from("EUR"),
    );
    let draft = client.fiat_withdrawals().draft(&CustomerId::from("cust-1"), &request)?;
    let evidence = PartnerOperationAuthorizationEvidence::new(PartnerOperationAuthorizationEvidenceRequired {
        operation_hash: draft.hash().into(),
        approved_at: "2026-06-28T09:40:00Z".parse()?,
        approved_by: "user-4711".to_owned(),
        approval_method: PartnerApprovalMethod::Passkey,
    });
    Ok(draft.authorize(evidence)?)
}

/// Pays 250.00 EUR once. Each run continues where the last one ended.
pub(crate) async fn pay(world: World) -> Result<Belief, Error> {
    let journal = Journal::new(world.store())?.instance("payer");
    let client = Client::builder()
        .base_url("https://bank.example")
        .client_id("partner-7")
        .client_secret("a-secret-of-a-test-with-32-bytes!")
        .transport(world.clone())
        .clock(world.clone())
        .nonces(world.clone())
        .journal(journal.clone())
        .build()?;
    let actions = journal.actions(&client);
    let resumed = journal.resume(&client).await?;
    for one in &resumed.reconcile {
        look_up(&world, &client, &actions, one).await?;
    }
    let keys = Keys::for_customer("cust-1");
    let key = actions.usable_key(keys.action("create", "wd-9001")?).await?;
    let record = actions.show(key.as_str()).await?;
    let id = match record.as_ref().and_then(|record| record.id("FiatWithdrawalId")) {
        Some(id) => FiatWithdrawalId::from(id),
        None => {
            client
                .fiat_withdrawals()
                .create(key, &approved(&client)?)
                .await?
                .withdrawal_id
        }
    };
    let key = actions.usable_key(keys.action("submit", "wd-9001")?).await?;
    let record = actions.show(key.as_str()).await?;
    if record.is_none_or(|record| record.state != State::Executed) {
        let submission = SubmitPartnerFiatWithdrawalRequest::of(&approved(&client)?);
        client.fiat_withdrawals().submit(key, &id, &submission).await?;
    }
    Ok(Belief::Executed)
}

/// Records what the server shows of an action whose outcome is unknown, as the page on the journal tells.
async fn look_up(world: &World, client: &Client, actions: &Actions<WorldStore>, one: &Reconcile) -> Result<(), Error> {
    loop {
        let looked_up = actions.moment();
        let response = one.read(client).await.ok_or("no lookup")??;
        let found: JsonValue = from_slice(&response.value)?;
        let finding = match found.get("data").and_then(JsonValue::as_array) {
            Some([]) => Finding::Nothing { looked_up },
            Some([first, ..]) => Finding::Executed { ids: ids(first) },
            None if found.get("status").and_then(JsonValue::as_str) == Some("DRAFT") => Finding::Nothing { looked_up },
            None => Finding::Executed { ids: ids(&found) },
        };
        match actions.reconciled(&one.record.key, finding).await {
            Err(StoreError::UnderWay { until }) => {
                let wait = until.saturating_sub(actions.moment().at).max(1);
                world.wait(Duration::from_secs(wait.unsigned_abs())).await;
            }
            Ok(()) | Err(StoreError::NotToReconcile(_)) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
}

fn ids(found: &JsonValue) -> Vec<(String, String)> {
    let id = found.get("withdrawalId").and_then(JsonValue::as_str);
    id.map(|id| ("FiatWithdrawalId".to_owned(), id.to_owned()))
        .into_iter()
        .collect()
}
