//! Pays once although it loses a response, and lists all vault accounts. Each request has a JSON Web Token by the user's key.

use std::env::var;
use std::error::Error;

use fireblocks_sdk::models::{DestinationTransferPeerPath, SourceTransferPeerPath, TransactionRequest};
use fireblocks_sdk::models::{TextOrNumber, TransferPeerPathType};
use fireblocks_sdk::signing::LocalKey;
use fireblocks_sdk::{Client, IdempotencyKey};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let pem = std::fs::read_to_string(var("FIREBLOCKS_PRIVATE_KEY_FILE")?)?;
    let client = Client::builder()
        .base_url(format!("{}/v1", var("FIREBLOCKS_BASE_URL")?))
        .client_id(var("FIREBLOCKS_API_KEY")?)
        .signer(LocalKey::from_pem(&pem)?)
        .without_journal()
        .build()?;

    let vault = SourceTransferPeerPath::new(TransferPeerPathType::VaultAccount).with_id("0");
    let wallet = DestinationTransferPeerPath::new(TransferPeerPathType::ExternalWallet).with_id("supplier-7");
    let transaction = TransactionRequest::new()
        .with_asset_id("BTC")
        .with_source(vault)
        .with_destination(wallet)
        .with_amount(TextOrNumber::Text("0.5".to_owned()))
        .with_external_tx_id("invoice-9001");
    let key = IdempotencyKey::new("invoice-9001:pay")?;
    let paid = client.transactions().create(key, &transaction).with_response().await?;
    println!("paid {:?} in {} attempts", paid.value.id, paid.attempts);

    let (mut accounts, mut count) = (client.vaults().get_paged_vault_accounts().stream(), 0);
    while accounts.try_next().await?.is_some() {
        count += 1;
    }
    println!("listed {count}");
    Ok(())
}
