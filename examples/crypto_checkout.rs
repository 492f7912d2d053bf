//! Sells an order of 120.00 EUR for crypto: checkout, payment link, request at the till, and the wait for the payment.
//!
//! `cargo run -p oceafin-examples --example crypto_checkout [ORDER [CUSTOMER [FOLDER]]]`
//!
//! It may be killed at any moment. Started again for the same order it continues where it was, and makes no second checkout.

#[path = "setup/run.rs"]
mod run;

use std::time::Duration;

use oceafin_partner::{
    CheckoutId, ClientReference, CreatePartnerCheckoutLinkRequest, CreatePartnerCheckoutPosPaymentRequest,
    CreatePartnerCheckoutRequest, CryptoAsset, CryptoNetwork, CurrencyCode, PartnerCheckoutStatus,
    PartnerCryptoAssetOption, PosPaymentRequestId, RefreshKey,
    calls::{PollPolicy, PollResult},
};
use run::{Result, Run};

#[tokio::main]
async fn main() -> Result<()> {
    let run = Run::start("order").await?;
    let (flow, customer, order) = (&run.flow, run.customer().await?, run.id.as_str());
    let (usdc, ethereum) = (CryptoAsset::Usdc, CryptoNetwork::Ethereum);
    let checkouts = run.client.crypto_checkouts();

    let accepted = vec![PartnerCryptoAssetOption::new(usdc.clone(), ethereum.clone())];
    let (reference, euro) = (ClientReference::from(order), CurrencyCode::Eur);
    let request = CreatePartnerCheckoutRequest::new(reference, "120.00".parse()?, euro, accepted)
        .with_description(format!("Order {order}"));
    let create = |key| checkouts.create(key, &customer, &request).intent();
    let id: CheckoutId = flow.once("create", create).await?.id()?;
    let checkout = checkouts.get(&id).await?;
    println!("checkout {id} is {}", checkout.status);

    if checkout.status == PartnerCheckoutStatus::Open {
        // A payer online: several links for one checkout are fine, so each run may make a new one.
        let link = CreatePartnerCheckoutLinkRequest::new()
            .with_locale("en-GB")
            .with_success_url(format!("https://shop.example/orders/{order}/paid"));
        let link = checkouts.create_link(RefreshKey::random()?, &id, &link).await?;
        println!(
            "send the payer to {}",
            link.url.as_deref().unwrap_or("the link of the checkout")
        );

        // A payer at the till: asset, network and amount are fixed, and `payment_uri` is shown as a QR code.
        let request = CreatePartnerCheckoutPosPaymentRequest::new(usdc, ethereum).with_terminal_reference("till-03");
        let till = |key| checkouts.create_pos_payment_request(key, &id, &request).intent();
        let till: PosPaymentRequestId = flow.once("till", till).await?.id()?;
        println!("request {till} at the till");
    }

    // The payer of the local sandbox takes half a minute.
    let policy = PollPolicy {
        max_interval: Duration::from_secs(5),
        ..PollPolicy::default()
    };
    let paid = checkouts.get(&id).poll_until(|checkout| checkout.status.is_done());
    match paid.policy(policy).await? {
        PollResult::Reached(checkout) => {
            println!("checkout {id} is {}", checkout.status);
            if let Some((amount, asset)) = checkout.paid_amount.zip(checkout.paid_asset) {
                println!("{amount} {asset} were paid");
            }
            Ok(flow.finish().await?)
        }
        // An order that nobody pays is closed, or ends by itself. An underpaid one waits for the rest.
        PollResult::Terminal(checkout) | PollResult::NeedsAction(checkout) | PollResult::TimedOut(checkout) => {
            Err(format!("not paid: {}", checkout.status).into())
        }
    }
}
