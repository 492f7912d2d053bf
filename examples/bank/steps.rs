//! What the bank does by itself: checks, payments and credits, one step at a time; and the resources with which it starts.

#![allow(clippy::wildcard_imports, reason = "the bank works on most kinds of the contract")]

use std::cmp::Ordering;

use oceafin_partner::Decimal;
use serde_json::{Value, json};

use crate::bank::{Bank, Kind, Ledger, Result, after, amount, broken, invalid, kind::*, text};

/// The effect of a step.
enum Effect {
    Nothing,
    /// Opens the balances of a customer.
    Open,
    /// Opens a fiat account.
    Account,
    /// Asks for an answer, if the reference ends in `-more-info`.
    MoreInfo,
    /// Credits the amount, or pays it out, and records a transaction for a resource of this type.
    Credit(&'static str),
    Debit(&'static str),
    /// The payer of the bank pays at the till.
    Till,
}

const STEPS: [(Kind, &str, &str, Effect); 17] = [
    (CUSTOMER, "SUBMITTED", "APPROVED", Effect::Open),
    (BANK_ACCOUNT, "PENDING", "ACTIVE", Effect::Nothing),
    (BENEFICIARY, "PENDING", "ACTIVE", Effect::Nothing),
    (BUYER, "PENDING", "ACTIVE", Effect::Nothing),
    (ACTIVATION, "PROCESSING", "APPROVED", Effect::Nothing),
    (ACTIVATION, "SUBMITTED", "PROCESSING", Effect::MoreInfo),
    (APPLICATION, "PROCESSING", "APPROVED", Effect::Account),
    (APPLICATION, "SUBMITTED", "PROCESSING", Effect::MoreInfo),
    (
        CRYPTO_DEPOSIT,
        "PROCESSING",
        "COMPLETED",
        Effect::Credit("crypto_deposit"),
    ),
    (FIAT_DEPOSIT, "RECEIVED", "COMPLETED", Effect::Credit("fiat_deposit")),
    (PAYMENT, "DETECTED", "COMPLETED", Effect::Credit("collection_payment")),
    (WITHDRAWAL, "PROCESSING", "COMPLETED", Effect::Debit("fiat_withdrawal")),
    (WITHDRAWAL, "SUBMITTED", "PROCESSING", Effect::Nothing),
    (
        CRYPTO_WITHDRAWAL,
        "SUBMITTED",
        "COMPLETED",
        Effect::Debit("crypto_withdrawal"),
    ),
    (REFUND, "CONFIRMED", "COMPLETED", Effect::Debit("crypto_refund")),
    (CONVERSION, "DRAFT", "COMPLETED", Effect::Debit("conversion")),
    (CHECKOUT, "OPEN", "PAID", Effect::Till),
];

/// The address of all wallets of this bank.
pub(crate) const ADDRESS: &str = "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB";

/// Takes the next step of each resource that waits for the bank.
pub(crate) fn work(bank: &Bank) -> Result<()> {
    bank.run(|rows| {
        for (kind, from, to, effect) in &STEPS {
            let mut statement =
                rows.prepare("SELECT client_id, document FROM resources WHERE kind = ?1 AND status = ?2")?;
            let found = statement.query_map([kind.0, from], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let found: Vec<(String, String)> = found.collect::<rusqlite::Result<_>>()?;
            for (client, document) in found {
                let (ledger, old) = (
                    Ledger { rows, client: &client },
                    serde_json::from_str(&document).map_err(broken)?,
                );
                step(&ledger, *kind, old, to, effect)?;
            }
        }
        Ok(())
    })
}

fn step(ledger: &Ledger<'_>, kind: Kind, old: Value, to: &str, effect: &Effect) -> Result<()> {
    let (customer, reference) = (text(&old, "customerId"), text(&old, "clientReference"));
    let mut changes = json!({ "status": to });
    if to == "COMPLETED" {
        changes["completedAt"] = json!(after(0)?);
    }
    match effect {
        Effect::Open => {
            open(ledger, customer)?;
            if text(&old, "partnerCustomerRef").ends_with("-travel-rule") {
                deposit(ledger, customer, "PENDING_TRAVEL_RULE")?;
            }
        }
        Effect::MoreInfo if reference.ends_with("-more-info") => {
            let requirement = json!({ "code": "SOURCE_OF_FUNDS", "documentType": "SOURCE_OF_FUNDS" });
            changes = json!({ "status": "ADDITIONAL_INFO_REQUIRED", "requirements": [requirement] });
        }
        Effect::Account => {
            let account = json!({ "routeCode": old["routeCode"], "currency": old["currency"], "status": "ACTIVE",
                "bankDetails": { "accountHolderName": "The customer", "accountNumber": "12345678" } });
            changes["fiatAccountId"] =
                ledger.create(ACCOUNT, customer, &account, &Value::Null)?["fiatAccountId"].clone();
            if reference.ends_with("-deposit") {
                let deposit = json!({ "fiatAccountId": changes["fiatAccountId"], "currency": old["currency"],
                    "amount": "100.00", "status": "RECEIVED" });
                ledger.create(FIAT_DEPOSIT, customer, &deposit, &Value::Null)?;
            }
        }
        Effect::Credit(name) => moved(
            ledger,
            (name, text(&old, kind.1)),
            customer,
            (unit(&old), text(&old, "amount")),
            true,
        )?,
        Effect::Debit("conversion") => {
            let id = ("conversion", text(&old, kind.1));
            let source = (text(&old, "sourceAsset"), text(&old, "sourceAmount"));
            moved(ledger, id, customer, source, false)?;
            moved(
                ledger,
                id,
                customer,
                (text(&old, "destinationAsset"), text(&old, "destinationAmount")),
                true,
            )?;
        }
        Effect::Debit(name) => moved(
            ledger,
            (name, text(&old, kind.1)),
            customer,
            (unit(&old), text(&old, "amount")),
            false,
        )?,
        Effect::Till => {
            let till = &old["posPaymentRequests"][0];
            if till.is_null() {
                return Ok(());
            }
            changes = json!({ "status": to, "paidAt": after(0)?, "paidAsset": till["asset"],
                "paidNetwork": till["network"], "paidAmount": till["amount"] });
            moved(
                ledger,
                ("checkout", text(&old, kind.1)),
                customer,
                (unit(&old), text(&old, "amount")),
                true,
            )?;
        }
        Effect::Nothing | Effect::MoreInfo => {}
    }
    ledger.update(kind, old, &changes)?;
    Ok(())
}

fn unit(document: &Value) -> &str {
    document["asset"].as_str().unwrap_or(text(document, "currency"))
}

/// Returns the type of an asset, and the member with its name.
pub(crate) fn unit_names(unit: &str) -> (&'static str, &'static str) {
    let is_crypto = matches!(unit, "USDC" | "USDT" | "BTC" | "ETH");
    if is_crypto {
        ("CRYPTO", "asset")
    } else {
        ("FIAT", "currency")
    }
}

/// Opens the balances of a customer who was approved, and a wallet.
fn open(ledger: &Ledger<'_>, customer: &str) -> Result<()> {
    for unit in ["GBP", "USD", "USDC", "BTC", "ETH"] {
        ledger.book(customer, unit, ("1000000.00", "0"))?;
    }
    let euro = json!({ "currency": "EUR", "amount": "1000000.00", "status": "RECEIVED" });
    let euro = ledger.create(FIAT_DEPOSIT, customer, &euro, &Value::Null)?;
    step(ledger, FIAT_DEPOSIT, euro, "COMPLETED", &Effect::Credit("fiat_deposit"))?;
    let wallet = json!({ "asset": "USDC", "network": "ETHEREUM", "address": ADDRESS, "status": "ACTIVE" });
    ledger.create(DEPOSIT_WALLET, customer, &wallet, &Value::Null)?;
    Ok(())
}

fn deposit(ledger: &Ledger<'_>, customer: &str, status: &str) -> Result<()> {
    let deposit = json!({ "asset": "USDC", "network": "ETHEREUM", "amount": "1500.00", "sourceAddress": ADDRESS,
        "destinationAddress": ADDRESS, "status": status });
    ledger.create(CRYPTO_DEPOSIT, customer, &deposit, &Value::Null)?;
    Ok(())
}

/// Credits an amount or pays out a reserved one, and records the transaction.
fn moved(
    ledger: &Ledger<'_>,
    (resource, id): (&str, &str),
    customer: &str,
    (unit, size): (&str, &str),
    is_credit: bool,
) -> Result<()> {
    let held = format!("-{size}");
    ledger.book(customer, unit, if is_credit { (size, "0") } else { ("0", &held) })?;
    let ((asset_type, member), name) = (unit_names(unit), resource.to_uppercase());
    let name = if resource == "checkout" {
        "CHECKOUT_PAYMENT"
    } else {
        &name
    };
    let mut transaction = json!({ "transactionType": name, "direction": if is_credit { "CREDIT" } else { "DEBIT" },
        "status": "COMPLETED", "assetType": asset_type, "amount": size,
        "resource": { "resourceType": resource, "resourceId": id } });
    transaction[member] = json!(unit);
    ledger.create(TRANSACTION, customer, &transaction, &Value::Null)?;
    Ok(())
}

/// Converts an amount by fixed prices, rounded down.
pub(crate) fn converted(given: &str, from: &str, to: &str) -> Result<String> {
    let price = |unit: &str| match unit {
        "EUR" => Ok(1_080_000_i128),
        "GBP" => Ok(1_270_000),
        "USD" | "USDC" | "USDT" => Ok(1_000_000),
        "BTC" => Ok(65_000_000_000),
        "ETH" => Ok(3_400_000_000),
        _ => Err(invalid("/destinationAsset", "is not an asset of this bank")),
    };
    let (whole, part) = given.split_once('.').unwrap_or((given, ""));
    let small = format!("{whole}{part:0<8}").parse::<i128>().ok();
    let small = small.filter(|_| part.len() <= 8 && whole.len() <= 15);
    let small = small
        .filter(|_| amount(given).ok().map(|given| given.compare(&Decimal::whole(0))) == Some(Ok(Ordering::Greater)));
    let small = small.ok_or_else(|| invalid("/amount", "must be positive, with at most 8 decimals"))?;
    let places = if matches!(to, "BTC" | "ETH") { 8 } else { 2 };
    let (unit, rounded) = (
        10_i128.pow(places),
        small * price(from)? / price(to)? / 10_i128.pow(8 - places),
    );
    Ok(format!(
        "{}.{:0width$}",
        rounded / unit,
        rounded % unit,
        width = places as usize
    ))
}

/// Creates the customer `cust-100001` of a new bank, with what the examples need.
pub(crate) fn seed(bank: &Bank, client: &str) -> Result<()> {
    bank.run(|rows| {
        let ledger = Ledger { rows, client };
        let jane = json!({ "partnerCustomerRef": "cust-100001", "customerType": "INDIVIDUAL", "status": "APPROVED" });
        let jane = match ledger.create(CUSTOMER, "", &jane, &json!({ "updatedAt": after(0)? })) {
            Err(problem) if problem.code() == Some("PARTNER_REFERENCE_CONFLICT") => return Ok(()),
            created => created?,
        };
        let jane = text(&jane, "customerId");
        open(&ledger, jane)?;
        for kind in [APPLICATION, ACTIVATION] {
            let route = json!({ "routeCode": "SEPA_EUR", "currency": "EUR", "status": "PROCESSING" });
            ledger.create(kind, jane, &route, &Value::Null)?;
        }
        deposit(&ledger, jane, "PROCESSING")?;
        deposit(&ledger, jane, "PENDING_TRAVEL_RULE")?;
        Ok(())
    })
}
