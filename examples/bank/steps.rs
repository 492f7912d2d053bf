//! What the bank does by itself: checks, payments and credits, one step at a time; and the resources with which it starts.

#![allow(clippy::wildcard_imports, reason = "the bank works on most kinds of the contract")]

use serde_json::{Value, json};

use crate::bank::{Bank, Kind, Ledger, Result, invalid, kind::*, text};

/// The effect of a step.
enum Effect {
    Nothing,
    /// Opens the balances of a customer.
    Open,
    /// Opens a fiat account.
    Account,
    /// Asks for an answer, if the reference ends in `-more-info`.
    MoreInfo,
    /// Credits the amount, pays it out, or does both, and records transactions.
    Credit,
    Debit,
    Convert,
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
    (CRYPTO_DEPOSIT, "PROCESSING", "COMPLETED", Effect::Credit),
    (FIAT_DEPOSIT, "RECEIVED", "COMPLETED", Effect::Credit),
    (PAYMENT, "DETECTED", "COMPLETED", Effect::Credit),
    (WITHDRAWAL, "PROCESSING", "COMPLETED", Effect::Debit),
    (WITHDRAWAL, "SUBMITTED", "PROCESSING", Effect::Nothing),
    (CRYPTO_WITHDRAWAL, "SUBMITTED", "COMPLETED", Effect::Debit),
    (REFUND, "CONFIRMED", "COMPLETED", Effect::Debit),
    (CONVERSION, "DRAFT", "COMPLETED", Effect::Convert),
    (CHECKOUT, "OPEN", "PAID", Effect::Till),
];

/// The address of all wallets of this bank.
pub(crate) const ADDRESS: &str = "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB";

/// Takes the next step of each resource that waits for the bank, in a separate transaction. A failed step does not stop the others.
pub(crate) fn work(bank: &Bank) -> Result<()> {
    let mut done = Ok(());
    for (kind, from, to, effect) in &STEPS {
        let waiting = bank.run("", |ledger| {
            let mut statement = ledger
                .rows
                .prepare("SELECT client_id, id FROM resources WHERE kind = ?1 AND status = ?2 ORDER BY seq")?;
            let found = statement.query_map([kind.0, from], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(found.collect::<rusqlite::Result<Vec<(String, String)>>>()?)
        })?;
        for (client, id) in waiting {
            let taken = bank.run(&client, |ledger| {
                let old = ledger.find(*kind, &id)?;
                // A request may have changed it since.
                if text(&old, "status") == *from {
                    step(ledger, *kind, old, to, effect)?;
                }
                Ok(())
            });
            done = done.and(taken);
        }
    }
    done
}

fn step(ledger: &Ledger<'_>, kind: Kind, old: Value, to: &str, effect: &Effect) -> Result<()> {
    let (customer, reference) = (text(&old, "customerId"), text(&old, "clientReference"));
    let mut changes = json!({ "status": to });
    if to == "COMPLETED" {
        changes["completedAt"] = json!(ledger.after(0)?);
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
        Effect::Credit => moved(ledger, kind, &old, [unit(&old), text(&old, "amount")], true)?,
        Effect::Debit => moved(ledger, kind, &old, [unit(&old), text(&old, "amount")], false)?,
        Effect::Convert => {
            let [source, destination] = ["source", "destination"]
                .map(|side| ["Asset", "Amount"].map(|member| text(&old, &format!("{side}{member}"))));
            moved(ledger, kind, &old, source, false)?;
            moved(ledger, kind, &old, destination, true)?;
        }
        Effect::Till => {
            let till = &old["posPaymentRequests"][0];
            if till.is_null() {
                return Ok(());
            }
            changes = json!({ "status": to, "paidAt": ledger.after(0)?, "paidAsset": till["asset"],
                "paidNetwork": till["network"], "paidAmount": till["amount"] });
            moved(ledger, kind, &old, [unit(&old), text(&old, "amount")], true)?;
        }
        Effect::Nothing | Effect::MoreInfo => {}
    }
    ledger.update(kind, old, &changes)?;
    Ok(())
}

/// Returns the asset or the currency of a document.
pub(crate) fn unit(document: &Value) -> &str {
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
    step(ledger, FIAT_DEPOSIT, euro, "COMPLETED", &Effect::Credit)?;
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

/// Credits an amount to the customer of a resource or pays out a reserved one, and records the transaction.
fn moved(ledger: &Ledger<'_>, kind: Kind, of: &Value, [unit, size]: [&str; 2], is_credit: bool) -> Result<()> {
    let (held, customer) = (format!("-{size}"), text(of, "customerId"));
    ledger.book(customer, unit, if is_credit { (size, "0") } else { ("0", &held) })?;
    let ((asset_type, member), resource) = (unit_names(unit), kind.snake());
    let name = resource.to_uppercase().replace("CHECKOUT", "CHECKOUT_PAYMENT");
    let mut transaction = json!({ "transactionType": name, "direction": if is_credit { "CREDIT" } else { "DEBIT" },
        "status": "COMPLETED", "assetType": asset_type, "amount": size,
        "resource": { "resourceType": resource, "resourceId": of[kind.1] } });
    transaction[member] = json!(unit);
    ledger.create(TRANSACTION, customer, &transaction, &Value::Null)?;
    Ok(())
}

/// Returns the price of an asset in millionths of a dollar, and the decimal places that the contract allows.
fn price(unit: &str) -> Result<(i128, usize)> {
    match unit {
        "EUR" => Ok((1_080_000, 2)),
        "GBP" => Ok((1_270_000, 2)),
        "USD" => Ok((1_000_000, 2)),
        "USDC" | "USDT" => Ok((1_000_000, 6)),
        "BTC" => Ok((65_000_000_000, 8)),
        "ETH" => Ok((3_400_000_000, 18)),
        _ => Err(invalid("/destinationAsset", "is not an asset of this bank")),
    }
}

/// Returns the number of smallest units, of 18 decimal places, in an amount of an asset. It is positive, and has no more places than the asset.
pub(crate) fn units(given: &str, unit: &str) -> Result<i128> {
    let (whole, part) = given.split_once('.').unwrap_or((given, ""));
    let number = format!("{whole}{part:0<18}").parse::<i128>().ok();
    let is_written = part.trim_end_matches('0').len() <= price(unit)?.1 && whole.len() <= 9;
    let number = number.filter(|number| is_written && part.len() <= 18 && *number > 0);
    number.ok_or_else(|| {
        invalid(
            "/amount",
            "must be positive, with no more decimal places than its asset",
        )
    })
}

/// Converts an amount by fixed prices, to the decimal places in which the contract rounds. The part of a unit is the bank's: what a customer
/// receives is rounded down, and what a customer pays is rounded up.
pub(crate) fn converted(given: &str, from: &str, to: &str, rounds_up: bool) -> Result<String> {
    let places = if matches!(to, "BTC" | "ETH") { 8 } else { 2 };
    let (value, divisor) = (
        units(given, from)? * price(from)?.0,
        price(to)?.0 * 10_i128.pow(18 - places),
    );
    let rounded = value / divisor + i128::from(rounds_up && value % divisor != 0);
    let unit = 10_i128.pow(places);
    (rounded > 0)
        .then(|| format!("{}.{:0width$}", rounded / unit, rounded % unit, width = places as usize))
        .ok_or_else(|| invalid("/amount", "is less than the smallest unit of the other asset"))
}

/// Creates the customer `cust-100001` of a new bank, with what the examples need.
pub(crate) fn seed(bank: &Bank, client: &str) -> Result<()> {
    bank.run(client, |ledger| {
        let jane = json!({ "partnerCustomerRef": "cust-100001", "customerType": "INDIVIDUAL", "status": "APPROVED" });
        let jane = match ledger.create(CUSTOMER, "", &jane, &json!({ "updatedAt": ledger.after(0)? })) {
            Err(problem) if problem.code() == Some("PARTNER_REFERENCE_CONFLICT") => return Ok(()),
            created => created?,
        };
        let jane = text(&jane, "customerId");
        open(ledger, jane)?;
        for kind in [APPLICATION, ACTIVATION] {
            let route = json!({ "routeCode": "SEPA_EUR", "currency": "EUR", "status": "PROCESSING" });
            ledger.create(kind, jane, &route, &Value::Null)?;
        }
        deposit(ledger, jane, "PROCESSING")?;
        deposit(ledger, jane, "PENDING_TRAVEL_RULE")?;
        Ok(())
    })
}
