//! Actions that lead to the codes for which no scenario asks.

use std::collections::BTreeSet;

use oceafin_partner::blocking::Wait as _;
use oceafin_partner::{Client, CustomerId, FiatWithdrawalId, IdempotencyKey, RefreshKey};
use sdkwright_sandbox_server::{Options, Refused};

use super::place::{Place, client_of};

/// The actions of `ACTIONS` that no other part takes.
pub(crate) fn actions(place: &Place) {
    let (client, server, customer) = (&place.client, &place.server, place.customer(""));
    let secret = server.client_secret.as_str();
    let list = |client: &Client, customer: &CustomerId| client.balances().list(customer).retries(0).wait();
    place.refused(list(&client_of(server, "nobody", secret), &customer));
    place.refused(list(&client_of(server, &server.client_id, "another secret"), &customer));
    server.set_clock_offset(90_000);
    place.refused(list(client, &customer));
    server.set_clock_offset(0);
    place.refused(
        client
            .balances()
            .list(&customer)
            .header("Sandbox-Answer", "twice")
            .retries(0)
            .wait(),
    );
    place.refused(list(client, &CustomerId::from("00000000-0000-4000-8000-00000000dead")));
    place.refused(
        client
            .fiat_withdrawals()
            .get(&FiatWithdrawalId::from("00000000-0000-4000-8000-00000000dead"))
            .wait(),
    );
    let body = place.body("createPartnerConversionQuote", &[("destinationAsset", "EUR")]);
    let refresh = RefreshKey::random().expect("a key");
    place.refused(client.conversion_quotes().create(refresh, &customer, &body).wait());
    let operation = "createPartnerCustomer";
    let (name, key) = (place.text(""), place.text("-key"));
    let body = |name: &str, shown: &str| place.body(operation, &[("partnerCustomerRef", name), ("displayName", shown)]);
    let used = || IdempotencyKey::used_before(key.clone()).expect("a key");
    client
        .customers()
        .create(used(), &body(&name, "Jane"))
        .wait()
        .expect("a customer");
    place.refused(client.customers().create(place.key(), &body(&name, "John")).wait());
    place.refused(
        client
            .customers()
            .create(used(), &body(&place.text(""), "Jane"))
            .retries(0)
            .wait(),
    );
    let (other, key) = (body(&place.text(""), "Jane"), place.text("-key"));
    let used = || IdempotencyKey::used_before(key.clone()).expect("a key");
    let killed = client
        .customers()
        .create(used(), &other)
        .header("Sandbox-Answer", "killed")
        .retries(0)
        .wait();
    killed.expect_err("no answer");
    place.refused(client.customers().create(used(), &other).retries(0).wait());
}

/// The codes of what is switched off for a client.
pub(crate) fn refusals() -> BTreeSet<String> {
    let refuse = |operations: &str, code: &str| Refused {
        operations: operations.to_owned(),
        code: code.to_owned(),
    };
    let place = Place::with(Options {
        client_id: Some("north".to_owned()),
        refusals: vec![
            refuse("Partner Fiat", "PARTNER_PRODUCT_DISABLED"),
            refuse("listPartnerCustomerBalances", "PARTNER_SCOPE_DENIED"),
        ],
        ..Options::default()
    });
    let customer = place.customer("");
    place.refused(place.client.bank_accounts().list(&customer).wait());
    place.refused(place.client.balances().list(&customer).wait());
    place.codes.into_inner()
}
