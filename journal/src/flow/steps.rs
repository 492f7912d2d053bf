//! One flow and its steps.

use super::contents::{Contents, RequestParts};
use crate::actions::{Actions, Ids};
use crate::entry::{ActionHead, Entry, FoundRows, VERSION};
use crate::error::{FlowError, StepError, StoreError};
use crate::journal::{Journal, Lease, by_key};
use crate::keys::{flow_row, hex};
use crate::store::{State, Store};
use sdkwright_runtime::client::Core;
use sdkwright_runtime::operation::Operation;
use sdkwright_runtime::{Error, Execution, IdempotencyKey, Intent};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::{Mutex, PoisonError};

/// Duration of the lease of a run, in seconds. Each step renews it.
const LEASE: i64 = 60;

/// Returns `true` for a name of a step. It starts with a letter, so that the keys of steps and of attempts differ.
fn is_step(step: &str) -> bool {
    let is_in = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    step.len() <= 60 && step.starts_with(|first: char| first.is_ascii_alphabetic()) && step.bytes().all(is_in)
}

/// An action that happened, as the journal knows it.
#[derive(Debug, Clone)]
pub struct Executed<T> {
    value: Option<T>,
    ids: Ids,
    /// The name of the id of what it created.
    created: Option<&'static str>,
}

impl<T> Executed<T> {
    /// Returns the value of the response, if this run sent the action and read it.
    pub fn value(&self) -> Option<&T> {
        self.value.as_ref()
    }

    /// Returns the id of what the action created; of the first resource in its response if it created none.
    pub fn id<I: From<String>>(&self) -> Result<I, FlowError> {
        let first = self.ids.first().filter(|_| self.created.is_none());
        let named = self.ids.iter().find(|(name, _)| Some(name.as_str()) == self.created);
        let found = named.or(first).map(|(_, id)| id.clone().into());
        found.ok_or(FlowError::Missing("the response of the action has no id"))
    }

    /// Returns the ids of the response, by the names of the contract.
    pub fn ids(&self) -> &[(String, String)] {
        &self.ids
    }
}

/// One business action of several steps, such as a payout ([`Journal::flow`]). A run that starts again continues where the last one
/// ended.
///
/// Its name is a part of the idempotency keys of its steps (`payout:wd-9001:submit`), so that they are the same after a crash.
pub struct Flow<S> {
    journal: Journal<S>,
    client: Core,
    name: String,
    lease: Mutex<Option<Lease>>,
}

/// The contents never print.
impl<S> std::fmt::Debug for Flow<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Flow").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The right to change a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// A run, which takes the lease and creates the flow.
    Run,
    /// A run that continues a flow which is not finished.
    Continue,
    /// A value for a step of a flow that exists, whoever runs it.
    Signal,
}

/// The effect of a step on the row of its flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Nothing,
    Contents,
    Release,
    Finish,
    /// Removes the flow.
    Forget,
}

impl<S: Store> Journal<S> {
    /// Returns the flow of this name. Nothing is read or written before its first step.
    ///
    /// ```no_run
    /// # use sdkwright_journal::{Flow, FlowError, Store};
    /// # use sdkwright_runtime::{Error, IdempotencyKey, Intent, operation::Operation};
    /// # async fn pay<S: Store, O: Operation>(
    /// #     flow: &Flow<S>,
    /// #     submit: impl AsyncFn(IdempotencyKey, String) -> Result<Intent<O>, Error>,
    /// # ) -> Result<(), FlowError> {
    /// let quote: String = flow.keep("quote", async || Ok("quote-1".to_owned())).await?;
    /// let Some(approval) = flow.until::<String, _>("approved", async || Ok(None)).await? else {
    ///     return Ok(()); // Another process calls `flow.signal("approved", &approval)`.
    /// };
    /// flow.once("submit", |key| submit(key, quote + &approval)).await?;
    /// flow.finish().await
    /// # }
    /// ```
    pub fn flow(&self, client: &impl AsRef<Core>, name: impl Into<String>) -> Flow<S> {
        Flow {
            journal: self.clone(),
            client: client.as_ref().clone(),
            name: name.into(),
            lease: Mutex::default(),
        }
    }
}

impl<S: Store> Flow<S> {
    /// Returns the name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Performs an action once, and returns its ids and, if this run sent it, its value.
    ///
    /// `call` prepares the call with the key of the step, and the journal decides whether it is sent: what it knows is returned,
    /// and another request than the first one is refused. After a refusal that the server keeps, the next run has the key of the
    /// next attempt, as with [`Actions::usable_key`].
    pub async fn once<O, F>(
        &self,
        step: &str,
        call: impl FnOnce(IdempotencyKey) -> F,
    ) -> Result<Executed<O::Output>, FlowError>
    where
        O: Operation,
        F: Future<Output = Result<Intent<O>, Error>>,
    {
        let key = self.key(step).await?;
        let text = key.as_str().to_owned();
        let intent = call(key).await.map_err(FlowError::Call)?;
        let data: &sdkwright_runtime::journal::Intent = intent.as_ref();
        if data.key != text {
            return Err(FlowError::AnotherKey(step.to_owned()));
        }
        if !self.client.has_journal() {
            return Err(FlowError::Missing("the client of the flow has no journal"));
        }
        let entry = self.journal.entry(self.journal.owner(&self.client), &text).await?;
        // After a refusal that the server does not keep, the key may be used for any request.
        let entry = entry.filter(|entry| entry.state != State::Refused || entry.head.spent);
        let parts = RequestParts::new(data);
        if let Some(entry) = &entry {
            if entry.head.operation != data.operation || entry.head.sha256 != hex(&data.sha256) {
                let difference = self.difference(&text, parts).await?;
                let step = step.to_owned();
                return Err(FlowError::AnotherRequest { step, difference });
            }
        }
        self.note(&text, parts).await?;
        let value = if entry.is_some_and(|entry| entry.state == State::Executed) {
            None
        } else {
            match self.client.execute(&intent).await {
                Execution::Executed(value) => value.ok(),
                Execution::NotExecuted { error, .. } => {
                    if let Err(error) = self.forget(&text).await {
                        tracing::warn!(%error, "an action that the server did not examine stays in its flow");
                    }
                    return Err(FlowError::NotExecuted(error));
                }
                Execution::Unknown { error, retry_at } => return Err(FlowError::Unknown { error, retry_at }),
            }
        };
        let created = O::DESCRIPTION.creates;
        let created = O::DESCRIPTION.ids.iter().find(|(_, at)| Some(*at) == created);
        Ok(Executed {
            value,
            ids: self.actions().ids(&text).await?,
            created: created.map(|(name, _)| *name),
        })
    }

    /// Looks up the action of a step that is never sent again, and records the finding. `read` returns the ids of what it found on
    /// the server. Does nothing for any other action.
    ///
    /// See [`Actions::look_up`] and [`Actions::reconciled`] for what "nothing" proves, and when.
    pub async fn look_up<F>(&self, step: &str, read: impl Fn() -> F) -> Result<(), FlowError>
    where
        F: Future<Output = Result<Option<Ids>, StepError>>,
    {
        let (key, actions) = (self.key(step).await?, self.actions());
        let record = actions.show(key.as_str()).await?;
        if record.is_some_and(|record| record.state == State::Reconcile) {
            let found = actions.look_up(read).await.map_err(FlowError::Step)?;
            actions.reconciled(key.as_str(), found).await?;
        }
        Ok(())
    }

    /// Returns the value that this step keeps. The first run creates it with `make`, which must be safe to repeat: a run that ends too
    /// early leaves no value.
    ///
    /// The value is sealed with a key of the client's secret, and goes with the flow. All values of a flow have at most 256 KiB.
    pub async fn keep<T, F>(&self, step: &str, make: impl FnOnce() -> F) -> Result<T, FlowError>
    where
        T: Serialize + DeserializeOwned,
        F: Future<Output = Result<T, StepError>>,
    {
        if let Some(kept) = self.kept(step, Effect::Nothing).await? {
            return Ok(kept);
        }
        let value = make().await.map_err(FlowError::Step)?;
        let (kept, _) = self.put(step, &value, Access::Run).await?;
        Ok(kept)
    }

    /// Returns what the step waits for, or `None` as long as nobody knows it. Then end this run: no process needs to wait.
    ///
    /// It is the value of another process ([`signal`](Self::signal)), or what `look` finds now, such as the final state of a
    /// payment. It stays the same for each later run.
    pub async fn until<T, F>(&self, step: &str, look: impl FnOnce() -> F) -> Result<Option<T>, FlowError>
    where
        T: Serialize + DeserializeOwned,
        F: Future<Output = Result<Option<T>, StepError>>,
    {
        if let Some(kept) = self.kept(step, Effect::Nothing).await? {
            return Ok(Some(kept));
        }
        if let Some(found) = look().await.map_err(FlowError::Step)? {
            return Ok(Some(self.put(step, &found, Access::Run).await?.0));
        }
        // Another machine may continue it at once.
        self.kept(step, Effect::Release).await
    }

    /// Gives a step of this flow the value that it waits for: the decision of a person, or the content of a delivery. Any process
    /// with the client's secret may do so. Returns `false` if the step had a value, which stays.
    pub async fn signal<T: Serialize + DeserializeOwned>(&self, step: &str, value: &T) -> Result<bool, FlowError> {
        Ok(self.put(step, value, Access::Signal).await?.1)
    }

    /// Ends the flow: [`OpenFlows`](crate::OpenFlows) returns it no more, and [`Actions::purge`] removes it.
    pub async fn finish(&self) -> Result<(), FlowError> {
        self.change(Access::Run, |_| (Effect::Finish, ())).await
    }

    fn actions(&self) -> Actions<S> {
        self.journal.actions(&self.client)
    }

    /// Returns the idempotency key of a step.
    async fn key(&self, step: &str) -> Result<IdempotencyKey, FlowError> {
        self.check(step)?;
        let key = IdempotencyKey::new(format!("{}:{step}", self.name));
        let key = key.map_err(|_| FlowError::Name(self.name.clone()))?;
        Ok(self.actions().usable_key(key).await?)
    }

    fn check(&self, step: &str) -> Result<(), FlowError> {
        let is_name = (1..=160).contains(&self.name.len()) && self.name.bytes().all(|byte| byte.is_ascii_graphic());
        match (is_name, is_step(step)) {
            (false, _) => Err(FlowError::Name(self.name.clone())),
            (_, false) => Err(FlowError::Name(step.to_owned())),
            _ => Ok(()),
        }
    }

    /// Returns the value of a step. If there is none, the effect happens.
    async fn kept<T: DeserializeOwned>(&self, step: &str, otherwise: Effect) -> Result<Option<T>, FlowError> {
        self.check(step)?;
        let wanted = step.to_owned();
        let kept = self.change(Access::Run, move |contents| match contents.kept.get(&wanted) {
            Some(kept) => (Effect::Nothing, Some(kept.clone())),
            None => (otherwise, None),
        });
        kept.await?.map(|kept| read(step, &kept)).transpose()
    }

    /// Keeps a value, unless the step has one. Returns the value of the step, and whether it is this one.
    async fn put<T: Serialize + DeserializeOwned>(
        &self,
        step: &str,
        value: &T,
        access: Access,
    ) -> Result<(T, bool), FlowError> {
        self.check(step)?;
        let text = serde_json::to_string(value).map_err(|_| not_kept(step, "it is not written as JSON"))?;
        let wanted = step.to_owned();
        let put = self.change(access, move |contents| {
            if let Some(kept) = contents.kept.get(&wanted) {
                return (Effect::Nothing, (kept.clone(), false));
            }
            contents.kept.insert(wanted.clone(), text.clone());
            (Effect::Contents, (text.clone(), true))
        });
        let (kept, is_new) = put.await?;
        Ok((read(step, &kept)?, is_new))
    }

    /// Notes the request of a key before it is sent, for the difference from a later one.
    async fn note(&self, key: &str, parts: RequestParts) -> Result<(), FlowError> {
        let key = key.to_owned();
        let noted = self.change(Access::Run, move |contents| {
            let known = contents.sent.insert(key.clone(), parts.clone());
            let is_new = known.as_ref() != Some(&parts);
            (if is_new { Effect::Contents } else { Effect::Nothing }, ())
        });
        noted.await
    }

    /// Forgets the request of a key that has no row, because the server did not examine it. A flow that knows nothing else goes, too:
    /// its row may be signed with a mistyped secret.
    async fn forget(&self, key: &str) -> Result<(), FlowError> {
        if self
            .journal
            .entry(self.journal.owner(&self.client), key)
            .await?
            .is_some()
        {
            return Ok(());
        }
        let key = key.to_owned();
        let forgotten = self.change(Access::Run, move |contents| match contents.sent.remove(&key) {
            None => (Effect::Nothing, ()),
            Some(_) if contents.kept.is_empty() && contents.sent.is_empty() => (Effect::Forget, ()),
            Some(_) => (Effect::Contents, ()),
        });
        forgotten.await
    }

    /// Returns the parts of a request that differ from those of the first request under its key.
    async fn difference(&self, key: &str, parts: RequestParts) -> Result<Vec<String>, FlowError> {
        let key = key.to_owned();
        let difference = self.change(Access::Run, move |contents| {
            let known = contents.sent.get(&key);
            (Effect::Nothing, known.map(|known| known.difference(&parts)))
        });
        let difference = difference.await?.filter(|parts| !parts.is_empty());
        Ok(difference.unwrap_or_else(|| vec!["parts that the flow did not record".to_owned()]))
    }

    /// Reads the row of the flow, lets a step decide, and writes the row if it changes or its lease is half over.
    pub(super) async fn change<T: Send + 'static>(
        &self,
        access: Access,
        step: impl Fn(&mut Contents) -> (Effect, T) + Send + 'static,
    ) -> Result<T, FlowError> {
        let (owner, now) = (self.journal.owner(&self.client), self.client.moment());
        let (key, seal) = (flow_row(&self.name), owner.seal.clone());
        let holder = self.journal.holder(&self.lease()?);
        let (sender, select) = (owner.sender.clone(), by_key(&owner.sender, &key));
        let decide = move |found: &FoundRows| -> Result<(Vec<Entry>, T), FlowError> {
            let known = found.entry(&key)?;
            let mut entry = match (&known, access) {
                (Some(known), _) if access != Access::Continue || known.state == State::Flow => known.clone(),
                (Some(_), _) | (None, Access::Signal | Access::Continue) => return Err(FlowError::NoFlow),
                (None, Access::Run) => Entry {
                    key: key.clone(),
                    sender: sender.clone(),
                    subject: None,
                    state: State::Flow,
                    recorded: now.at,
                    leased_until: 0,
                    leased_by: String::new(),
                    head: ActionHead {
                        version: VERSION,
                        recorded_offset: now.offset,
                        ..ActionHead::default()
                    },
                    request: None,
                    evidence: None,
                    is_gone: false,
                },
            };
            let mut contents = Contents::from_entry(&seal, &entry)?;
            if access != Access::Signal && entry.state == State::Flow {
                if entry.leased_by != holder.text && entry.is_leased(now, &holder) {
                    let until = entry.leased_until;
                    return Err(FlowError::Leased { until });
                }
                if entry.leased_by != holder.text || entry.leased_until < now.at.saturating_add(LEASE / 2) {
                    entry.leased_by.clone_from(&holder.text);
                    entry.leased_until = now.at.saturating_add(LEASE);
                }
            }
            let (effect, value) = step(&mut contents);
            match effect {
                Effect::Nothing => {}
                Effect::Contents => {
                    let sealed = contents.to_sealed(&seal, &key)?;
                    entry.evidence = Some(sealed.ok_or_else(|| not_kept("", "the flow has more than 256 KiB"))?);
                }
                Effect::Release => entry.release(),
                Effect::Forget => entry.is_gone = true,
                Effect::Finish if entry.state == State::Finished => {}
                Effect::Finish => {
                    entry.state = State::Finished;
                    // When a purge may remove it.
                    entry.head.last_sent = Some(now);
                    entry.release();
                }
            }
            // A flow begins with the first step that keeps something, waits or acts.
            let is_changed = known.map_or(effect != Effect::Nothing, |known| known != entry);
            Ok((is_changed.then_some(entry).into_iter().collect(), value))
        };
        let changed = self.journal.change(owner, select, move |found| match decide(found) {
            Ok((changed, value)) => (changed, Ok(value)),
            Err(error) => (Vec::new(), Err(error)),
        });
        changed.await?
    }

    /// Returns the text of the lease of this run.
    fn lease(&self) -> Result<String, StoreError> {
        let mut lease = self.lease.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lease) = &*lease {
            return Ok(lease.text.clone());
        }
        let new = self.journal.lease(self.journal.owner(&self.client), Vec::new())?;
        Ok(lease.insert(new).text.clone())
    }
}

fn read<T: DeserializeOwned>(step: &str, kept: &str) -> Result<T, FlowError> {
    serde_json::from_str(kept).map_err(|_| not_kept(step, "it is kept as a value of another type"))
}

fn not_kept(step: &str, why: &'static str) -> FlowError {
    let step = step.to_owned();
    FlowError::Value { step, why }
}
