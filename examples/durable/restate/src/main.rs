//! The payout of the guide as a workflow of Restate: draft, approval by a promise, creation, submission, and the wait for the bank.
//!
//! `worker` runs workflows, `pay ID [AMOUNT]` starts one, `approve ID` shows its payload and approves it, and `wait ID` prints its
//! result. The script `run` starts all that they need.

#[path = "../../payout.rs"]
mod payout;
mod workflow;

use std::error::Error;
use std::time::Duration;

use oceafin_partner::{Client, PartnerFiatWithdrawalStatus as Status};
use payout::Order;
use restate_sdk::ingress::ReqwestClient;
use restate_sdk::prelude::*;
use workflow::{PayoutWorkflow, PayoutWorkflowIngressClient};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let argument = |number, usual: &str| std::env::args().nth(number).unwrap_or_else(|| usual.to_owned());
    let setting = |name, usual: &str| std::env::var(name).unwrap_or_else(|_| usual.to_owned());
    let (command, id) = (argument(1, "worker"), argument(2, "wd-9001"));
    let engine = ReqwestClient::connect(setting("PAYOUT_ENGINE", "http://127.0.0.1:8080").parse()?)?;
    let workflow = PayoutWorkflowIngressClient::from_client(engine.clone(), id.clone());
    match command.as_str() {
        "worker" => {
            // The engine records each action, so the client needs no journal.
            let client = Client::builder().from_env().without_journal().build()?;
            let endpoint = Endpoint::builder().bind(PayoutWorkflow { client }).build();
            let address = setting("PAYOUT_WORKER", "127.0.0.1:9080").parse()?;
            HttpServer::new(endpoint).listen_and_serve(address).await;
        }
        "pay" => {
            let order = Order::new("cust-100001", argument(3, "250.00"));
            workflow.run(Json(order)).send().await?;
        }
        "approve" => {
            let drafted = loop {
                match workflow.drafted().call().await?.into_body()?.into_inner() {
                    Some(drafted) => break drafted,
                    None => tokio::time::sleep(Duration::from_millis(200)).await,
                }
            };
            println!("to be approved: {}", drafted.payload);
            let evidence = drafted.approval("user-4711").map_err(|error| error.to_string())?;
            workflow.approve(Json(evidence)).call().await?.into_body()?;
        }
        _ => {
            let run = engine
                .lookup_workflow::<Json<Status>>("PayoutWorkflow", id.clone(), None)
                .await?;
            println!("payout {id} is {}", run.attach().await?.into_body().into_inner());
        }
    }
    Ok(())
}
