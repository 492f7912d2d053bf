//! The payout of the guide as a workflow of Temporal: draft, approval by a signal, creation, submission, and the wait for the bank.
//!
//! `worker` runs workflows, `pay ID [AMOUNT]` starts one, `approve ID` shows its payload and approves it, and `wait ID` prints its
//! result. The script `run` starts all that they need.

#[path = "../../payout.rs"]
mod payout;
mod workflow;

use std::error::Error;
use std::time::Duration;

use oceafin_partner::Client;
use payout::Order;
use temporalio_client::{ClientOptions, Connection, WorkflowStartOptions};
use temporalio_sdk::{Runtime, Worker, WorkerOptions};
use workflow::{PayoutWorkflow, Steps};

const QUEUE: &str = "payouts";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let argument = |number, usual: &str| std::env::args().nth(number).unwrap_or_else(|| usual.to_owned());
    let (command, id) = (argument(1, "worker"), argument(2, "wd-9001"));
    let (connection, options) = ClientOptions::load_from_config(Default::default())?;
    let engine = temporalio_client::Client::new(Connection::connect(connection).await?, options)?;
    let workflow = engine.get_workflow_handle::<PayoutWorkflow>(id.clone());
    match command.as_str() {
        "worker" => {
            // The engine records each action, so the client needs no journal.
            let client = Client::builder().from_env().without_journal().build()?;
            let options = WorkerOptions::new(QUEUE).register_workflow::<PayoutWorkflow>()?;
            let options = options.register_activities(Steps { client }).build();
            let runtime = Runtime::from_current_tokio(Default::default())?;
            Worker::new(&runtime, engine, options)?.run().await?;
        }
        "pay" => {
            let order = Order::new("cust-100001", argument(3, "250.00"));
            let options = WorkflowStartOptions::new(QUEUE, id).build();
            engine.start_workflow(PayoutWorkflow::run, order, options).await?;
        }
        "approve" => {
            let query = || workflow.query(PayoutWorkflow::drafted, (), Default::default());
            let drafted = loop {
                match query().await? {
                    Some(drafted) => break drafted,
                    None => tokio::time::sleep(Duration::from_millis(200)).await,
                }
            };
            println!("to be approved: {}", drafted.payload);
            let evidence = drafted.approval("user-4711").map_err(|error| error.to_string())?;
            let signal = workflow.signal(PayoutWorkflow::approve, evidence, Default::default());
            signal.await?;
        }
        _ => println!("payout {id} is {}", workflow.get_result(Default::default()).await?),
    }
    Ok(())
}
