//! The code of the page on fakes: the generated client and a fake of its API in one process.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use oceafin_partner::models::{PageInfo, PartnerBalance, PartnerBalancePage, PartnerProblemCode};
use oceafin_partner::secret::SigningSecret;
use oceafin_partner::server::*;
use oceafin_partner::transport::{Body, Incoming, SendFuture, SleepFuture, Transport};
use oceafin_partner::{Client, CurrencyCode, http};
use tower_service::Service;

/// A router in place of a socket.
struct InProcess(Router);

impl Transport for InProcess {
    fn send(&self, request: http::Request<Body>) -> SendFuture<'_> {
        let mut router = self.0.clone();
        Box::pin(async move {
            let response = router.call(request).await.unwrap_or_else(|never| match never {});
            Ok(response.map(Incoming::new))
        })
    }

    // A wait between attempts takes no time, and no limit of time ends.
    fn sleep(&self, _: Duration) -> SleepFuture<'_> {
        Box::pin(std::future::ready(()))
    }

    fn limit(&self, _: Duration) -> SleepFuture<'_> {
        Box::pin(std::future::pending())
    }
}

/// A bank whose first response is status 503.
#[derive(Clone, Default)]
struct Fake(Arc<AtomicU32>);

impl BalancesApi for Fake {
    async fn list(&self, _: &Context, request: balances::ListRequest) -> Result<balances::ListResponse, Problem> {
        if request.customer_id.as_str() != "jane" {
            return Err(PartnerProblemCode::CustomerNotFound.into());
        }
        if self.0.fetch_add(1, Ordering::Relaxed) == 0 {
            return Err(Problem::from_status(http::StatusCode::SERVICE_UNAVAILABLE));
        }
        let mut balance = PartnerBalance::new();
        balance.currency = Some(CurrencyCode::Eur);
        Ok(balances::ListResponse::Ok(PartnerBalancePage::new(
            vec![balance],
            PageInfo::new(),
        )))
    }
}

macro_rules! not_served {
    ($($group:ident)*) => { $(impl $group for Fake {})* };
}

not_served! {
    BankAccountsApi BuyersApi CollectionPaymentsApi CollectionWalletsApi ConversionQuotesApi ConversionsApi CryptoCheckoutsApi
    CryptoDepositWalletsApi CryptoDepositsApi CryptoRefundsApi CryptoWithdrawalQuotesApi CryptoWithdrawalsApi CustomersApi
    FiatAccountApplicationsApi FiatAccountCapabilitiesApi FiatAccountsApi FiatDepositInstructionsApi FiatDepositsApi
    FiatWithdrawalCapabilitiesApi FiatWithdrawalQuotesApi FiatWithdrawalsApi TransactionsApi WalletBeneficiariesApi
}

#[tokio::test]
async fn a_balance_is_read_again_after_status_503() -> Result<(), Box<dyn std::error::Error>> {
    let (id, secret) = ("test-client", "sentinel9f2-secret-of-the-fake");
    let fake = Fake::default();
    let clients = FixedClients::new().with(id, SigningSecret::new(secret));
    let router = router(fake.clone(), Options::new().clients(clients));
    let client = Client::builder()
        .transport(InProcess(router))
        .base_url("http://127.0.0.1");
    let client = client.client_id(id).client_secret(secret).without_journal().build()?;

    let page = client.balances().list(&"jane".into()).await?;
    assert_eq!(page.data[0].currency, Some(CurrencyCode::Eur));
    assert_eq!(fake.0.load(Ordering::Relaxed), 2);

    let missing = client.balances().list(&"nobody".into()).await.unwrap_err();
    assert!(missing.is(PartnerProblemCode::CustomerNotFound));
    Ok(())
}
