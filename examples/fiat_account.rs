//! Opens a fiat account over one more route: capabilities, application, the wait for the decision, instructions, deposits.
//!
//! `cargo run -p oceafin-examples --example fiat_account [APPLICATION [CUSTOMER [FOLDER]]]`
//!
//! It may be killed at any moment. Started again for the same application it continues where it was. In the local sandbox an
//! application whose reference ends in `-deposit` brings a deposit.

#[path = "setup/answers.rs"]
mod answers;
#[path = "setup/run.rs"]
mod run;

use std::time::Duration;

use answers::answers;
use oceafin_partner::{
    CreatePartnerFiatAccountApplicationRequest, CustomerId, FiatAccountApplicationId, PartnerCapabilityStatus,
    PartnerFiatAccountApplicationStatus, PartnerFiatCapabilities, PartnerFiatCapabilityRoute, PartnerFiatDeposit,
    SubmitPartnerFiatAccountAdditionalInfoRequest, calls::PollResult,
};
use run::{Result, Run};

#[tokio::main]
async fn main() -> Result<()> {
    let run = Run::start("fa").await?;
    let (client, flow, customer) = (&run.client, &run.flow, run.customer().await?);
    let applications = client.fiat_account_applications();

    let find = async || {
        let routes = client
            .fiat_account_capabilities()
            .get(&customer)
            .await?
            .data
            .routes
            .into_iter();
        let mut available = routes.filter(|route| route.status == PartnerCapabilityStatus::Available);
        let route = available.next().ok_or("no route is available")?;
        println!(
            "route {} is {}",
            route.route_code.as_ref().map_or("?", |code| code.as_str()),
            route.status
        );
        let named = route.route_code.zip(route.currency);
        named.ok_or("the route states neither code nor currency".into())
    };
    // It is not available any more once it was chosen.
    let (code, currency) = flow.keep("route", find).await?;
    let request = CreatePartnerFiatAccountApplicationRequest::new(code, currency)
        .with_client_reference(format!("{}-deposit", run.id))
        .with_purpose_of_account("Receiving salary");
    let apply = |key| applications.create(key, &customer, &request).intent();
    let id: FiatAccountApplicationId = flow.once("apply", apply).await?.id()?;

    let mut route = decided(&run, &customer, &id).await?;
    if route.latest_application_status == Some(PartnerFiatAccountApplicationStatus::AdditionalInfoRequired) {
        let missing = route.requirements.as_deref().unwrap_or_default();
        let answers = answers(&run, &customer, missing).await?;
        let answers = SubmitPartnerFiatAccountAdditionalInfoRequest::new(answers);
        let answer = |key| applications.submit_additional_info(key, &id, &answers).intent();
        flow.once("answer", answer).await?;
        println!("answered");
        route = decided(&run, &customer, &id).await?;
    }
    if route.status != PartnerCapabilityStatus::Active {
        return Err(format!("no account: {}", route.status).into());
    }

    let mut accounts = client.fiat_accounts().list(&customer).stream();
    while let Some(account) = accounts.try_next().await? {
        let currency = account.currency.as_ref().map_or("?", |currency| currency.as_str());
        println!("account for {currency} is {}", account.status);
    }
    // Show the payer all of an instruction. It is personal data, and must not be logged.
    let instructions = client.fiat_deposit_instructions().get(&customer).await?;
    println!("{} ways to pay in", instructions.data.len());
    // A payer may take days: in your system a webhook or a job looks again.
    let is_in = |deposits: &[PartnerFiatDeposit]| deposits.iter().any(|deposit| deposit.status.is_done());
    let deposits = client.fiat_deposits().list(&customer).poll_items_until(is_in);
    if let PollResult::Reached(deposits) = deposits.deadline(Duration::from_secs(10)).await? {
        for deposit in deposits {
            println!("deposit {} is {}", deposit.deposit_id, deposit.status);
        }
        flow.finish().await?;
    }
    Ok(())
}

/// Waits until the application is decided, or needs an answer. No call reads an application: the capabilities tell.
async fn decided(
    run: &Run,
    customer: &CustomerId,
    id: &FiatAccountApplicationId,
) -> Result<PartnerFiatCapabilityRoute> {
    let is_it = |route: &&PartnerFiatCapabilityRoute| route.latest_application_id.as_ref() == Some(id);
    let is_decided = |capabilities: &PartnerFiatCapabilities| {
        let route = capabilities.data.routes.iter().find(is_it);
        let status = route.and_then(|route| route.latest_application_status.as_ref());
        status.is_none_or(|status| status.is_done() || status.is_terminal() || status.needs_action())
    };
    let asked = run.client.fiat_account_capabilities().get(customer);
    let capabilities = asked.poll_until(is_decided).await?.reached_or_err()?;
    let route = capabilities.data.routes.iter().find(is_it);
    Ok(route.ok_or("a later application took its place")?.clone())
}
