//! Waits for an account that is active, as `docs/use/calls.md` shows it for a list. `waits_for_a_list RUN`

use std::error::Error;
use std::time::Duration;

use oceafin_partner::{
    Client, CreatePartnerCustomerRequest, PartnerCustomerRef, PartnerCustomerType, PartnerFiatAccount,
    PartnerFiatAccountStatus, RefreshKey,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::builder().from_env().without_journal().build()?;
    let name = PartnerCustomerRef::from("cust-100001");
    let jane = CreatePartnerCustomerRequest::new(name, PartnerCustomerType::Individual, "Jane Partner");
    let customer = client.customers().lookup(RefreshKey::random()?, &jane).await?;
    let is_active = |account: &PartnerFiatAccount| account.status == PartnerFiatAccountStatus::Active;
    let accounts = client.fiat_accounts().list(&customer.customer_id);
    let accounts = accounts
        .poll_items_until(|accounts| accounts.iter().any(is_active))
        .deadline(Duration::from_secs(20))
        .await?
        .reached_or_err()?;
    println!("{} accounts", accounts.len());
    Ok(())
}
