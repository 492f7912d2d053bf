//! The workflow, and its steps as activities. Only the steps know the client; the workflow is deterministic.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use crate::payout::{Approved, Drafted, Order, Payout};
use oceafin_partner::PartnerOperationAuthorizationEvidence as Evidence;
use oceafin_partner::{Client, CustomerId, FiatWithdrawalId, PartnerFiatWithdrawalStatus as Status};
use sdkwright_durable::{Again, LookUp, Prepared, Settled};
use temporalio_macros::{activities, workflow, workflow_methods};
use temporalio_sdk::activities::{ActivityContext, ActivityError};
use temporalio_sdk::{ActivityOptions, ApplicationFailure, SyncWorkflowContext};
use temporalio_sdk::{WorkflowContext, WorkflowContextView, WorkflowResult};

#[workflow]
#[derive(Default)]
pub struct PayoutWorkflow {
    drafted: Option<Drafted>,
    evidence: Option<Evidence>,
}

#[workflow_methods]
impl PayoutWorkflow {
    #[run]
    pub async fn run(ctx: &mut WorkflowContext<Self>, order: Order) -> WorkflowResult<Status> {
        // The engine runs a step again after this time without a result, such as after the end of its worker.
        let options = || ActivityOptions::start_to_close_timeout(Duration::from_secs(10));

        let draft = ctx.execute_activity(Steps::draft, order, options());
        let drafted = draft.await?;
        ctx.state_mut(|state| state.drafted = Some(drafted.clone()));
        ctx.wait_condition(|state| state.evidence.is_some()).await?;
        let evidence = ctx.state(|state| state.evidence.clone());
        let evidence = evidence.ok_or_else(|| ApplicationFailure::new("no approval"))?;
        let customer = drafted.customer.clone();
        let approved = executed(Approved::new(drafted, evidence))?;

        let prepare = ctx.execute_activity(Steps::prepare_creation, approved.clone(), options());
        let create = ctx.execute_activity(Steps::create, (prepare.await?, customer.clone()), options());
        let mut created = create.await?;
        if let Settled::LookUp(look_up) = created {
            let find = ctx.execute_activity(Steps::look_creation_up, (look_up, customer), options());
            created = find.await?;
        }
        let id = executed(created)?;

        let prepare = ctx.execute_activity(Steps::prepare_submission, (id.clone(), approved), options());
        let submit = ctx.execute_activity(Steps::submit, (prepare.await?, id.clone()), options());
        let mut submitted = submit.await?;
        if let Settled::LookUp(look_up) = submitted {
            let find = ctx.execute_activity(Steps::look_submission_up, (look_up, id.clone()), options());
            submitted = find.await?;
        }
        executed(submitted)?;
        Ok(ctx.execute_activity(Steps::paid, id, options()).await?)
    }

    #[signal]
    pub fn approve(&mut self, _: &mut SyncWorkflowContext<Self>, evidence: Evidence) {
        self.evidence.get_or_insert(evidence);
    }

    #[query]
    pub fn drafted(&self, _: &WorkflowContextView) -> Option<Drafted> {
        self.drafted.clone()
    }
}

/// Ends the workflow if the action did not happen, or if a person has to decide.
fn executed<T>(settled: Settled<T>) -> Result<T, ApplicationFailure> {
    match settled {
        Settled::Executed(value) => Ok(value),
        Settled::NotExecuted { reason } => Err(ApplicationFailure::non_retryable(format!("not executed: {reason}"))),
        Settled::LookUp(look_up) => Err(ApplicationFailure::non_retryable(format!(
            "look it up: {}",
            look_up.reason()
        ))),
    }
}

/// Runs a step again, not before the time that it returned.
fn later(again: Again) -> ActivityError {
    let delay = again.after;
    ActivityError::application(ApplicationFailure::builder(again).next_retry_delay(delay).build())
}

fn failed(error: Box<dyn Error + Send + Sync>) -> ActivityError {
    ActivityError::application(ApplicationFailure::new(error))
}

pub struct Steps {
    pub client: Client,
}

impl Steps {
    /// Returns the payout by the id of the workflow, which is the same in each run and attempt.
    fn payout(&self, ctx: &ActivityContext) -> Payout {
        let id = ctx.info().workflow_id.clone().unwrap_or_default();
        let client = self.client.clone();
        Payout { client, id }
    }
}

#[activities]
impl Steps {
    #[activity]
    async fn draft(self: Arc<Self>, ctx: ActivityContext, order: Order) -> Result<Drafted, ActivityError> {
        self.payout(&ctx).draft(&order).await.map_err(failed)
    }

    #[activity]
    async fn prepare_creation(
        self: Arc<Self>,
        ctx: ActivityContext,
        approved: Approved,
    ) -> Result<Prepared, ActivityError> {
        let payout = self.payout(&ctx);
        payout.prepare_creation(&approved).await.map_err(failed)
    }

    #[activity]
    async fn create(
        self: Arc<Self>,
        ctx: ActivityContext,
        (prepared, customer): (Prepared, CustomerId),
    ) -> Result<Settled<FiatWithdrawalId>, ActivityError> {
        let payout = self.payout(&ctx);
        payout.create(&prepared, &customer).await.map_err(later)
    }

    #[activity]
    async fn look_creation_up(
        self: Arc<Self>,
        ctx: ActivityContext,
        (look_up, customer): (LookUp, CustomerId),
    ) -> Result<Settled<FiatWithdrawalId>, ActivityError> {
        let payout = self.payout(&ctx);
        payout.look_creation_up(&look_up, &customer).await.map_err(later)
    }

    #[activity]
    async fn prepare_submission(
        self: Arc<Self>,
        ctx: ActivityContext,
        (id, approved): (FiatWithdrawalId, Approved),
    ) -> Result<Prepared, ActivityError> {
        let payout = self.payout(&ctx);
        payout.prepare_submission(&id, &approved).await.map_err(failed)
    }

    #[activity]
    async fn submit(
        self: Arc<Self>,
        ctx: ActivityContext,
        (prepared, id): (Prepared, FiatWithdrawalId),
    ) -> Result<Settled<Status>, ActivityError> {
        self.payout(&ctx).submit(&prepared, &id).await.map_err(later)
    }

    #[activity]
    async fn look_submission_up(
        self: Arc<Self>,
        ctx: ActivityContext,
        (look_up, id): (LookUp, FiatWithdrawalId),
    ) -> Result<Settled<Status>, ActivityError> {
        let payout = self.payout(&ctx);
        payout.look_submission_up(&look_up, &id).await.map_err(later)
    }

    /// Reads the state. The engine runs the step again until the state is final.
    #[activity]
    async fn paid(self: Arc<Self>, ctx: ActivityContext, id: FiatWithdrawalId) -> Result<Status, ActivityError> {
        self.payout(&ctx).paid(&id).await.map_err(later)
    }
}
