//! The payout of the guide as a workflow of DBOS: draft, approval by a message, creation, submission, and the wait for the bank.
//!
//! `worker` runs workflows, `pay ID [AMOUNT]` starts one, `approve ID` shows its payload and approves it, and `wait ID` prints its
//! result. The script `run` starts all that they need.

#[path = "../../payout.rs"]
mod payout;
mod workflow;

use std::error::Error;
use std::time::Duration;

use dbos::sysdb::types::{WorkflowFilter, WorkflowStatus};
use dbos::{Client as Engine, ClientConfig, Config, DBOS, EnqueueOptions, QueueConflict, QueueOptions};
use oceafin_partner::{Client, PartnerFiatWithdrawalStatus as Status};
use payout::{Drafted, Order};
use workflow::{Stopped, pay};

const APPLICATION: &str = "payouts";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let argument = |number, usual: &str| std::env::args().nth(number).unwrap_or_else(|| usual.to_owned());
    let (command, id) = (argument(1, "worker"), argument(2, "wd-9001"));
    if command == "worker" {
        // The engine records each action, so the client needs no journal.
        let client = Client::builder().from_env().without_journal().build()?;
        let config = Config {
            app_version: Some("1".to_owned()),
            ..Config::from_env(APPLICATION)
        };
        let engine = DBOS::new(config);
        engine.register_workflow("pay", move |order: Order| pay(client.clone(), order))?;
        engine.launch().await?;
        // A workflow whose worker ended a hundred times waits for an operator: here, for the next start of a worker.
        let given_up = WorkflowFilter {
            status: vec![WorkflowStatus::MaxRecoveryAttemptsExceeded],
            ..WorkflowFilter::default()
        };
        for payout in engine.list_workflows(&given_up).await? {
            engine.resume::<Status, Stopped>(&payout.workflow_id).await?;
        }
        let conflict = QueueConflict::UpdateIfLatestVersion;
        engine
            .register_queue(APPLICATION, QueueOptions::default(), conflict)
            .await?;
        println!("ready");
        std::future::pending::<()>().await;
    }
    let engine = Engine::connect(ClientConfig::from_env()).await?;
    match command.as_str() {
        "pay" => {
            let order = Order::new("cust-100001", argument(3, "250.00"));
            let options = EnqueueOptions {
                workflow_id: Some(&id),
                ..EnqueueOptions::new(APPLICATION)
            };
            engine.enqueue_with::<_, Status, Stopped>("pay", order, options).await?;
        }
        "approve" => {
            let drafted = engine.get_event::<Drafted>(&id, "drafted", Duration::from_secs(60));
            let drafted = drafted.await?.ok_or("there is no draft yet")?;
            println!("to be approved: {}", drafted.payload);
            let evidence = drafted.approval("user-4711").map_err(|error| error.to_string())?;
            engine.send(&id, &evidence).await?;
        }
        _ => println!(
            "payout {id} is {}",
            engine.retrieve_workflow::<Status, Stopped>(&id).result().await?
        ),
    }
    Ok(())
}
