//! A vendor's API with our extensions: a message that is sent once although its first answer was lost, and a list that
//! is read over all its pages. `.ci/field` builds it with the generated crate and runs it against a mock of the API.

use svix_example::models::{ApplicationIn, MessageIn};
use svix_example::{Client, IdempotencyKey, auth, values::Map};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder()
        .base_url(std::env::var("SVIX_BASE_URL")?)
        .credential(auth::http_bearer("sk_test"))
        .without_journal()
        .build()?;

    let key = IdempotencyKey::new("shop-17:application")?;
    let made = client.applications().create(key, &ApplicationIn::new("Shop 17")).with_response().await?;
    println!("created {} in {} attempts", made.value.id, made.attempts);

    let message = MessageIn::new("order.paid", Map::default());
    let key = IdempotencyKey::new("shop-17:order-9001:paid")?;
    let sent = client.messages().send(key, &made.value.id, &message).with_response().await?;
    println!("sent {} in {} attempts", sent.value.id, sent.attempts);

    let (mut applications, mut count) = (client.applications().list().stream(), 0);
    while let Some(application) = applications.try_next().await? {
        println!("listed {}", application.name);
        count += 1;
    }
    println!("{count} applications");
    Ok(())
}
