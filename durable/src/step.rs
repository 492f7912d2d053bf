//! Steps of a workflow: its id and the names of its steps come in, keys and results come out. A step must never act with what another step
//! or workflow recorded.

use sdkwright_runtime::client::{Core, Intent};
use sdkwright_runtime::journal::joined_key;
use sdkwright_runtime::operation::Operation;
use sdkwright_runtime::{IdempotencyKey, KeyError};

use crate::prepared::{Prepared, PreparedError};
use crate::settled::{Again, LookUp, Settled, settled};

/// The most characters of a key.
const LONGEST: usize = 255;

/// A workflow by the id that your service gave it, such as that of a payout. It is never the id of a run, which changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workflow {
    id: String,
}

impl Workflow {
    /// Creates the workflow with this id.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into() }
    }

    /// Returns a step by its name. The name is part of the key, so it stays the same in all versions of your code.
    pub fn step(&self, name: &str) -> Step {
        Step {
            workflow: self.id.clone(),
            name: name.to_owned(),
        }
    }
}

/// One action of a workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    workflow: String,
    name: String,
}

impl Step {
    /// Returns the idempotency key of the action: the same in each run, attempt and version of the code.
    pub fn key(&self) -> Result<IdempotencyKey, KeyError> {
        IdempotencyKey::new(self.text()?)
    }

    /// Returns an intent as the recorded value of the step that prepares.
    pub fn prepared<O: Operation>(&self, intent: &Intent<O>) -> Result<Prepared, PreparedError> {
        if self.text()? != intent.key() {
            return Err(PreparedError::OtherKey);
        }
        Ok(Prepared::new(&intent.to_bytes()?))
    }

    /// Executes a recorded intent. The engine may repeat it, on any machine: the action happens once.
    ///
    /// [`Again`] is the error of the step, and the engine runs it again. [`Settled`] is its value, which is final:
    ///
    /// - A refusal leads to [`Settled::LookUp`]: an earlier attempt, whose result the engine lost, may have acted.
    /// - So does the end of the retention, and a value that this step cannot have recorded.
    /// - A value of another release, secret or client id leads to [`Again`]: a worker with the right settings continues.
    pub async fn execute<O: Operation>(
        &self,
        client: &impl AsRef<Core>,
        prepared: &Prepared,
    ) -> Result<Settled<O::Output>, Again> {
        let core = client.as_ref();
        match self.intent::<O>(core, prepared).await {
            Ok(intent) => settled(core, core.execute(&intent).await),
            Err(error) if error.is_of_worker() => Err(Again::soon(&error)),
            Err(error) => Ok(Settled::LookUp(LookUp::sent_until_now(core, &error))),
        }
    }

    async fn intent<O: Operation>(&self, core: &Core, prepared: &Prepared) -> Result<Intent<O>, PreparedError> {
        let intent = Intent::from_bytes(&core, &prepared.bytes()?).await?;
        if self.text()? != intent.key() {
            return Err(PreparedError::OtherKey);
        }
        Ok(intent)
    }

    fn text(&self) -> Result<String, KeyError> {
        joined_key(&[&self.workflow, &self.name], LONGEST)
    }
}
