//! The state of the bank in a file: resources as JSON documents, and balances.
//!
//! A handler changes the state in one transaction, which also stores its response under the idempotency key, and the events of the change.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use oceafin_partner::models::{PartnerProblemCode as Code, PartnerWebhookEvent};
use oceafin_partner::server::axum::http::StatusCode;
use oceafin_partner::server::{Context, Problem};
use oceafin_partner::webhooks::WebhookEvent;
use oceafin_partner::{Decimal, Timestamp};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use sdkwright_server::{IntoReply, SqliteFile};
use serde_json::{Value, json};

pub(crate) type Result<T> = std::result::Result<T, Problem>;

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS resources (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, client_id TEXT NOT NULL, approved TEXT,
  document TEXT NOT NULL, customer_id AS (document ->> 'customerId'), status AS (document ->> 'status'),
  reference AS (coalesce(document ->> 'partnerCustomerRef', document ->> 'clientReference')));
CREATE INDEX IF NOT EXISTS lists ON resources (client_id, kind, customer_id, seq);
CREATE INDEX IF NOT EXISTS steps ON resources (kind, status);
CREATE UNIQUE INDEX IF NOT EXISTS refs ON resources (client_id, kind, reference) WHERE kind NOT IN ('Transaction', 'ConversionQuote', 'CryptoWithdrawalQuote');
CREATE TABLE IF NOT EXISTS balances (
  customer_id TEXT NOT NULL, unit TEXT NOT NULL, available TEXT NOT NULL, reserved TEXT NOT NULL, PRIMARY KEY (customer_id, unit));";

/// A kind of resource: its schema without `Partner`, and the member with its id.
#[derive(Clone, Copy)]
pub(crate) struct Kind(pub(crate) &'static str, pub(crate) &'static str);

impl Kind {
    /// Returns the type of resource in events and transactions.
    pub(crate) fn snake(self) -> String {
        let letters = self.0.char_indices();
        let letters = letters.map(|(at, letter)| {
            [
                if at > 0 && letter.is_uppercase() { "_" } else { "" }.to_owned(),
                letter.to_lowercase().to_string(),
            ]
            .concat()
        });
        letters.collect()
    }
}

/// The kinds of the contract.
pub(crate) mod kind {
    use super::Kind;

    pub(crate) const ACCOUNT: Kind = Kind("FiatAccount", "fiatAccountId");
    pub(crate) const ACTIVATION: Kind = Kind("FiatWithdrawalCapabilityActivation", "activationId");
    pub(crate) const APPLICATION: Kind = Kind("FiatAccountApplication", "applicationId");
    pub(crate) const BANK_ACCOUNT: Kind = Kind("BankAccount", "bankAccountId");
    pub(crate) const BENEFICIARY: Kind = Kind("WalletBeneficiary", "walletBeneficiaryId");
    pub(crate) const BUYER: Kind = Kind("Buyer", "buyerId");
    pub(crate) const CHECKOUT: Kind = Kind("Checkout", "checkoutId");
    pub(crate) const CONVERSION: Kind = Kind("Conversion", "conversionId");
    pub(crate) const CONVERSION_QUOTE: Kind = Kind("ConversionQuote", "quoteId");
    pub(crate) const CRYPTO_DEPOSIT: Kind = Kind("CryptoDeposit", "depositId");
    pub(crate) const CRYPTO_QUOTE: Kind = Kind("CryptoWithdrawalQuote", "quoteId");
    pub(crate) const CRYPTO_WITHDRAWAL: Kind = Kind("CryptoWithdrawal", "withdrawalId");
    pub(crate) const CUSTOMER: Kind = Kind("Customer", "customerId");
    pub(crate) const DEPOSIT_WALLET: Kind = Kind("CryptoDepositWallet", "depositWalletId");
    pub(crate) const FIAT_DEPOSIT: Kind = Kind("FiatDeposit", "depositId");
    pub(crate) const FIAT_QUOTE: Kind = Kind("FiatWithdrawalQuote", "quoteId");
    pub(crate) const FILE: Kind = Kind("CustomerFile", "fileAssetId");
    pub(crate) const LINK: Kind = Kind("CheckoutLink", "linkId");
    pub(crate) const ONBOARDING: Kind = Kind("OnboardingSubmission", "submissionId");
    pub(crate) const PAYMENT: Kind = Kind("CollectionPayment", "paymentId");
    pub(crate) const REFUND: Kind = Kind("CryptoRefund", "refundId");
    pub(crate) const TILL: Kind = Kind("CheckoutPosPaymentRequest", "posPaymentRequestId");
    pub(crate) const TRANSACTION: Kind = Kind("Transaction", "transactionId");
    pub(crate) const WALLET: Kind = Kind("CollectionWallet", "walletId");
    pub(crate) const WITHDRAWAL: Kind = Kind("FiatWithdrawal", "withdrawalId");
}

/// An event: the kind of its resource, the status with which it happens (empty: on creation, `*`: on each change), its type and its variant.
type Cause = (
    Kind,
    &'static str,
    &'static str,
    fn(PartnerWebhookEvent) -> WebhookEvent,
);

macro_rules! causes {
    ($($kind:ident $status:literal $event_type:literal $variant:ident)*) => {
        const CAUSES: &[Cause] = &[$((kind::$kind, $status, $event_type, WebhookEvent::$variant)),*];
    };
}

causes! {
    CUSTOMER "SUBMITTED" "customer.onboarding.submitted" CustomerOnboardingSubmitted
    APPLICATION "SUBMITTED" "fiat_account.application.submitted" FiatAccountApplicationSubmitted
    CRYPTO_DEPOSIT "PENDING_TRAVEL_RULE" "crypto.deposit.pending_travel_rule" CryptoDepositPendingTravelRule
    CRYPTO_WITHDRAWAL "" "crypto_withdrawal.created" CryptoWithdrawalCreated
    WALLET "" "collection_wallet.created" CollectionWalletCreated
    TRANSACTION "*" "customer.transaction.updated" CustomerTransactionUpdated
    CONVERSION "" "conversion.created" ConversionCreated
}

/// A bank over a file, which several processes may share.
#[derive(Clone)]
pub(crate) struct Bank {
    rows: Arc<Mutex<Connection>>,
    clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
}

/// The state of one client in one transaction.
pub(crate) struct Ledger<'t> {
    pub(crate) rows: &'t Connection,
    pub(crate) client: &'t str,
    pub(crate) now: SystemTime,
}

/// Returns the problem of a state that cannot be, and prints why.
pub(crate) fn broken(why: impl std::fmt::Display) -> Problem {
    eprintln!("the bank is broken: {why}");
    Problem::from_status(StatusCode::INTERNAL_SERVER_ERROR)
}

pub(crate) fn document(model: &impl serde::Serialize) -> Result<Value> {
    serde_json::to_value(model).map_err(broken)
}

pub(crate) fn model<T: serde::de::DeserializeOwned>(document: Value) -> Result<T> {
    serde_json::from_value(document).map_err(broken)
}

pub(crate) fn invalid(pointer: &str, message: &str) -> Problem {
    Problem::from(Code::RequestInvalid).with_error(pointer, message)
}

/// Returns a problem unless a condition is true.
pub(crate) fn check(holds: bool, problem: impl Into<Problem>) -> Result<()> {
    holds.then_some(()).ok_or_else(|| problem.into())
}

/// Returns the text of a member; empty if it is absent.
pub(crate) fn text<'d>(document: &'d Value, member: &str) -> &'d str {
    document[member].as_str().unwrap_or_default()
}

pub(crate) fn amount(text: &str) -> Result<Decimal> {
    text.parse().map_err(|_| invalid("/amount", "is not an amount"))
}

fn parsed(text: &str) -> Result<Value> {
    serde_json::from_str(text).map_err(broken)
}

/// Sets members of an object; `null` removes one.
fn merged(mut object: Value, changes: &Value) -> Value {
    if let (Some(object), Some(changes)) = (object.as_object_mut(), changes.as_object()) {
        object.extend(changes.clone());
        object.retain(|_, value| !value.is_null());
    }
    object
}

impl Bank {
    /// Opens a file, or creates it.
    pub(crate) fn open(file: &Path, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> rusqlite::Result<Self> {
        let connection = Connection::open(file)?;
        connection.execute_batch(TABLES)?;
        Ok(Self {
            rows: Arc::new(Mutex::new(connection)),
            clock: Arc::new(clock),
        })
    }

    /// Runs one transaction of a client.
    pub(crate) fn run<T>(&self, client: &str, work: impl FnOnce(&Ledger<'_>) -> Result<T>) -> Result<T> {
        let mut connection = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let rows = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = work(&Ledger {
            rows: &rows,
            client,
            now: (self.clock)(),
        })?;
        rows.commit()?;
        Ok(done)
    }

    /// Changes the state and stores the response, in one transaction.
    pub(crate) fn change<R: IntoReply + Clone>(
        &self,
        context: &Context,
        work: impl FnOnce(&Ledger<'_>) -> Result<R>,
    ) -> Result<R> {
        self.run(context.client_id().unwrap_or_default(), |ledger| {
            let response = work(ledger)?;
            SqliteFile::store(ledger.rows, context, &response)?;
            Ok(response)
        })
    }
}

impl Ledger<'_> {
    /// Returns the instant after a time, as a text in whole seconds.
    pub(crate) fn after(&self, seconds: u64) -> Result<String> {
        Ok(self.at(seconds)?.to_string())
    }

    /// Returns the same as an instant.
    pub(crate) fn at(&self, seconds: u64) -> Result<Timestamp> {
        let instant = Timestamp::try_from(self.now + Duration::from_secs(seconds));
        Ok(instant.map_err(broken)?.to_whole_seconds())
    }

    /// Finds a resource of the client by a column.
    pub(crate) fn by(&self, kind: Kind, column: &str, value: &str) -> Result<Option<Value>> {
        let select = format!("SELECT document FROM resources WHERE client_id = ?1 AND kind = ?2 AND {column} = ?3");
        let parameters = params![self.client, kind.0, value];
        let row: Option<String> = self.rows.query_row(&select, parameters, |row| row.get(0)).optional()?;
        row.as_deref().map(parsed).transpose()
    }

    pub(crate) fn find(&self, kind: Kind, id: &str) -> Result<Value> {
        let code = if kind.0 == "Customer" {
            Code::CustomerNotFound
        } else {
            Code::ResourceNotFound
        };
        self.by(kind, "id", id)?.ok_or_else(|| code.into())
    }

    /// Returns an error unless the customer is approved.
    pub(crate) fn approved(&self, customer: &str) -> Result<()> {
        let is_approved = text(&self.find(kind::CUSTOMER, customer)?, "status") == "APPROVED";
        check(is_approved, Code::ResourceStateInvalid)
    }

    /// Creates a resource from the members of a request, and others.
    pub(crate) fn create(&self, kind: Kind, customer: &str, request: &Value, others: &Value) -> Result<Value> {
        let id = self.new_id()?;
        // A request may contain any member.
        let named = merged(merged(json!({}), request), &json!({ "customerId": customer }));
        let mut created = merged(named, others);
        created[kind.1] = json!(id);
        created["createdAt"] = json!(self.after(0)?);
        let insert = "INSERT OR IGNORE INTO resources (id, kind, client_id, document) VALUES (?1, ?2, ?3, ?4)";
        let added = self
            .rows
            .execute(insert, params![id, kind.0, self.client, created.to_string()])?;
        check(added == 1, Code::ReferenceConflict)?;
        self.send_events(kind, None, &created)?;
        Ok(created)
    }

    fn new_id(&self) -> Result<String> {
        let select = "SELECT lower(hex(randomblob(16)))";
        let id: String = self.rows.query_row(select, [], |row| row.get(0))?;
        Ok([&id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]].join("-"))
    }

    /// Sends the events of a change to the client: the rows are committed with the change. `old` is the status before.
    fn send_events(&self, kind: Kind, old: Option<&str>, new: &Value) -> Result<()> {
        for (of, status, event_type, event) in CAUSES {
            let happens = match *status {
                "" => old.is_none(),
                "*" => true,
                to => text(new, "status") == to && old != Some(to),
            };
            if of.0 != kind.0 || !happens {
                continue;
            }
            let customer = text(new, "customerId");
            let reference = &self.find(kind::CUSTOMER, customer)?["partnerCustomerRef"];
            let resource = json!({ "resourceType": kind.snake(), "resourceId": new[kind.1] });
            let envelope = json!({ "eventId": self.new_id()?, "eventType": event_type, "occurredAt": self.after(0)?, "data": {},
                "customer": { "customerId": customer, "partnerCustomerRef": reference }, "resource": resource });
            SqliteFile::send(self.rows, self.client, &event(model(envelope)?))?;
        }
        Ok(())
    }

    /// Changes members of a resource; `null` removes one.
    pub(crate) fn update(&self, kind: Kind, old: Value, changes: &Value) -> Result<Value> {
        let dated = (!kind.0.ends_with("Quote")).then(|| self.after(0)).transpose()?;
        let kept = json!({ kind.1: old[kind.1], "customerId": old["customerId"], "updatedAt": dated });
        let (id, status) = (text(&old, kind.1).to_owned(), text(&old, "status").to_owned());
        let new = merged(merged(old, changes), &kept);
        let update = "UPDATE resources SET document = ?1 WHERE id = ?2";
        self.rows.execute(update, [&new.to_string(), &id])?;
        self.send_events(kind, Some(&status), &new)?;
        Ok(new)
    }

    /// Changes a resource in one of these statuses.
    pub(crate) fn step(&self, kind: Kind, id: &str, from: &[&str], changes: &Value) -> Result<Value> {
        let old = self.find(kind, id)?;
        check(from.contains(&text(&old, "status")), Code::ResourceStateInvalid)?;
        self.update(kind, old, changes)
    }

    /// Returns a page, newest first. A filter has `status`, `reference`, `after`, `before`, `limit`, and `cursor`, the number of the last row.
    pub(crate) fn list(&self, kind: Kind, customer: &str, filter: &Value) -> Result<Value> {
        self.find(kind::CUSTOMER, customer)?;
        let limit = filter["limit"].as_i64().unwrap_or(100);
        check(
            (1..=100).contains(&limit),
            invalid("/query/limit", "must be from 1 to 100"),
        )?;
        let cursor = filter["cursor"].as_str().unwrap_or("1").parse::<i64>();
        cursor.map_err(|_| invalid("/query/cursor", "is not a cursor of this list"))?;
        let mut statement = self.rows.prepare(
            "SELECT seq, document FROM resources WHERE client_id = ?1 AND kind = ?2 AND customer_id = ?3
             AND status = ifnull(?4 ->> 'status', status) AND ifnull(reference = ?4 ->> 'reference', ?4 ->> 'reference' IS NULL)
             AND unixepoch(document ->> 'createdAt') >= ifnull(unixepoch(?4 ->> 'after'), 0)
             AND unixepoch(document ->> 'createdAt') < ifnull(unixepoch(?4 ->> 'before'), 1e12)
             AND seq < ifnull(CAST(?4 ->> 'cursor' AS INTEGER), 1e18) ORDER BY seq DESC LIMIT ?5",
        )?;
        let parameters = params![self.client, kind.0, customer, filter.to_string(), limit + 1];
        let rows = statement.query_map(parameters, |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut rows: Vec<(i64, String)> = rows.collect::<rusqlite::Result<_>>()?;
        let size = usize::try_from(limit).map_err(broken)?;
        let has_more = rows.len() > size;
        rows.truncate(size);
        let next = rows.last().filter(|_| has_more).map(|(seq, _)| seq.to_string());
        let info = merged(json!({ "hasMore": has_more }), &json!({ "nextCursor": next }));
        let data: Vec<Value> = rows.iter().map(|(_, text)| parsed(text)).collect::<Result<_>>()?;
        Ok(json!({ "data": data, "pageInfo": info }))
    }

    /// Adds to the available and the reserved amount of a balance. Neither falls below zero.
    pub(crate) fn book(&self, customer: &str, unit: &str, (available, reserved): (&str, &str)) -> Result<()> {
        let select = "SELECT available, reserved FROM balances WHERE customer_id = ?1 AND unit = ?2";
        let found = self
            .rows
            .query_row(select, [customer, unit], |row| Ok((row.get(0)?, row.get(1)?)));
        let (old, held): (String, String) = found.optional()?.unwrap_or(("0.00".into(), "0.00".into()));
        let add = |old: &str, change: &str| {
            let (old, size) = (amount(old)?, amount(change.trim_start_matches('-'))?);
            let sum = if change.starts_with('-') {
                old.checked_sub(&size)
            } else {
                old.checked_add(&size)
            };
            let sum = sum.filter(|sum| sum.is_negative() == Ok(false));
            sum.ok_or_else(|| Problem::from(Code::ResourceStateInvalid))
        };
        let (new, held) = (add(&old, available)?, add(&held, reserved)?);
        let replace = "INSERT OR REPLACE INTO balances VALUES (?1, ?2, ?3, ?4)";
        self.rows
            .execute(replace, [customer, unit, new.as_str(), held.as_str()])?;
        Ok(())
    }
}
