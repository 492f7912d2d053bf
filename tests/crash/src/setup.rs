//! Preparation before the first payment: a customer, and its bank account. Never: a fault, whatever the schedule.

use oceafin_partner::{
    ActivatePartnerFiatWithdrawalCapabilityRequest, Client, CountryCode, CreatePartnerBankAccountRequest,
    CreatePartnerCustomerRequest, CurrencyCode, CustomerId, FiatRouteCode, IdempotencyKey,
    PartnerBankAccountRelationship, PartnerCustomerRef, PartnerCustomerType,
};
use sdkwright_sandbox_server::{Effect, Running};

/// The ids that payments name.
#[derive(Debug, Clone)]
pub(crate) struct Payee {
    pub(crate) customer: String,
    pub(crate) account: String,
}

/// A client without faults.
pub(crate) fn client(server: &Running) -> anyhow::Result<Client> {
    sdkwright_watch::listen();
    // The header requests an ordinary answer, in place of a scheduled fault.
    let builder = Client::builder()
        .without_journal()
        .base_url(server.base_url.as_str())
        .client_id(server.client_id.as_str())
        .client_secret(server.client_secret.as_str())
        .default_header("Sandbox-Answer", "");
    Ok(builder.build()?)
}

/// True for an effect of the payments, false for one of what was there before them.
pub(crate) fn is_of_payments(effect: &Effect) -> bool {
    !effect.key.as_ref().is_some_and(|key| key.starts_with(OWN))
}

/// The beginning of the keys of calls that are made before the first payment.
const OWN: &str = "setup:";

pub(crate) async fn payee(server: &Running) -> anyhow::Result<Payee> {
    let client = client(server)?;
    let jane = CreatePartnerCustomerRequest::new(
        PartnerCustomerRef::from("cust-100001"),
        PartnerCustomerType::Individual,
        "sentinel9f2 Partner",
    );
    // Ids are read from the server's memory, because its answers may be faulty.
    let made = |what: &str| {
        let made = server.effects().pop().and_then(|effect| effect.resource);
        made.ok_or_else(|| anyhow::anyhow!("there is no {what}"))
    };
    let _ = client
        .customers()
        .create(IdempotencyKey::new(format!("{OWN}customer"))?, &jane)
        .await;
    let customer = made("customer")?;
    server.set_state(&customer, "APPROVED")?;
    let own = PartnerBankAccountRelationship::SameName;
    let account =
        CreatePartnerBankAccountRequest::new(own, "sentinel9f2 Partner", CurrencyCode::Eur, CountryCode::from("DE"))
            .with_iban("DE82SENTINEL9F200001");
    let owner = CustomerId::from(customer.as_str());
    let _ = client
        .bank_accounts()
        .create(IdempotencyKey::new(format!("{OWN}account"))?, &owner, &account)
        .await;
    let account = made("bank account")?;
    server.set_state(&account, "ACTIVE")?;
    let route = ActivatePartnerFiatWithdrawalCapabilityRequest::new(FiatRouteCode::from("SEPA_EUR"), CurrencyCode::Eur);
    let _ = client
        .fiat_withdrawal_capabilities()
        .activate(IdempotencyKey::new(format!("{OWN}activation"))?, &owner, &route)
        .await;
    let activation = made("activation")?;
    server.set_state(&activation, "APPROVED")?;
    Ok(Payee { customer, account })
}
