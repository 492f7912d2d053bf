//! Sells an order of 120.00 EUR for crypto: checkout, payment link, request at the till, and the wait for the payment.
//!
//! `cargo run -p oceafin-examples --example crypto_checkout [ORDER [CUSTOMER [FOLDER]]]`
//!
//! It may be killed at any moment. Started again for the same order it continues where it was, and makes no second checkout.

#[path = "state/session.rs"]
mod session;

use std::time::Duration;

use oceafin_partner::{
    CheckoutId, ClientReference, CreatePartnerCheckoutLinkRequest, CreatePartnerCheckoutPosPaymentRequest,
    CreatePartnerCheckoutRequest, CryptoAsset, CryptoNetwork, CurrencyCode, PartnerCheckoutStatus,
    PartnerCryptoAssetOption, PosPaymentRequestId, RefreshKey,
    calls::{PollPolicy, PollResult},
};
use session::{Result, Session};

#[tokio::main]
async fn main() -> Result<()> {
    let session = Session::start("order").await?;
    let (client, order) = (&session.client, session.id.as_str());
    let (usdc, ethereum) = (CryptoAsset::Usdc, CryptoNetwork::Ethereum);

    let create = async |key| {
        let customer = session.customer().await?;
        let accepted = vec![PartnerCryptoAssetOption::new(usdc.clone(), ethereum.clone())];
        let (reference, euro) = (ClientReference::from(order), CurrencyCode::Eur);
        let request = CreatePartnerCheckoutRequest::new(reference, "120.00".parse()?, euro, accepted)
            .with_description(format!("Order {order}"));
        Ok(client
            .crypto_checkouts()
            .create(key, &customer, &request)
            .await?
            .checkout_id)
    };
    let id: CheckoutId = session.once("checkout.create", "CheckoutId", create).await?;
    let checkout = client.crypto_checkouts().get(&id).await?;
    println!("checkout {id} is {}", checkout.status);

    if checkout.status == PartnerCheckoutStatus::Open {
        // A payer online: several links for one checkout are fine, so each run may make a new one.
        let link = CreatePartnerCheckoutLinkRequest::new()
            .with_locale("en-GB")
            .with_success_url(format!("https://shop.example/orders/{order}/paid"));
        let link = client
            .crypto_checkouts()
            .create_link(RefreshKey::random()?, &id, &link)
            .await?;
        println!(
            "send the payer to {}",
            link.url.as_deref().unwrap_or("the link of the checkout")
        );

        // A payer at the till: asset, network and amount are fixed, and `payment_uri` is shown as a QR code.
        let till = async |key| {
            let request = CreatePartnerCheckoutPosPaymentRequest::new(usdc.clone(), ethereum.clone())
                .with_terminal_reference("till-03");
            let request = client
                .crypto_checkouts()
                .create_pos_payment_request(key, &id, &request)
                .await?;
            request.pos_payment_request_id.ok_or("the request has no id".into())
        };
        let till: PosPaymentRequestId = session.once("checkout.till", "PosPaymentRequestId", till).await?;
        println!("request {till} at the till");
    }

    // The payer of the local sandbox takes half a minute.
    let policy = PollPolicy {
        max_interval: Duration::from_secs(5),
        ..PollPolicy::default()
    };
    let paid = client
        .crypto_checkouts()
        .get(&id)
        .poll_until(|checkout| checkout.status.is_done());
    match paid.policy(policy).await? {
        PollResult::Reached(checkout) => {
            println!("checkout {id} is {}", checkout.status);
            if let Some((amount, asset)) = checkout.paid_amount.zip(checkout.paid_asset) {
                println!("{amount} {asset} were paid");
            }
            Ok(())
        }
        // An order that nobody pays is closed, or ends by itself. An underpaid one waits for the rest.
        PollResult::Terminal(checkout) | PollResult::NeedsAction(checkout) | PollResult::TimedOut(checkout) => {
            Err(format!("not paid: {}", checkout.status).into())
        }
    }
}
