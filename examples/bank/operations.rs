//! The operations of the contract: each is one change of the ledger.

#![allow(clippy::wildcard_imports, reason = "the bank implements all groups of the contract")]

use axum::extract::Multipart;
use oceafin_partner::Timestamp;
use oceafin_partner::models::{self, PartnerDocumentType as DocumentType, PartnerProblemCode as Code};
use oceafin_partner::server::*;
use serde_json::{Value, json};

use crate::bank::{Bank, Kind, Ledger, Result, amount, check, document, invalid, kind::*, model, text};
use crate::steps::{ADDRESS, converted, unit, unit_names, units};

/// The file of an approved file flow that this bank knows.
const LINKED: &str = "b9d2e5f7-4c18-4a63-8f0e-7a1c3d5e9b24";

/// Implements a method: its name, request and response, and the document of the response.
macro_rules! operation {
    ($group:ident $name:ident $request:ident $response:ident::$status:ident, |$ledger:ident, $given:ident| $work:expr) => {
        async fn $name(&self, context: &Context, $given: $group::$request) -> Result<$group::$response> {
            self.change(context, |$ledger| Ok($group::$response::$status(model($work)?)))
        }
    };
}

/// Implements the list of a kind; `resource` also implements the look at one of them.
macro_rules! list {
    ($group:ident $kind:ident $($reference:ident)?) => {
        operation!($group list ListRequest ListResponse::Ok, |ledger, request| {
            let [after, before] = [request.created_after, request.created_before].map(|at| at.map(|at| at.to_string()));
            let mut filter = json!({ "after": after, "before": before, "limit": request.limit, "cursor": request.cursor });
            filter["status"] = json!(request.status.map(|status| status.to_string()));
            $(filter["reference"] = json!(request.$reference.map(|reference| reference.to_string()));)?
            ledger.list($kind, request.customer_id.as_str(), &filter)?
        });
    };
}

macro_rules! resource {
    ($group:ident $kind:ident $id:ident $($reference:ident)?) => {
        list!($group $kind $($reference)?);
        operation!($group get GetRequest GetResponse::Ok, |ledger, request| ledger.find($kind, request.$id.as_str())?);
    };
}

/// Implements the creation of a resource of an approved customer, with the members that do not come from the request.
macro_rules! create {
    ($group:ident $kind:ident, |$ledger:ident, $customer:ident, $body:ident| $others:expr) => {
        create!($group create CreateRequest CreateResponse $kind, |$ledger, $customer, $body| $others);
    };
    ($group:ident $name:ident $request:ident $response:ident $kind:ident, |$ledger:ident, $customer:ident, $body:ident| $others:expr) => {
        operation!($group $name $request $response::Created, |$ledger, request| {
            let ($customer, $body) = (request.customer_id.as_str(), document(&request.body)?);
            $ledger.approved($customer)?;
            let others = $others;
            $ledger.create($kind, $customer, &$body, &others)?
        });
    };
}

/// Implements the creation of a draft with its approval. It reserves an amount.
macro_rules! draft {
    ($group:ident $kind:ident $unit:literal $amount:literal, |$ledger:ident, $customer:ident, $body:ident| $others:expr) => {
        operation!($group create CreateRequest CreateResponse::Created, |$ledger, request| {
            let ($customer, $body) = (request.customer_id.as_str(), document(&request.body)?);
            $ledger.approved($customer)?;
            check_age($ledger, &request.evidence)?;
            let others = $others;
            let created = $ledger.create($kind, $customer, &$body, &others)?;
            let size = text(&$body, $amount);
            $ledger.book($customer, text(&$body, $unit), (&format!("-{size}"), size))?;
            let approve = "UPDATE resources SET approved = ?1 WHERE id = ?2";
            $ledger.rows.execute(approve, [&*request.evidence.operation_hash, text(&created, $kind.1)])?;
            created
        });
    };
}

/// Implements a step of a draft, whose approval has the hash of the creation.
macro_rules! approved {
    ($group:ident $name:ident $request:ident $response:ident $kind:ident $id:ident $from:literal $to:literal $at:literal) => {
        operation!($group $name $request $response::Accepted, |ledger, request| {
            let (id, evidence) = (request.$id.as_str(), request.body.operation_authorization());
            ledger.approved(text(&ledger.find($kind, id)?, "customerId"))?;
            check_age(ledger, evidence)?;
            let select = "SELECT approved IS ?2 FROM resources WHERE id = ?1";
            let is_it: bool = ledger.rows.query_row(select, [id, &evidence.operation_hash], |row| row.get(0))?;
            check(is_it, Code::OperationNotApproved)?;
            let mut changes = json!({ "status": $to });
            changes[$at] = json!(ledger.after(0)?);
            ledger.step($kind, id, &[$from], &changes)?
        });
    };
}

/// Implements a change of a resource in one of these statuses, by the body or by these members.
macro_rules! step {
    ($group:ident $name:ident $request:ident $response:ident $kind:ident $id:ident [$($from:literal)*] body) => {
        operation!($group $name $request $response::Ok, |ledger, request|
            ledger.step($kind, request.$id.as_str(), &[$($from),*], &document(&request.body)?)?);
    };
    ($group:ident $name:ident $request:ident $response:ident $kind:ident $id:ident [$($from:literal)*] |$ledger:ident| $changes:expr) => {
        operation!($group $name $request $response::Ok, |$ledger, request|
            $ledger.step($kind, request.$id.as_str(), &[$($from),*], &$changes)?);
    };
}

/// Implements the answers to the requirements of a resource, and the document of the response.
macro_rules! answers {
    ($group:ident $kind:ident $id:ident, |$ledger:ident, $new:ident| $response:expr) => {
        operation!($group submit_additional_info SubmitAdditionalInfoRequest SubmitAdditionalInfoResponse::Accepted,
            |$ledger, request| {
                let changes = json!({ "status": "PROCESSING", "requirements": null });
                let $new = $ledger.step($kind, request.$id.as_str(), &["ADDITIONAL_INFO_REQUIRED"], &changes)?;
                $response
            });
    };
}

/// Checks the age of an approval: at most 30 days, and at most five minutes ahead.
fn check_age(ledger: &Ledger<'_>, evidence: &models::PartnerOperationAuthorizationEvidence) -> Result<()> {
    let seconds = |at: &Timestamp| at.unix().map_or(0, |(seconds, _)| seconds);
    let age = seconds(&ledger.at(0)?) - seconds(&evidence.approved_at);
    check((-300..=720 * 3600).contains(&age), Code::OperationNotApproved)
}

/// Uses a quote of the customer whose members are those of the request.
fn use_quote(ledger: &Ledger<'_>, kind: Kind, customer: &str, body: &Value, members: &[&str]) -> Result<Value> {
    let quote = ledger.find(kind, text(body, "quoteId"))?;
    check(text(&quote, "customerId") == customer, Code::ResourceNotFound)?;
    // Both instants are texts of the same form.
    let is_active = text(&quote, "status") == "ACTIVE" && text(&quote, "expiresAt") > ledger.after(0)?.as_str();
    check(is_active, Code::QuoteExpired)?;
    for member in members {
        let (one, other) = (text(&quote, member), text(body, member));
        let is_same = one == other || amount(one).is_ok_and(|one| amount(other).ok() == Some(one));
        check(is_same, invalid(&format!("/{member}"), "is not that of the quote"))?;
    }
    ledger.update(kind, quote, &json!({ "status": "USED" }))
}

/// Returns the members of a new quote that the bank adds, after a look at the account that it names.
fn quoted(ledger: &Ledger<'_>, body: &Value, (kind, id, members): (Kind, &str, &[&str])) -> Result<Value> {
    let account = ledger.find(kind, text(body, id))?;
    if let Some(other) = members.iter().find(|member| account[**member] != body[**member]) {
        return Err(invalid(&format!("/{other}"), "is not that of the account"));
    }
    units(text(body, "amount"), unit(body))?;
    let (size, expires) = (&body["amount"], ledger.after(900)?);
    Ok(json!({ "status": "ACTIVE", "fee": "0.00", "estimatedReceivable": size, "expiresAt": expires }))
}

/// Returns all resources of a customer, newest first.
fn all(ledger: &Ledger<'_>, kind: Kind, customer: &str) -> Result<Vec<Value>> {
    let page = ledger.list(kind, customer, &Value::Null)?;
    Ok(page["data"].as_array().cloned().unwrap_or_default())
}

/// Returns the routes of a customer, with the latest resource of each.
fn routes(ledger: &Ledger<'_>, customer: &str, kind: Kind, latest: &str) -> Result<Value> {
    let all = all(ledger, kind, customer)?;
    let names = [
        ["SEPA_EUR", "EUR", "SEPA"],
        ["FPS_GBP", "GBP", "FASTER_PAYMENTS"],
        ["ACH_USD", "USD", "ACH"],
    ];
    let routes = names.map(|[code, currency, rail]| {
        let last = all
            .iter()
            .find(|one| text(one, "routeCode") == code)
            .unwrap_or(&Value::Null);
        let status = match text(last, "status") {
            "" | "REJECTED" => "AVAILABLE",
            "APPROVED" => "ACTIVE",
            "ADDITIONAL_INFO_REQUIRED" => "ADDITIONAL_INFO_REQUIRED",
            _ => "PENDING",
        };
        let mut route = json!({ "routeCode": code, "currency": currency, "rail": rail, "status": status });
        if !last.is_null() {
            route[format!("{latest}Id")] = last[kind.1].clone();
            route[format!("{latest}Status")] = last["status"].clone();
            route["requirements"] = last["requirements"].clone();
        }
        route
    });
    Ok(json!({ "data": { "customerId": customer, "routes": routes } }))
}

/// Returns the members of a new application for a route.
fn submitted(ledger: &Ledger<'_>, customer: &str, kind: Kind, body: &Value) -> Result<Value> {
    let is_open = |one: &Value| one["routeCode"] == body["routeCode"] && text(one, "status") != "REJECTED";
    check(
        !all(ledger, kind, customer)?.iter().any(is_open),
        Code::ResourceStateInvalid,
    )?;
    Ok(
        json!({ "status": "SUBMITTED", "purposeOfAccount": null, "purposeOfWithdrawals": null,
        "expectedMonthlyVolume": null, "supportingDocuments": null }),
    )
}

/// Adds a link or a request at the till to a checkout that is open.
fn add(ledger: &Ledger<'_>, kind: Kind, list: &str, id: &str, body: &Value, others: &Value) -> Result<Value> {
    let checkout = ledger.step(CHECKOUT, id, &["OPEN"], &Value::Null)?;
    ledger.approved(text(&checkout, "customerId"))?;
    let mut part = ledger.create(kind, "", body, others)?;
    part["checkoutId"] = json!(id);
    part.as_object_mut().map(|part| part.remove("customerId"));
    let mut all = checkout[list].as_array().cloned().unwrap_or_default();
    all.push(part.clone());
    let mut changes = json!({});
    changes[list] = json!(all);
    ledger.update(CHECKOUT, checkout, &changes)?;
    Ok(part)
}

/// Reads the parts of an upload.
async fn parts(body: &sdkwright_server::RawBody) -> Result<Value> {
    let unreadable = |_| invalid("/file", "is not a part");
    let (mut parts, mut file): (Multipart, Value) = (body.extract().await?, json!({}));
    while let Some(part) = parts.next_field().await.map_err(unreadable)? {
        let (name, content_type) = (part.name().unwrap_or_default().to_owned(), json!(part.content_type()));
        let file_name = json!(part.file_name());
        let bytes = part.bytes().await.map_err(unreadable)?;
        if name == "file" {
            (file["sizeBytes"], file["contentType"]) = (json!(bytes.len()), content_type);
            if file["fileName"].is_null() {
                file["fileName"] = file_name;
            }
        } else {
            file[name] = json!(String::from_utf8_lossy(&bytes));
        }
    }
    let name = file["fileName"].as_str().map_or(1, |name| name.chars().count());
    let kind = serde_json::from_value(file["documentType"].clone()).unwrap_or(DocumentType::Unknown(String::new()));
    for (place, is_valid) in [
        ("/file", matches!(file["sizeBytes"].as_u64(), Some(1..=10_000_000))),
        ("/documentType", !matches!(kind, DocumentType::Unknown(_))),
        ("/fileName", (1..=255).contains(&name)),
    ] {
        check(is_valid, invalid(place, "is not one that the contract allows"))?;
    }
    Ok(file)
}

impl CustomersApi for Bank {
    async fn create(&self, context: &Context, request: customers::CreateRequest) -> Result<customers::CreateResponse> {
        self.change(context, |ledger| {
            if let Some(found) = ledger.by(CUSTOMER, "reference", request.body.partner_customer_ref.as_str())? {
                return Ok(customers::CreateResponse::Ok(model(found)?));
            }
            let others =
                json!({ "status": "DRAFT", "updatedAt": ledger.after(0)?, "displayName": null, "metadata": null });
            let created = ledger.create(CUSTOMER, "", &document(&request.body)?, &others)?;
            Ok(customers::CreateResponse::Created(model(created)?))
        })
    }

    async fn upload_file(
        &self,
        context: &Context,
        request: customers::UploadFileRequest,
    ) -> Result<customers::UploadFileResponse> {
        let is_link = request.body.media_type() == "application/json";
        let file = if is_link {
            document(&request.body.json::<models::LinkPartnerCustomerFileRequest>()?)?
        } else {
            parts(&request.body).await?
        };
        self.change(context, |ledger| {
            let customer = request.customer_id.as_str();
            ledger.find(CUSTOMER, customer)?;
            check(!is_link || file["fileAssetId"] == LINKED, Code::ResourceNotFound)?;
            let mut created = ledger.create(FILE, customer, &file, &Value::Null)?;
            if is_link {
                created["fileAssetId"] = json!(LINKED);
            }
            Ok(customers::UploadFileResponse::Created(model(created)?))
        })
    }

    operation!(customers submit_onboarding SubmitOnboardingRequest SubmitOnboardingResponse::Accepted, |ledger, request| {
        let id = request.customer_id.as_str();
        let (customer, body) = (ledger.find(CUSTOMER, id)?, document(&request.body)?);
        let kind = if customer["customerType"] == "CORPORATE" { "CORPORATE_KYB" } else { "INDIVIDUAL_KYC" };
        check(body["evidence"]["evidenceType"] == kind, invalid("/evidence/evidenceType", "is not that of the customer"))?;
        let changes = json!({ "status": "SUBMITTED", "requirements": null });
        ledger.step(CUSTOMER, id, &["DRAFT", "MISSING_INFO_REQUIRED"], &changes)?;
        let others = json!({ "status": "SUBMITTED", "evidenceType": kind, "submittedAt": ledger.after(0)? });
        let reference = json!({ "submissionReference": body["submissionReference"] });
        let mut created = ledger.create(ONBOARDING, id, &others, &reference)?;
        created.as_object_mut().map(|created| created.remove("createdAt"));
        created
    });
}

impl BalancesApi for Bank {
    operation!(balances list ListRequest ListResponse::Ok, |ledger, request| {
        let customer = request.customer_id.as_str();
        ledger.find(CUSTOMER, customer)?;
        let select = "SELECT unit, available, reserved FROM balances WHERE customer_id = ?1 ORDER BY unit";
        let mut statement = ledger.rows.prepare(select)?;
        let rows = statement.query_map([customer], |row| {
            let (unit, available, reserved): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let (kind, name) = unit_names(&unit);
            let mut balance = json!({ "assetType": kind, "available": available, "reserved": reserved });
            balance[name] = json!(unit);
            Ok(balance)
        })?;
        json!({ "data": rows.collect::<rusqlite::Result<Vec<_>>>()?, "pageInfo": { "hasMore": false } })
    });
}
impl TransactionsApi for Bank {
    resource!(transactions TRANSACTION transaction_id client_reference);
}
impl ConversionQuotesApi for Bank {
    resource!(conversion_quotes CONVERSION_QUOTE quote_id client_reference);
    create!(conversion_quotes CONVERSION_QUOTE, |ledger, customer, body| {
        let (from, to, size) = (text(&body, "sourceAsset"), text(&body, "destinationAsset"), text(&body, "amount"));
        let (given, got) = match text(&body, "amountSide") {
            "DESTINATION" => (converted(size, to, from, true)?, size.to_owned()),
            _ => (size.to_owned(), converted(size, from, to, false)?),
        };
        json!({ "amount": null, "amountSide": null, "sourceAmount": given, "destinationAmount": got, "fee": "0.00",
            "feeAsset": to, "status": "ACTIVE", "expiresAt": ledger.after(900)? })
    });
}
impl ConversionsApi for Bank {
    resource!(conversions CONVERSION conversion_id client_reference);
    draft!(conversions CONVERSION "sourceAsset" "sourceAmount", |ledger, customer, body| {
        let members = ["sourceAsset", "sourceAmount", "destinationAsset", "destinationAmount"];
        let quote = use_quote(ledger, CONVERSION_QUOTE, customer, &body, &members)?;
        json!({ "status": "DRAFT", "fee": quote["fee"], "feeAsset": quote["feeAsset"] })
    });
}
impl FiatAccountCapabilitiesApi for Bank {
    operation!(fiat_account_capabilities get GetRequest GetResponse::Ok, |ledger, request|
        routes(ledger, request.customer_id.as_str(), APPLICATION, "latestApplication")?);
}
impl FiatAccountApplicationsApi for Bank {
    create!(fiat_account_applications APPLICATION, |ledger, customer, body| submitted(ledger, customer, APPLICATION, &body)?);
    answers!(fiat_account_applications APPLICATION application_id, |ledger, new| new);
}
impl FiatAccountsApi for Bank {
    list!(fiat_accounts ACCOUNT);
}
impl FiatDepositInstructionsApi for Bank {
    operation!(fiat_deposit_instructions get GetRequest GetResponse::Ok, |ledger, request| {
        let all = all(ledger, ACCOUNT, request.customer_id.as_str())?;
        let instruction = |account: &Value| json!({ "fiatAccountId": account["fiatAccountId"],
            "currency": account["currency"], "bankDetails": account["bankDetails"] });
        json!({ "data": all.iter().map(instruction).collect::<Vec<_>>() })
    });
}
impl FiatDepositsApi for Bank {
    resource!(fiat_deposits FIAT_DEPOSIT deposit_id);
}
impl BankAccountsApi for Bank {
    list!(bank_accounts BANK_ACCOUNT client_reference);
    create!(bank_accounts BANK_ACCOUNT, |ledger, c, body| json!({ "status": "PENDING", "thirdPartyBeneficiary": null }));
}
impl FiatWithdrawalCapabilitiesApi for Bank {
    operation!(fiat_withdrawal_capabilities get GetRequest GetResponse::Ok, |ledger, request|
        routes(ledger, request.customer_id.as_str(), ACTIVATION, "latestActivation")?);
    create!(fiat_withdrawal_capabilities activate ActivateRequest ActivateResponse ACTIVATION,
        |ledger, customer, body| submitted(ledger, customer, ACTIVATION, &body)?);
    answers!(fiat_withdrawal_capabilities ACTIVATION activation_id, |ledger, new| new);
}
impl FiatWithdrawalQuotesApi for Bank {
    create!(fiat_withdrawal_quotes FIAT_QUOTE, |ledger, customer, body|
        quoted(ledger, &body, (BANK_ACCOUNT, "bankAccountId", &["currency"]))?);
}
impl FiatWithdrawalsApi for Bank {
    resource!(fiat_withdrawals WITHDRAWAL withdrawal_id client_reference);
    draft!(fiat_withdrawals WITHDRAWAL "currency" "amount", |ledger, customer, body| {
        use_quote(ledger, FIAT_QUOTE, customer, &body, &["amount", "currency", "bankAccountId"])?;
        json!({ "status": "DRAFT", "fee": "0.00", "estimatedReceivable": body["amount"], "supportingDocuments": null })
    });
    approved!(fiat_withdrawals submit SubmitRequest SubmitResponse WITHDRAWAL withdrawal_id "DRAFT" "SUBMITTED" "submittedAt");
    answers!(fiat_withdrawals WITHDRAWAL withdrawal_id, |ledger, new| json!({ "withdrawalId": new["withdrawalId"],
        "customerId": new["customerId"], "status": new["status"], "receivedAt": ledger.after(0)? }));
}
impl CryptoDepositWalletsApi for Bank {
    list!(crypto_deposit_wallets DEPOSIT_WALLET);
}
impl CryptoDepositsApi for Bank {
    resource!(crypto_deposits CRYPTO_DEPOSIT deposit_id);
    operation!(crypto_deposits submit_travel_rule_info SubmitTravelRuleInfoRequest SubmitTravelRuleInfoResponse::Accepted,
    |ledger, request| {
        let changes = json!({ "status": "PROCESSING", "requirements": null });
        ledger.step(CRYPTO_DEPOSIT, request.deposit_id.as_str(), &["PENDING_TRAVEL_RULE"], &changes)?;
        json!({ "depositId": request.deposit_id, "status": "PROCESSING", "submittedAt": ledger.after(0)? })
    });
}
impl CryptoWithdrawalQuotesApi for Bank {
    create!(crypto_withdrawal_quotes CRYPTO_QUOTE, |ledger, customer, body|
        quoted(ledger, &body, (BENEFICIARY, "walletBeneficiaryId", &["asset", "network"]))?);
}
impl WalletBeneficiariesApi for Bank {
    resource!(wallet_beneficiaries BENEFICIARY wallet_beneficiary_id client_reference);
    create!(wallet_beneficiaries BENEFICIARY, |ledger, customer, body| json!({ "status": "PENDING", "purpose": null }));
    step!(wallet_beneficiaries remove RemoveRequest RemoveResponse BENEFICIARY wallet_beneficiary_id
        ["PENDING" "ACTIVE"] |ledger| json!({ "status": "REMOVED" }));
    step!(wallet_beneficiaries sync SyncRequest SyncResponse BENEFICIARY wallet_beneficiary_id
        ["PENDING" "ACTIVE" "REJECTED" "REMOVED"] |ledger| json!({ "syncedAt": ledger.after(0)? }));
}
impl CryptoWithdrawalsApi for Bank {
    resource!(crypto_withdrawals CRYPTO_WITHDRAWAL withdrawal_id client_reference);
    draft!(crypto_withdrawals CRYPTO_WITHDRAWAL "asset" "amount", |ledger, customer, body| {
        use_quote(ledger, CRYPTO_QUOTE, customer, &body, &["amount", "asset", "network", "walletBeneficiaryId"])?;
        let wallet = ledger.find(BENEFICIARY, text(&body, "walletBeneficiaryId"))?;
        json!({ "status": "DRAFT", "fee": "0.00", "estimatedReceivable": body["amount"], "destinationAddress": wallet["address"] })
    });
    approved!(crypto_withdrawals submit SubmitRequest SubmitResponse CRYPTO_WITHDRAWAL withdrawal_id
        "DRAFT" "SUBMITTED" "submittedAt");
}
impl CryptoRefundsApi for Bank {
    resource!(crypto_refunds REFUND refund_id client_reference);
    draft!(crypto_refunds REFUND "asset" "amount", |ledger, customer, body| {
        for (member, kind) in [("depositId", CRYPTO_DEPOSIT), ("paymentId", PAYMENT), ("checkoutId", CHECKOUT)] {
            if let Some(id) = body["source"][member].as_str() {
                check(text(&ledger.find(kind, id)?, "customerId") == customer, Code::ResourceNotFound)?;
            }
        }
        json!({ "status": "DRAFT", "fee": "0.00", "estimatedReceivable": body["amount"] })
    });
    approved!(crypto_refunds submit SubmitRequest SubmitResponse REFUND refund_id "DRAFT" "SUBMITTED" "submittedAt");
    approved!(crypto_refunds confirm ConfirmRequest ConfirmResponse REFUND refund_id "SUBMITTED" "CONFIRMED" "confirmedAt");
}
impl CryptoCheckoutsApi for Bank {
    resource!(crypto_checkouts CHECKOUT checkout_id client_reference);
    create!(crypto_checkouts CHECKOUT, |ledger, customer, body| {
        units(text(&body, "amount"), unit(&body))?;
        let expires = body["expiresAt"].as_str().map_or_else(|| ledger.after(86_400), |at| Ok(at.to_owned()))?;
        json!({ "status": "OPEN", "fee": "0.00", "estimatedReceivable": body["amount"], "expiresAt": expires })
    });
    operation!(crypto_checkouts create_link CreateLinkRequest CreateLinkResponse::Created, |ledger, request| {
        let others = json!({ "url": "https://checkout.example/pay" });
        add(ledger, LINK, "links", request.checkout_id.as_str(), &document(&request.body)?, &others)?
    });
    operation!(crypto_checkouts create_pos_payment_request CreatePosPaymentRequestRequest CreatePosPaymentRequestResponse::Created,
    |ledger, request| {
        let (id, body) = (request.checkout_id.as_str(), document(&request.body)?);
        let checkout = ledger.find(CHECKOUT, id)?;
        let size = converted(text(&checkout, "amount"), text(&checkout, "currency"), text(&body, "asset"), true)?;
        add(ledger, TILL, "posPaymentRequests", id, &body, &json!({ "amount": size, "address": ADDRESS }))?
    });
    step!(crypto_checkouts close CloseRequest CloseResponse CHECKOUT checkout_id ["OPEN" "UNDERPAID"]
        |ledger| json!({ "status": "CLOSED", "closedAt": ledger.after(0)? }));
}
impl BuyersApi for Bank {
    resource!(buyers BUYER buyer_id client_reference);
    create!(buyers BUYER, |ledger, customer, body| json!({ "status": "PENDING" }));
    step!(buyers update UpdateRequest UpdateResponse BUYER buyer_id ["PENDING" "ACTIVE" "REJECTED"] body);
}
impl CollectionWalletsApi for Bank {
    resource!(collection_wallets WALLET wallet_id client_reference);
    operation!(collection_wallets create CreateRequest CreateResponse::Created, |ledger, request| {
        let (customer, body) = (request.customer_id.as_str(), document(&request.body)?);
        ledger.approved(customer)?;
        ledger.find(BUYER, text(&body, "buyerId"))?;
        let mut addresses = body["acceptedAssets"].clone();
        for address in addresses.as_array_mut().into_iter().flatten() {
            address["address"] = json!(ADDRESS);
        }
        let others = json!({ "status": "ACTIVE", "addresses": addresses, "acceptedAssets": null });
        let created = ledger.create(WALLET, customer, &body, &others)?;
        if text(&body, "clientReference").ends_with("-payment") {
            let (asset, network) = (&addresses[0]["asset"], &addresses[0]["network"]);
            let payment = json!({ "walletId": created["walletId"], "buyerId": body["buyerId"], "asset": asset,
                "network": network, "amount": "100.00", "sourceAddress": ADDRESS, "status": "DETECTED" });
            ledger.create(PAYMENT, customer, &payment, &Value::Null)?;
        }
        created
    });
    step!(collection_wallets update_expiry UpdateExpiryRequest UpdateExpiryResponse WALLET wallet_id ["ACTIVE"] body);
    step!(collection_wallets deactivate DeactivateRequest DeactivateResponse WALLET wallet_id ["ACTIVE"]
        |ledger| json!({ "status": "DEACTIVATED", "deactivatedAt": ledger.after(0)? }));
}
impl CollectionPaymentsApi for Bank {
    resource!(collection_payments PAYMENT payment_id);
}
