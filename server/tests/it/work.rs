//! Steps that the bank of the examples takes without a request, and its conversions.

use serde_json::json;

use crate::CLIENT;
use crate::bank::{kind, text};
use crate::sent::bank_with;
use crate::steps::{converted, work};

#[test]
fn a_conversion_rounds_against_nobody_but_the_customer_and_never_to_nothing() {
    for (given, from, to, rounds_up, wanted) in [
        ("100.00", "EUR", "USDC", false, Some("108.00")),
        ("1.01", "EUR", "USDC", false, Some("1.09")),
        ("1.01", "EUR", "USDC", true, Some("1.10")),
        ("100.00", "EUR", "USDC", true, Some("108.00")),
        ("0.000001", "USDC", "BTC", true, Some("0.00000001")),
        ("0.000001", "USDC", "BTC", false, None),
        ("1.000000000000000001", "ETH", "USD", false, Some("3400.00")),
        ("1.000000000000000001", "ETH", "USD", true, Some("3400.01")),
        ("999999999", "BTC", "ETH", true, Some("19117647039.70588236")),
        // More decimal places than the asset has.
        ("1.001", "EUR", "USDC", false, None),
        ("1.00000000000000000000", "ETH", "USD", false, None),
        ("0.00", "EUR", "USDC", true, None),
        ("-1.00", "EUR", "USDC", false, None),
        ("9999999999", "BTC", "ETH", false, None),
    ] {
        let found = converted(given, from, to, rounds_up).ok();
        assert_eq!(found.as_deref(), wanted, "{given} {from} {to} {rounds_up}");
    }
}

#[test]
fn a_step_that_fails_does_not_stop_the_others() {
    let (bank, _router) = bank_with(|options| options);
    let ids = bank.run(CLIENT, |ledger| {
        let jane = ledger
            .by(kind::CUSTOMER, "reference", "cust-100001")?
            .unwrap_or_default();
        let jane = text(&jane, "customerId");
        // Nothing is reserved for the first one.
        ledger.book(jane, "EUR", ("-1.00", "1.00"))?;
        let ids = ["2.00", "1.00"].map(|amount| {
            let payout =
                json!({ "clientReference": amount, "currency": "EUR", "amount": amount, "status": "PROCESSING" });
            let created = ledger.create(kind::WITHDRAWAL, jane, &payout, &json!({}));
            created.map(|created| text(&created, "withdrawalId").to_owned())
        });
        let [one, two] = ids;
        Ok([one?, two?])
    });
    assert!(work(&bank).is_err());
    let statuses = bank.run(CLIENT, |ledger| {
        let status = |id: &String| Ok(text(&ledger.find(kind::WITHDRAWAL, id)?, "status").to_owned());
        ids.unwrap().iter().map(status).collect::<Result<Vec<_>, _>>()
    });
    assert_eq!(statuses.unwrap(), ["PROCESSING", "COMPLETED"]);
}
