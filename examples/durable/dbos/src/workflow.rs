//! The workflow. The engine records the value of each step in PostgreSQL, and runs a workflow again that lost its worker.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use oceafin_partner::PartnerOperationAuthorizationEvidence as Evidence;
use oceafin_partner::{Client, PartnerFiatWithdrawalStatus as Status};
use sdkwright_durable::{Again, Settled};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::payout::{Approved, Order, Payout, Result as Done};

/// The action did not happen, or a person has to decide.
#[derive(Debug, Serialize, Deserialize)]
pub struct Stopped(String);

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Stopped {}

/// Pays out. The id of the workflow is that of the payout, the same in each run and attempt.
pub async fn pay(client: Client, order: Order) -> dbos::Result<Status, Stopped> {
    let id = dbos::workflow_id().unwrap_or_default();
    let payout = &Payout { client, id };
    let order = &order;

    let drafted = repeated("draft", || async { retried(payout.draft(order).await) }).await?;
    dbos::set_event("drafted", &drafted).await?;
    let evidence = loop {
        let message: Option<Evidence> = dbos::recv(None, Duration::from_secs(3600)).await?;
        if let Some(evidence) = message {
            break evidence;
        }
    };
    let customer = &drafted.customer.clone();
    let approved = &executed(Approved::new(drafted, evidence))?;

    let prepare = || async { retried(payout.prepare_creation(approved).await) };
    let creation = &repeated("prepare creation", prepare).await?;
    let mut created = repeated("create", || payout.create(creation, customer)).await?;
    if let Settled::LookUp(look_up) = &created {
        let find = || payout.look_creation_up(look_up, customer);
        created = repeated("look the creation up", find).await?;
    }
    let id = &executed(created)?;

    let prepare = || async { retried(payout.prepare_submission(id, approved).await) };
    let submission = &repeated("prepare submission", prepare).await?;
    let mut submitted = repeated("submit", || payout.submit(submission, id)).await?;
    if let Settled::LookUp(look_up) = &submitted {
        let find = || payout.look_submission_up(look_up, id);
        submitted = repeated("look the submission up", find).await?;
    }
    executed(submitted)?;
    repeated("wait", || payout.paid(id)).await
}

/// Runs a step until it has a result. In between the workflow sleeps as long as the step returned.
async fn repeated<T, F>(name: &str, step: impl Fn() -> F + Send + Sync) -> dbos::Result<T, Stopped>
where
    T: Serialize + DeserializeOwned + Send,
    F: Future<Output = Result<T, Again>> + Send,
{
    loop {
        let once = || {
            let step = step();
            async move { Ok::<_, dbos::Error<Stopped>>(step.await) }
        };
        match dbos::step(name, once).await? {
            Ok(value) => return Ok(value),
            Err(again) => dbos::sleep(again.after).await?,
        }
    }
}

/// Returns the error that runs a step without an effect again.
fn retried<T>(done: Done<T>) -> Result<T, Again> {
    done.map_err(|error| Again {
        after: Duration::from_secs(2),
        reason: error.to_string(),
    })
}

fn executed<T>(settled: Settled<T>) -> Result<T, Stopped> {
    match settled {
        Settled::Executed(value) => Ok(value),
        Settled::NotExecuted { reason } => Err(Stopped(format!("not executed: {reason}"))),
        Settled::LookUp(look_up) => Err(Stopped(format!("look it up: {}", look_up.reason()))),
    }
}
