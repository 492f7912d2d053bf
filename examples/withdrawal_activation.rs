//! Opens withdrawals over one more route: capabilities, activation, answers to what is missing, and the wait for the decision.
//!
//! `cargo run -p oceafin-examples --example withdrawal_activation [ACTIVATION [CUSTOMER [FOLDER]]]`
//!
//! It may be killed at any moment. Started again for the same activation it continues where it was. In the local sandbox an
//! activation whose id ends in `-more-info` asks for more information.

#[path = "setup/answers.rs"]
mod answers;
#[path = "setup/run.rs"]
mod run;

use answers::answers;
use oceafin_partner::{
    ActivatePartnerFiatWithdrawalCapabilityRequest, CustomerId, FiatWithdrawalCapabilityActivationId,
    PartnerCapabilityStatus, PartnerFiatWithdrawalCapabilities, PartnerFiatWithdrawalCapabilityActivationStatus,
    PartnerFiatWithdrawalCapabilityRoute, SubmitPartnerFiatWithdrawalCapabilityAdditionalInfoRequest,
};
use run::{Result, Run};

#[tokio::main]
async fn main() -> Result<()> {
    let run = Run::start("wc").await?;
    let (flow, customer) = (&run.flow, run.customer().await?);
    let capabilities = run.client.fiat_withdrawal_capabilities();

    let find = async || {
        let routes = capabilities.get(&customer).await?.data.routes.into_iter();
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
    let request = ActivatePartnerFiatWithdrawalCapabilityRequest::new(code, currency)
        .with_client_reference(run.id.as_str())
        .with_purpose_of_withdrawals("Supporting family abroad");
    let activate = |key| capabilities.activate(key, &customer, &request).intent();
    let id: FiatWithdrawalCapabilityActivationId = flow.once("activate", activate).await?.id()?;

    let mut route = decided(&run, &customer, &id).await?;
    if route.latest_activation_status == Some(PartnerFiatWithdrawalCapabilityActivationStatus::AdditionalInfoRequired) {
        let missing = route.requirements.as_deref().unwrap_or_default();
        let answers = answers(&run, &customer, missing).await?;
        let answers = SubmitPartnerFiatWithdrawalCapabilityAdditionalInfoRequest::new(answers);
        let answer = |key| capabilities.submit_additional_info(key, &id, &answers).intent();
        flow.once("answer", answer).await?;
        println!("answered");
        route = decided(&run, &customer, &id).await?;
    }
    let code = route.route_code.as_ref().map_or("?", |code| code.as_str());
    println!("route {code} is {}", route.status);
    match route.status {
        PartnerCapabilityStatus::Active => Ok(flow.finish().await?),
        status => Err(format!("no withdrawals over {code}: {status}").into()),
    }
}

/// Waits until the activation is decided, or needs an answer. No call reads an activation: the capabilities tell.
async fn decided(
    run: &Run,
    customer: &CustomerId,
    id: &FiatWithdrawalCapabilityActivationId,
) -> Result<PartnerFiatWithdrawalCapabilityRoute> {
    let is_it = |route: &&PartnerFiatWithdrawalCapabilityRoute| route.latest_activation_id.as_ref() == Some(id);
    let is_decided = |capabilities: &PartnerFiatWithdrawalCapabilities| {
        let route = capabilities.data.routes.iter().find(is_it);
        let status = route.and_then(|route| route.latest_activation_status.as_ref());
        status.is_none_or(|status| status.is_done() || status.is_terminal() || status.needs_action())
    };
    let asked = run.client.fiat_withdrawal_capabilities().get(customer);
    let capabilities = asked.poll_until(is_decided).await?.reached_or_err()?;
    let route = capabilities.data.routes.iter().find(is_it);
    Ok(route.ok_or("a later activation took its place")?.clone())
}
