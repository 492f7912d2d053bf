//! A bank in memory: customers, balances, quotes, and fiat withdrawals from draft to payment.
//!
//! All operations that it does not implement return status 501.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use oceafin_partner::models::{
    CustomerId, FiatWithdrawalId, FiatWithdrawalQuoteId, PageInfo, PartnerAssetType, PartnerBalance,
    PartnerBalancePage, PartnerCustomer, PartnerCustomerRequired, PartnerCustomerStatus, PartnerFiatWithdrawal,
    PartnerFiatWithdrawalPage, PartnerFiatWithdrawalQuote, PartnerFiatWithdrawalStatus, PartnerProblemCode as Code,
    PartnerQuoteStatus,
};
use oceafin_partner::server::axum::http::StatusCode;
use oceafin_partner::server::{
    BalancesApi, BankAccountsApi, BuyersApi, CollectionPaymentsApi, CollectionWalletsApi, Context, ConversionQuotesApi,
    ConversionsApi, CryptoCheckoutsApi, CryptoDepositWalletsApi, CryptoDepositsApi, CryptoRefundsApi,
    CryptoWithdrawalQuotesApi, CryptoWithdrawalsApi, CustomersApi, FiatAccountApplicationsApi,
    FiatAccountCapabilitiesApi, FiatAccountsApi, FiatDepositInstructionsApi, FiatDepositsApi,
    FiatWithdrawalCapabilitiesApi, FiatWithdrawalQuotesApi, FiatWithdrawalsApi, Problem, TransactionsApi,
    WalletBeneficiariesApi, balances, customers, fiat_withdrawal_quotes as quotes, fiat_withdrawals as withdrawals,
};
use oceafin_partner::{CurrencyCode, Decimal, Timestamp};

/// Largest and usual size of a page.
const PAGE: usize = 100;
/// Time for which a quote is valid.
const QUOTE: Duration = Duration::new(15 * 60, 0);

/// A bank in memory. Each customer starts with 1000.00 EUR.
#[derive(Debug, Default)]
pub(crate) struct Bank(Mutex<Ledger>);

#[derive(Debug, Default)]
struct Ledger {
    customers: BTreeMap<String, Account>,
    quotes: BTreeMap<String, PartnerFiatWithdrawalQuote>,
    withdrawals: Vec<Withdrawal>,
    ids: u64,
}

#[derive(Debug)]
struct Account {
    /// The client that created the customer; no other one sees it.
    client_id: String,
    customer: PartnerCustomer,
    available: Decimal,
}

#[derive(Debug)]
struct Withdrawal {
    client_id: String,
    /// The hash that was approved at its creation.
    approved: String,
    document: PartnerFiatWithdrawal,
}

/// Returns the instant after a time, in whole seconds.
fn after(time: Duration) -> Result<Timestamp, Problem> {
    let instant = Timestamp::try_from(SystemTime::now() + time);
    let instant = instant.map_err(|_| Problem::from_status(StatusCode::INTERNAL_SERVER_ERROR));
    Ok(instant?.to_whole_seconds())
}

fn now() -> Result<Timestamp, Problem> {
    after(Duration::ZERO)
}

impl Bank {
    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ledger {
    /// Returns a new id.
    fn id(&mut self) -> String {
        self.ids += 1;
        format!("00000000-0000-4000-8000-{:012}", self.ids)
    }

    fn account(&mut self, context: &Context, id: &CustomerId) -> Result<&mut Account, Problem> {
        let account = self.customers.get_mut(id.as_str());
        let own = account.filter(|account| Some(account.client_id.as_str()) == context.client_id());
        own.ok_or_else(|| Code::CustomerNotFound.into())
    }

    fn withdrawal(&mut self, context: &Context, id: &FiatWithdrawalId) -> Result<&mut Withdrawal, Problem> {
        let mut all = self.withdrawals.iter_mut();
        let is_own = |one: &&mut Withdrawal| {
            one.document.withdrawal_id == *id && Some(one.client_id.as_str()) == context.client_id()
        };
        all.find(is_own).ok_or_else(|| Code::ResourceNotFound.into())
    }
}

/// Returns the items of a page. A cursor is the number of items before it.
fn page<T>(items: Vec<T>, limit: Option<i32>, cursor: Option<&str>) -> Result<(Vec<T>, PageInfo), Problem> {
    let mistake = |place, message| Problem::from(Code::RequestInvalid).with_error(place, message);
    let limit = limit.map_or(Ok(PAGE), |limit| match usize::try_from(limit) {
        Ok(limit @ 1..=PAGE) => Ok(limit),
        _ => Err(mistake("/query/limit", "must be from 1 to 100")),
    })?;
    let start = cursor.map_or(Ok(0), |cursor| {
        let start = cursor.parse::<usize>();
        start.map_err(|_| mistake("/query/cursor", "is not a cursor of this list"))
    })?;
    let end = start.saturating_add(limit);
    let mut info = PageInfo::new();
    info.has_more = Some(end < items.len());
    info.next_cursor = (end < items.len()).then(|| end.to_string());
    Ok((items.into_iter().skip(start).take(limit).collect(), info))
}

impl CustomersApi for Bank {
    async fn create(
        &self,
        context: &Context,
        request: customers::CreateRequest,
    ) -> Result<customers::CreateResponse, Problem> {
        let client_id = context.client_id().unwrap_or_default();
        let mut ledger = self.ledger();
        let mut known = ledger.customers.values();
        let is_it = |account: &&Account| {
            account.client_id == client_id && account.customer.partner_customer_ref == request.body.partner_customer_ref
        };
        if let Some(account) = known.find(is_it) {
            return Ok(customers::CreateResponse::Ok(account.customer.clone()));
        }
        let id = ledger.id();
        let customer = PartnerCustomer::new(PartnerCustomerRequired {
            customer_id: CustomerId::from(id.as_str()),
            partner_customer_ref: request.body.partner_customer_ref,
            customer_type: request.body.customer_type,
            status: PartnerCustomerStatus::Approved,
            created_at: now()?,
            updated_at: now()?,
        });
        let account = Account {
            client_id: client_id.to_owned(),
            customer: customer.clone(),
            available: Decimal::whole(1000),
        };
        ledger.customers.insert(id, account);
        Ok(customers::CreateResponse::Created(customer))
    }
}

impl BalancesApi for Bank {
    async fn list(&self, context: &Context, request: balances::ListRequest) -> Result<balances::ListResponse, Problem> {
        let mut balance = PartnerBalance::new();
        balance.asset_type = Some(PartnerAssetType::Fiat);
        balance.currency = Some(CurrencyCode::Eur);
        balance.available = Some(self.ledger().account(context, &request.customer_id)?.available.clone());
        let (data, info) = page(vec![balance], request.limit, request.cursor.as_deref())?;
        Ok(balances::ListResponse::Ok(PartnerBalancePage::new(data, info)))
    }
}

impl FiatWithdrawalQuotesApi for Bank {
    async fn create(
        &self,
        context: &Context,
        request: quotes::CreateRequest,
    ) -> Result<quotes::CreateResponse, Problem> {
        let mut ledger = self.ledger();
        ledger.account(context, &request.customer_id)?;
        let body = request.body;
        if body.currency != CurrencyCode::Eur || body.amount.compare(&Decimal::whole(0)) != Ok(Ordering::Greater) {
            let problem = Problem::from(Code::RequestInvalid);
            return Err(problem.with_error("/amount", "must be a positive amount in EUR"));
        }
        let id = ledger.id();
        let mut quote =
            PartnerFiatWithdrawalQuote::new(FiatWithdrawalQuoteId::from(id.as_str()), body.currency, body.amount);
        quote.customer_id = Some(request.customer_id);
        quote.bank_account_id = Some(body.bank_account_id);
        quote.status = Some(PartnerQuoteStatus::Active);
        quote.fee = Some(Decimal::whole(0));
        quote.expires_at = Some(after(QUOTE)?);
        quote.created_at = Some(now()?);
        ledger.quotes.insert(id, quote.clone());
        Ok(quotes::CreateResponse::Created(quote))
    }
}

impl FiatWithdrawalsApi for Bank {
    async fn create(
        &self,
        context: &Context,
        request: withdrawals::CreateRequest,
    ) -> Result<withdrawals::CreateResponse, Problem> {
        let (body, customer) = (request.body, request.customer_id);
        let mut ledger = self.ledger();
        ledger.account(context, &customer)?;
        let client_id = context.client_id().unwrap_or_default().to_owned();
        let is_twin = |one: &Withdrawal| {
            one.client_id == client_id && one.document.client_reference.as_ref() == Some(&body.client_reference)
        };
        if ledger.withdrawals.iter().any(is_twin) {
            return Err(Code::ReferenceConflict.into());
        }
        let id = FiatWithdrawalId::from(ledger.id());
        let quote = ledger.quotes.get_mut(body.quote_id.as_str());
        let quote = quote.filter(|quote| quote.customer_id.as_ref() == Some(&customer));
        let quote = quote.ok_or_else(|| Problem::from(Code::ResourceNotFound))?;
        let expired = quote.expires_at.as_ref().and_then(Timestamp::to_system_time);
        let is_active = quote.status == Some(PartnerQuoteStatus::Active);
        if !is_active || expired.is_none_or(|end| end < SystemTime::now()) {
            return Err(Code::QuoteExpired.into());
        }
        let is_same = quote.bank_account_id.as_ref() == Some(&body.bank_account_id)
            && quote.amount == body.amount
            && quote.currency == body.currency;
        if !is_same {
            let problem = Problem::from(Code::RequestInvalid);
            return Err(problem.with_error("/quoteId", "has another amount, currency or bank account"));
        }
        let created_at = now()?;
        quote.status = Some(PartnerQuoteStatus::Used);
        let mut document = PartnerFiatWithdrawal::new(id, PartnerFiatWithdrawalStatus::Draft);
        document.customer_id = Some(customer);
        document.client_reference = Some(body.client_reference);
        document.quote_id = Some(body.quote_id);
        document.bank_account_id = Some(body.bank_account_id);
        document.currency = Some(body.currency);
        document.amount = Some(body.amount);
        document.purpose = body.purpose;
        document.payment_reference = body.payment_reference;
        document.created_at = Some(created_at);
        ledger.withdrawals.push(Withdrawal {
            client_id,
            approved: request.evidence.operation_hash,
            document: document.clone(),
        });
        Ok(withdrawals::CreateResponse::Created(document))
    }

    async fn submit(
        &self,
        context: &Context,
        request: withdrawals::SubmitRequest,
    ) -> Result<withdrawals::SubmitResponse, Problem> {
        let mut ledger = self.ledger();
        let draft = ledger.withdrawal(context, &request.withdrawal_id)?;
        if draft.approved != request.body.operation_authorization().operation_hash {
            return Err(Code::OperationNotApproved.into());
        }
        if draft.document.status != PartnerFiatWithdrawalStatus::Draft {
            return Err(Code::ResourceStateInvalid.into());
        }
        let (customer, amount) = (draft.document.customer_id.clone(), draft.document.amount.clone());
        let (Some(customer), Some(amount)) = (customer, amount) else {
            return Err(Code::ResourceStateInvalid.into());
        };
        // Nothing fails after the first change.
        let now = now()?;
        let account = ledger.account(context, &customer)?;
        let left = account.available.checked_sub(&amount);
        let left = left.filter(|left| left.is_negative() == Ok(false));
        account.available = left.ok_or_else(|| Problem::from(Code::ResourceStateInvalid))?;
        let paid = ledger.withdrawal(context, &request.withdrawal_id)?;
        paid.document.status = PartnerFiatWithdrawalStatus::Completed;
        paid.document.submitted_at = Some(now.clone());
        paid.document.completed_at = Some(now);
        Ok(withdrawals::SubmitResponse::Accepted(paid.document.clone()))
    }

    async fn get(
        &self,
        context: &Context,
        request: withdrawals::GetRequest,
    ) -> Result<withdrawals::GetResponse, Problem> {
        let mut ledger = self.ledger();
        let found = ledger.withdrawal(context, &request.withdrawal_id)?;
        Ok(withdrawals::GetResponse::Ok(found.document.clone()))
    }

    async fn list(
        &self,
        context: &Context,
        request: withdrawals::ListRequest,
    ) -> Result<withdrawals::ListResponse, Problem> {
        let mut ledger = self.ledger();
        ledger.account(context, &request.customer_id)?;
        let newest_first = ledger.withdrawals.iter().rev().map(|one| &one.document);
        let wanted = newest_first.filter(|one| {
            let has_reference = |reference| one.client_reference.as_ref() == Some(reference);
            one.customer_id.as_ref() == Some(&request.customer_id)
                && request.client_reference.as_ref().is_none_or(has_reference)
                && request.status.as_ref().is_none_or(|status| one.status == *status)
        });
        let all = wanted.cloned().collect();
        let (data, info) = page(all, request.limit, request.cursor.as_deref())?;
        Ok(withdrawals::ListResponse::Ok(PartnerFiatWithdrawalPage::new(
            data, info,
        )))
    }
}

impl BankAccountsApi for Bank {}
impl BuyersApi for Bank {}
impl CollectionPaymentsApi for Bank {}
impl CollectionWalletsApi for Bank {}
impl ConversionQuotesApi for Bank {}
impl ConversionsApi for Bank {}
impl CryptoCheckoutsApi for Bank {}
impl CryptoDepositWalletsApi for Bank {}
impl CryptoDepositsApi for Bank {}
impl CryptoRefundsApi for Bank {}
impl CryptoWithdrawalQuotesApi for Bank {}
impl CryptoWithdrawalsApi for Bank {}
impl FiatAccountApplicationsApi for Bank {}
impl FiatAccountCapabilitiesApi for Bank {}
impl FiatAccountsApi for Bank {}
impl FiatDepositInstructionsApi for Bank {}
impl FiatDepositsApi for Bank {}
impl FiatWithdrawalCapabilitiesApi for Bank {}
impl TransactionsApi for Bank {}
impl WalletBeneficiariesApi for Bank {}
