//! The workflow. The engine records the value of each step, and runs a workflow again that lost its worker.

use std::fmt::Display;

use oceafin_partner::PartnerOperationAuthorizationEvidence as Evidence;
use oceafin_partner::{Client, PartnerFiatWithdrawalStatus as Status};
use restate_sdk::prelude::*;
use sdkwright_durable::{Again, Settled};
use serde::{Serialize, de::DeserializeOwned};

use crate::payout::{Approved, Drafted, Order, Payout, Result as Done};

pub struct PayoutWorkflow {
    pub client: Client,
}

#[restate_sdk::workflow]
impl PayoutWorkflow {
    #[handler]
    async fn run(&self, ctx: WorkflowContext<'_>, order: Json<Order>) -> Result<Json<Status>, HandlerError> {
        // The key of the workflow is the same in each run and attempt.
        let (client, id) = (self.client.clone(), ctx.key().to_owned());
        let payout = || Payout {
            client: client.clone(),
            id: id.clone(),
        };

        let (steps, order) = (payout(), order.into_inner());
        let drafted = once(&ctx, "draft", async move { steps.draft(&order).await }).await?;
        ctx.set("drafted", Json(drafted.clone()));
        let evidence = ctx.promise::<Json<Evidence>>("approval").await?.into_inner();
        let approved = executed(Approved::new(drafted, evidence))?;

        let (steps, by) = (payout(), approved.clone());
        let prepare = async move { steps.prepare_creation(&by).await };
        let creation = once(&ctx, "prepare creation", prepare).await?;
        let create = || {
            let (steps, creation, customer) = (payout(), creation.clone(), approved.drafted.customer.clone());
            async move { steps.create(&creation, &customer).await }
        };
        let mut created = repeated(&ctx, "create", create).await?;
        if let Settled::LookUp(look_up) = created {
            let find = || {
                let (steps, look_up, customer) = (payout(), look_up.clone(), approved.drafted.customer.clone());
                async move { steps.look_creation_up(&look_up, &customer).await }
            };
            created = repeated(&ctx, "look the creation up", find).await?;
        }
        let id = executed(created)?;

        let (steps, withdrawal, by) = (payout(), id.clone(), approved.clone());
        let prepare = async move { steps.prepare_submission(&withdrawal, &by).await };
        let submission = once(&ctx, "prepare submission", prepare).await?;
        let submit = || {
            let (steps, submission, id) = (payout(), submission.clone(), id.clone());
            async move { steps.submit(&submission, &id).await }
        };
        let mut submitted = repeated(&ctx, "submit", submit).await?;
        if let Settled::LookUp(look_up) = submitted {
            let find = || {
                let (steps, look_up, id) = (payout(), look_up.clone(), id.clone());
                async move { steps.look_submission_up(&look_up, &id).await }
            };
            submitted = repeated(&ctx, "look the submission up", find).await?;
        }
        executed(submitted)?;

        let wait = || {
            let (steps, id) = (payout(), id.clone());
            async move { steps.paid(&id).await }
        };
        Ok(Json(repeated(&ctx, "wait", wait).await?))
    }

    /// Returns the payload to approve, once the workflow has drafted it.
    #[handler]
    async fn drafted(&self, ctx: SharedWorkflowContext<'_>) -> Result<Json<Option<Drafted>>, HandlerError> {
        let drafted = ctx.get::<Json<Drafted>>("drafted").await?;
        Ok(Json(drafted.map(Json::into_inner)))
    }

    #[handler]
    async fn approve(&self, ctx: SharedWorkflowContext<'_>, evidence: Json<Evidence>) -> Result<(), HandlerError> {
        ctx.resolve_promise("approval", evidence);
        Ok(())
    }
}

/// Runs a step that has no effect. An error runs it again.
async fn once<'c, T>(
    ctx: &WorkflowContext<'c>,
    name: &str,
    step: impl Future<Output = Done<T>> + Send + 'c,
) -> Result<T, TerminalError>
where
    T: Serialize + DeserializeOwned + 'static,
{
    let value = ctx.run(|| async move { Ok(Json(step.await?)) }).name(name).await?;
    Ok(value.into_inner())
}

/// Runs a step until it has a result. In between the workflow sleeps as long as the step returned, without a worker.
async fn repeated<'c, T, F>(ctx: &WorkflowContext<'c>, name: &str, step: impl Fn() -> F) -> Result<T, TerminalError>
where
    T: Serialize + DeserializeOwned + 'static,
    F: Future<Output = Result<T, Again>> + Send + 'c,
{
    loop {
        let step = step();
        let result = ctx.run(|| async move { Ok(Json(step.await)) }).name(name).await?;
        match result.into_inner() {
            Ok(value) => return Ok(value),
            Err(again) => ctx.sleep(again.after).await?,
        }
    }
}

/// Ends the workflow if the action did not happen, or if a person has to decide.
fn executed<T>(settled: Settled<T>) -> Result<T, TerminalError> {
    let failure = |kind: &str, reason: &dyn Display| TerminalError::new(format!("{kind}: {reason}"));
    match settled {
        Settled::Executed(value) => Ok(value),
        Settled::NotExecuted { reason } => Err(failure("not executed", &reason)),
        Settled::LookUp(look_up) => Err(failure("look it up", &look_up.reason())),
    }
}
