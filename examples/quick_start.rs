//! The ten lines of the README; a test holds the two together.

use oceafin_partner::{Client, CreatePartnerCustomerRequest, IdempotencyKey, PartnerCustomerRef, PartnerCustomerType};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // An application that pays calls `.journal(..)` here, so that no action is done twice after a crash.
    let client = Client::builder().from_env().without_journal().build()?;
    let reference = PartnerCustomerRef::from("cust-100001");
    let request = CreatePartnerCustomerRequest::new(reference, PartnerCustomerType::Individual, "Jane Partner");
    let key = IdempotencyKey::new("cust-100001:customer:create")?;
    let customer = client.customers().create(key, &request).await?;
    println!("{} is {}", customer.customer_id, customer.status);
    Ok(())
}
