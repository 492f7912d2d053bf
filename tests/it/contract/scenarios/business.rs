//! Conversions and collections.

use oceafin_partner::blocking::Wait as _;
use oceafin_partner::{BuyerId, RefreshKey};

use super::place::Place;

pub(crate) fn conversions(place: &Place) {
    let (client, customer) = (&place.client, place.customer(""));
    let convert = |amount: &str, wait: u32| {
        let body = place.body(
            "createPartnerConversionQuote",
            &[("amount", amount), ("amountSide", "SOURCE")],
        );
        let refresh = RefreshKey::random().expect("a key");
        let quote = client
            .conversion_quotes()
            .create(refresh, &customer, &body)
            .wait()
            .expect("a quote");
        place.see(&quote.status);
        place.server.step(wait);
        place.see(
            &client
                .conversion_quotes()
                .get(&quote.quote_id)
                .wait()
                .expect("a quote")
                .status,
        );
        let operation = "createPartnerConversionApprovalDraft";
        let told = serde_json::to_value(&quote).expect("JSON");
        let reference = place.text("");
        let mut members = vec![
            ("clientReference", reference.as_str()),
            ("quoteId", quote.quote_id.as_str()),
        ];
        for member in ["sourceAsset", "sourceAmount", "destinationAsset", "destinationAmount"] {
            members.push((member, told[member].as_str().expect("a text")));
        }
        let draft = client
            .conversions()
            .draft(&customer, &place.body(operation, &members))
            .expect("a draft");
        let made = client
            .conversions()
            .create(place.key(), &place.authorized(operation, draft))
            .wait();
        place.see(
            &client
                .conversion_quotes()
                .get(&quote.quote_id)
                .wait()
                .expect("a quote")
                .status,
        );
        made
    };
    for amount in ["1000.00", "1000.91", "1000.95"] {
        let made = convert(amount, 0).expect("a conversion");
        place.see(&made.status);
        place.watch(|| {
            place.see(
                &client
                    .conversions()
                    .get(&made.conversion_id)
                    .wait()
                    .expect("one")
                    .status,
            );
        });
    }
    place.refused(convert("1000.97", 0));
    place.refused(convert("1000.98", 1));
}

pub(crate) fn collections(place: &Place) {
    let (client, customer) = (&place.client, place.customer(""));
    let buyer = |tail: &str| -> BuyerId {
        let body = place.body(
            "createPartnerCollectionBuyer",
            &[("clientReference", &place.text(tail))],
        );
        let made = client
            .buyers()
            .create(place.key(), &customer, &body)
            .wait()
            .expect("a buyer");
        place.watch(|| place.see(&client.buyers().get(&made.buyer_id).wait().expect("a buyer").status));
        made.buyer_id
    };
    buyer("-rejected");
    let buyer = buyer("");
    for tail in ["", "-underpaid", "-overpaid", "-expired", "closed"] {
        let members = [
            ("clientReference", place.text(tail)),
            ("expiresAt", "2099-01-01T00:00:00Z".to_owned()),
        ];
        let members = members.each_ref().map(|(member, text)| (*member, text.as_str()));
        let body = place.body("createPartnerCryptoCheckout", &members);
        let made = client
            .crypto_checkouts()
            .create(place.key(), &customer, &body)
            .wait()
            .expect("a checkout");
        place.watch(|| {
            place.see(
                &client
                    .crypto_checkouts()
                    .get(&made.checkout_id)
                    .wait()
                    .expect("one")
                    .status,
            );
        });
        if tail.is_empty() {
            place.server.step(30);
            place.see(
                &client
                    .crypto_checkouts()
                    .get(&made.checkout_id)
                    .wait()
                    .expect("one")
                    .status,
            );
        }
        if tail == "closed" {
            let body = place.body("closePartnerCryptoCheckout", &[]);
            let closed = client
                .crypto_checkouts()
                .close(place.key(), &made.checkout_id, &body)
                .wait();
            place.see(&closed.expect("a checkout").status);
        }
    }
    for tail in ["", "-expired", "-payment", "-payment-rejected"] {
        let reference = place.text(tail);
        let members = [
            ("clientReference", reference.as_str()),
            ("buyerId", buyer.as_str()),
            ("expiresAt", "2099-01-01T00:00:00Z"),
        ];
        let body = place.body("createPartnerCollectionWallet", &members);
        let made = client
            .collection_wallets()
            .create(place.key(), &customer, &body)
            .wait()
            .expect("a wallet");
        place.watch(|| {
            place.see(
                &client
                    .collection_wallets()
                    .get(&made.wallet_id)
                    .wait()
                    .expect("a wallet")
                    .status,
            );
            let page = client.collection_payments().list(&customer).wait().expect("a page");
            page.data.iter().for_each(|one| place.see(&one.status));
        });
        if tail.is_empty() {
            let body = place.body("deactivatePartnerCollectionWallet", &[]);
            let ended = client
                .collection_wallets()
                .deactivate(place.key(), &made.wallet_id, &body)
                .wait();
            place.see(&ended.expect("a wallet").status);
        }
    }
}
