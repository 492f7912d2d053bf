//! The ten lines of the README; a test holds the two together.

use oceafin_partner::{Client, CreatePartnerCustomerRequest, IdempotencyKey, PartnerCustomerType};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::from_env()?;
    let request = CreatePartnerCustomerRequest::new("cust-100001", PartnerCustomerType::Individual, "Jane Partner");
    let key = IdempotencyKey::new("cust-100001:create")?;
    let customer = client.customers().create(key, &request).await?;
    println!("{} is {}", customer.customer_id, customer.status);
    Ok(())
}
