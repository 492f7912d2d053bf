//! The generated client against the bank, over a socket.

use oceafin_partner::models::{
    ClientReference, CountryCode, CreatePartnerBankAccountRequest, CreatePartnerCustomerRequest,
    CreatePartnerFiatWithdrawalQuoteRequest, CreatePartnerFiatWithdrawalRequest, CustomerId, PartnerApprovalMethod,
    PartnerBankAccountRelationship, PartnerCustomerRef, PartnerCustomerType, PartnerDocumentType,
    PartnerFiatWithdrawalStatus, PartnerOperationAuthorizationEvidence as Evidence,
    PartnerOperationAuthorizationEvidenceRequired as EvidenceRequired, PartnerProblemCode,
    SubmitPartnerFiatWithdrawalRequest, UploadPartnerCustomerFileRequest,
};
use oceafin_partner::values::Upload;
use oceafin_partner::{Client, CurrencyCode, IdempotencyKey, Outcome, RefreshKey, Timestamp};

use crate::bank::Bank;
use crate::sent::{bank, bank_with};
use crate::{CLIENT, SECRET, steps};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Serves a new bank, and returns its client.
async fn client() -> Result<(Bank, Client)> {
    let (bank, router) = bank_with(|options| options);
    sdkwright_watch::listen();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, router).await });
    let builder = Client::builder().base_url(url).client_id(CLIENT).client_secret(SECRET);
    Ok((bank, builder.without_journal().build()?))
}

fn evidence(hash: &str) -> Result<Evidence> {
    Ok(Evidence::new(EvidenceRequired {
        operation_hash: hash.to_owned(),
        approved_at: Timestamp::try_from(std::time::SystemTime::now())?.to_whole_seconds(),
        approved_by: "user-4711".to_owned(),
        approval_method: PartnerApprovalMethod::Passkey,
    }))
}

async fn available(client: &Client, customer: &CustomerId) -> Result<String> {
    let page = client.balances().list(customer).await?;
    let mut balances = page.data.into_iter();
    let euro = balances.find(|balance| balance.currency == Some(CurrencyCode::Eur));
    let available = euro.and_then(|balance| balance.available);
    Ok(available.ok_or("no balance")?.as_str().to_owned())
}

#[tokio::test]
async fn the_generated_client_pays_once_however_often_it_sends() -> Result<()> {
    let (bank, client) = client().await?;
    let (reference, person) = (PartnerCustomerRef::from("cust-100001"), PartnerCustomerType::Individual);
    let customer = CreatePartnerCustomerRequest::new(reference, person, "Jane Partner");
    let customer = client
        .customers()
        .create(IdempotencyKey::new("customer")?, &customer)
        .await?
        .customer_id;
    assert_eq!(available(&client, &customer).await?, "1000000.00");

    let own = PartnerBankAccountRelationship::SameName;
    let account = CreatePartnerBankAccountRequest::new(own, "Jane Partner", CurrencyCode::Eur, CountryCode::from("DE"));
    let account = account.with_iban("DE89370400440532013000");
    let account = client
        .bank_accounts()
        .create(IdempotencyKey::new("account")?, &customer, &account)
        .await?
        .bank_account_id
        .ok_or("no id")?;
    let wish = CreatePartnerFiatWithdrawalQuoteRequest::new(&account, "250.00".parse()?, CurrencyCode::Eur);
    let quote = client
        .fiat_withdrawal_quotes()
        .create(RefreshKey::random()?, &customer, &wish)
        .await?;
    let payouts = client.fiat_withdrawals();
    let of = |reference: &str, purpose: &str| -> Result<_> {
        let reference = ClientReference::from(reference);
        let (quote, amount) = (quote.quote_id.clone(), quote.amount.clone());
        let request = CreatePartnerFiatWithdrawalRequest::new(reference, quote, &account, amount, CurrencyCode::Eur);
        let draft = payouts.draft(&customer, &request.with_purpose(purpose))?;
        let approval = evidence(draft.hash())?;
        Ok(draft.authorize(approval)?)
    };
    let body = of("wd-1", "Rent")?;
    let created = payouts.create(IdempotencyKey::new("create")?, &body).await?;
    assert_eq!(created.status, PartnerFiatWithdrawalStatus::Draft);
    let (id, submission) = (
        created.withdrawal_id,
        SubmitPartnerFiatWithdrawalRequest::from_authorized(&body),
    );
    let submitted = payouts.submit(IdempotencyKey::new("submit")?, &id, &submission).await?;
    assert_eq!(submitted.status, PartnerFiatWithdrawalStatus::Submitted);
    assert_eq!(available(&client, &customer).await?, "999750.00");

    // The same bytes under the same key: the stored response, marked.
    let replay = payouts
        .submit(IdempotencyKey::used_before("submit")?, &id, &submission)
        .with_response()
        .await?;
    assert_eq!(replay.value, submitted);
    assert!(
        replay
            .headers
            .get("idempotent-replayed")
            .is_some_and(|value| value == "true")
    );
    assert_eq!(available(&client, &customer).await?, "999750.00");

    // Another body under the key, and the second use of a quote under a new one.
    let conflict = payouts
        .create(IdempotencyKey::used_before("create")?, &of("wd-1", "Food")?)
        .await
        .unwrap_err();
    assert!(conflict.is(PartnerProblemCode::IdempotencyConflict), "{conflict}");
    let used = payouts
        .create(IdempotencyKey::new("second")?, &of("wd-2", "Rent")?)
        .await
        .unwrap_err();
    assert!(used.is(PartnerProblemCode::QuoteExpired), "{used}");
    assert_eq!(used.outcome(), Outcome::NotExecuted);

    assert_eq!(payouts.get(&id).await?, submitted);
    let found = payouts.list(&customer).client_reference("wd-1").await?;
    assert_eq!(found.data, [submitted]);
    for status in [
        PartnerFiatWithdrawalStatus::Processing,
        PartnerFiatWithdrawalStatus::Completed,
    ] {
        steps::work(&bank).map_err(|problem| format!("{problem:?}"))?;
        assert_eq!(payouts.get(&id).await?.status, status);
    }
    assert_eq!(available(&client, &customer).await?, "999750.00");
    Ok(())
}

#[tokio::test]
async fn a_body_that_is_not_json_reaches_the_handler_in_each_of_its_media_types() -> Result<()> {
    let (bank, client) = client().await?;
    let (reference, person) = (PartnerCustomerRef::from("cust-9"), PartnerCustomerType::Individual);
    let customer = CreatePartnerCustomerRequest::new(reference, person, "Jane Partner");
    let customers = client.customers();
    let customer = customers
        .create(IdempotencyKey::new("customer")?, &customer)
        .await?
        .customer_id;
    let scan = Upload::from_bytes(&b"\r\n--\0 of a scan"[..])
        .named("scan.png")
        .content_type("image/png");
    let scan = UploadPartnerCustomerFileRequest::new(scan, PartnerDocumentType::Passport);
    let file = customers
        .upload_file(IdempotencyKey::new("file")?, &customer, &scan)
        .await?;
    assert_eq!(
        (file.size_bytes, file.document_type),
        (Some(15), Some(PartnerDocumentType::Passport))
    );
    assert_eq!(
        (file.file_name.as_deref(), file.content_type.as_deref()),
        (Some("scan.png"), Some("image/png"))
    );
    drop(bank);

    let (bank, files) = (crate::sent::bank(), "/partner/v1/customers/c/files");
    let sent = |content_type| crate::sent::Sent {
        content_type,
        ..crate::sent::Sent::post(files, "k", r#"{"fileAssetId":"a"}"#)
    };
    for (content_type, status) in [
        ("text/plain", 400),
        ("multipart/form-data", 400),
        ("text/json", 404),
        ("application/json", 404),
    ] {
        assert_eq!(sent(content_type).to(&bank).await.status, status, "{content_type}");
    }
    // What the generated client never sends.
    let part =
        |name: &str, value: &str| format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let (file, kind) = (part("file", "%PDF"), part("documentType", "PASSPORT"));
    for (content_type, body, place) in [
        (
            "application/json",
            r#"{"fileAssetId":"a","documentType":"AAA"}"#.to_owned(),
            "/documentType",
        ),
        (
            "application/json",
            r#"{"fileAssetId":"a","documentType":{}}"#.to_owned(),
            "/documentType",
        ),
        (
            "multipart/form-data; boundary=b",
            format!("{file}{}--b--", part("documentType", "AAA")),
            "/documentType",
        ),
        (
            "multipart/form-data; boundary=b",
            format!("{file}--b--"),
            "/documentType",
        ),
        (
            "multipart/form-data; boundary=b",
            format!("{file}{kind}{}--b--", part("fileName", &"n".repeat(256))),
            "/fileName",
        ),
        ("multipart/form-data; boundary=b", format!("{kind}--b--"), "/file"),
    ] {
        let sent = crate::sent::Sent {
            content_type,
            ..crate::sent::Sent::post(files, "another", &body)
        };
        let refused = sent.to(&bank).await;
        assert_eq!(
            (refused.status, &*refused.text("/errors/0/field")),
            (400, place),
            "{body}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn an_approval_of_another_hash_is_refused_with_the_code_of_the_contract() -> Result<()> {
    let bank = bank();
    let body = r#"{"clientReference":"wd-1","quoteId":"q","bankAccountId":"b","amount":"1.00","currency":"EUR","operationAuthorization":{"operationHash":"0000000000000000000000000000000000000000000000000000000000000000","approvedAt":"2026-01-01T00:00:00Z","approvedBy":"u","approvalMethod":"PASSKEY"}}"#;
    let target = "/partner/v1/customers/c/fiat-withdrawals";
    let refused = crate::sent::Sent::post(target, "k", body).to(&bank).await;
    assert_eq!(
        (refused.status, &*refused.text("/code")),
        (403, "PARTNER_OPERATION_NOT_APPROVED")
    );
    let without = body
        .split(",\"operationAuthorization\"")
        .next()
        .unwrap_or_default()
        .to_owned()
        + "}";
    let refused = crate::sent::Sent::post(target, "another", &without).to(&bank).await;
    assert_eq!(
        (refused.status, &*refused.text("/errors/0/field")),
        (400, "/operationAuthorization")
    );
    Ok(())
}
