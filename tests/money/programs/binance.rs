//! Places an order once although it loses the response, finds it by its reference, and lists all trades by a key pair. The code of an
//! error is a number.

use std::env::var;
use std::error::Error;

use binance_sdk::errors::Outcome;
use binance_sdk::models::ErrorCode;
use binance_sdk::signing::LocalKey;
use binance_sdk::{Client, auth};
use binance_sdk::{OrderTypeParameter, SideParameter, TimeInForceParameter};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::builder()
        .base_url(var("BINANCE_BASE_URL")?)
        .credential(auth::api_key_auth(var("BINANCE_HMAC_API_KEY")?))
        .client_secret(var("BINANCE_HMAC_SECRET")?)
        .signing_setting("recvWindow", "10000")
        .build()?;

    // Binance has no idempotency keys: the client never repeats the order, and the reference finds it.
    let reference = "invoice-9001 (1+1=2)";
    let order = client
        .trade()
        .post_order("BTCUSDT", &SideParameter::Buy, &OrderTypeParameter::Limit)
        .time_in_force(TimeInForceParameter::Gtc)
        .quantity(1.0)
        .price(0.1)
        .new_client_order_id(reference)
        .await;
    match order {
        Err(error) if error.outcome() == Outcome::Unknown => {
            let found = client.trade().get_order("BTCUSDT").orig_client_order_id(reference).await?;
            println!("paid {} by order {}", found.client_order_id, found.order_id);
        }
        order => println!("paid {:?}", order?),
    }
    match client.trade().get_order("BTCUSDT").orig_client_order_id("invoice-9002").await {
        Err(error) if error.is(ErrorCode::NoSuchOrder) => println!("no order for invoice-9002: {:?}", error.code()),
        order => return Err(format!("{order:?}").into()),
    }

    let pem = std::fs::read_to_string(var("BINANCE_ED25519_KEY_FILE")?)?;
    let client = Client::builder()
        .base_url(var("BINANCE_BASE_URL")?)
        .credential(auth::api_key_auth(var("BINANCE_ED25519_API_KEY")?))
        .signer(LocalKey::from_pem(&pem)?)
        .build()?;
    let (mut next, mut count) = (0, 0);
    loop {
        let trades = client.trade().get_my_trades("BTCUSDT").from_id(next).await?;
        let Some(last) = trades.last() else { break };
        (next, count) = (last.id + 1, count + trades.len());
    }
    println!("listed {count}");
    Ok(())
}
