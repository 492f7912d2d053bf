//! Opens withdrawals over one more route: capabilities, activation, answers to what is missing, and the wait for the decision.
//!
//! `cargo run -p oceafin-examples --example withdrawal_activation [ACTIVATION [CUSTOMER [FOLDER]]]`
//!
//! It may be killed at any moment. Started again for the same activation it continues where it was. In the local sandbox an
//! activation whose id ends in `-more-info` asks for more information.

#[path = "state/answers.rs"]
mod answers;
#[path = "state/session.rs"]
mod session;

use answers::answers;
use oceafin_partner::{
    ActivatePartnerFiatWithdrawalCapabilityRequest, CustomerId, FiatWithdrawalCapabilityActivationId,
    PartnerCapabilityStatus, PartnerFiatWithdrawalCapabilities, PartnerFiatWithdrawalCapabilityActivationStatus,
    PartnerFiatWithdrawalCapabilityRoute, SubmitPartnerFiatWithdrawalCapabilityAdditionalInfoRequest,
};
use session::{Result, Session};

#[tokio::main]
async fn main() -> Result<()> {
    let session = Session::start("wc").await?;
    let (client, customer) = (&session.client, session.customer().await?);

    let activate = async |key| {
        let routes = client.fiat_withdrawal_capabilities().get(&customer).await?.data.routes;
        let mut available = routes
            .into_iter()
            .filter(|route| route.status == PartnerCapabilityStatus::Available);
        let route = available.next().ok_or("no route is available")?;
        let (Some(code), Some(currency)) = (route.route_code, route.currency) else {
            return Err("the route states neither code nor currency".into());
        };
        println!("route {} is {}", code.as_str(), route.status);
        let request = ActivatePartnerFiatWithdrawalCapabilityRequest::new(code, currency)
            .with_client_reference(session.id.as_str())
            .with_purpose_of_withdrawals("Supporting family abroad");
        let activation = client
            .fiat_withdrawal_capabilities()
            .activate(key, &customer, &request)
            .await?;
        Ok(activation.activation_id)
    };
    let name = "FiatWithdrawalCapabilityActivationId";
    let id: FiatWithdrawalCapabilityActivationId = session.once("capability.activate", name, activate).await?;

    let mut route = decided(&session, &customer, &id).await?;
    if route.latest_activation_status == Some(PartnerFiatWithdrawalCapabilityActivationStatus::AdditionalInfoRequired) {
        let missing = route.requirements.as_deref().unwrap_or_default();
        let answers = answers(&session, &customer, missing).await?;
        let answers = SubmitPartnerFiatWithdrawalCapabilityAdditionalInfoRequest::new(answers);
        let key = session.key("capability.answer").await?;
        client
            .fiat_withdrawal_capabilities()
            .submit_additional_info(key, &id, &answers)
            .await?;
        println!("answered");
        route = decided(&session, &customer, &id).await?;
    }
    let code = route.route_code.as_ref().map_or("?", |code| code.as_str());
    println!("route {code} is {}", route.status);
    match route.status {
        PartnerCapabilityStatus::Active => Ok(()),
        status => Err(format!("no withdrawals over {code}: {status}").into()),
    }
}

/// Waits until the activation is decided, or needs an answer. No call reads an activation: the capabilities tell.
async fn decided(
    session: &Session,
    customer: &CustomerId,
    id: &FiatWithdrawalCapabilityActivationId,
) -> Result<PartnerFiatWithdrawalCapabilityRoute> {
    let is_it = |route: &&PartnerFiatWithdrawalCapabilityRoute| route.latest_activation_id.as_ref() == Some(id);
    let is_decided = |capabilities: &PartnerFiatWithdrawalCapabilities| {
        let route = capabilities.data.routes.iter().find(is_it);
        let status = route.and_then(|route| route.latest_activation_status.as_ref());
        status.is_none_or(|status| status.is_done() || status.is_terminal() || status.needs_action())
    };
    let asked = session.client.fiat_withdrawal_capabilities().get(customer);
    let capabilities = asked.poll_until(is_decided).await?.reached_or_err()?;
    let route = capabilities.data.routes.iter().find(is_it);
    Ok(route.ok_or("a later activation took its place")?.clone())
}
