//! Fiat and crypto deposits, which come without a call.

use oceafin_partner::blocking::Wait as _;

use super::place::Place;

/// The scenarios of what customers receive without a call.
pub(crate) fn deposits(place: &Place) {
    let client = &place.client;
    for tail in [
        "-travel-rule",
        "-crypto-deposit",
        "-crypto-deposit-rejected",
        "-wallet-disabled",
    ] {
        let customer = place.customer(tail);
        place.watch(|| {
            let page = client.crypto_deposits().list(&customer).wait().expect("a page");
            page.data.iter().for_each(|one| place.see(&one.status));
            let page = client.crypto_deposit_wallets().list(&customer).wait().expect("a page");
            page.data.iter().for_each(|one| place.see(&one.status));
        });
    }
    for tail in [
        "",
        "-more-info",
        "-rejected",
        "-unavailable",
        "-account-suspended",
        "-account-closed",
        "-deposit",
        "-deposit-rejected",
    ] {
        let customer = place.customer("");
        let capabilities = || {
            let page = client
                .fiat_account_capabilities()
                .get(&customer)
                .wait()
                .expect("routes");
            for route in &page.data.routes {
                place.see(&route.status);
                route
                    .latest_application_status
                    .iter()
                    .for_each(|status| place.see(status));
            }
        };
        capabilities();
        let body = place.body(
            "createPartnerFiatAccountApplication",
            &[("clientReference", &place.text(tail))],
        );
        client
            .fiat_account_applications()
            .create(place.key(), &customer, &body)
            .wait()
            .expect("an application");
        place.watch(|| {
            capabilities();
            let page = client.fiat_accounts().list(&customer).wait().expect("a page");
            page.data.iter().for_each(|one| place.see(&one.status));
            let page = client.fiat_deposits().list(&customer).wait().expect("a page");
            page.data.iter().for_each(|one| place.see(&one.status));
        });
    }
}
