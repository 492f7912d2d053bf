//! The worker of an outbox: it takes rows that are due, signs each attempt, posts it, and decides what follows.
//!
//! A row is removed only after a response with status 2xx. So a receiver gets each event at least once, in any order.

use std::sync::Arc;
use std::time::Duration;

use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::http::{Method, Request, Uri};
use sdkwright_runtime::Transport;
use sdkwright_runtime::transport::Body;
use sdkwright_runtime::webhook::{Webhooks, sign_delivery};
use sdkwright_signing::clock::{Clock, SystemClock, unix_seconds};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::clients::Receivers;
use crate::deliveries::{DeliveryStore, LeaseRequest, OutboxDelivery};
use crate::problem::{StoreFailure, random};

/// Time between two searches for rows.
const SEARCH: Duration = Duration::from_secs(1);
/// Time from the limit of an attempt to the end of its lease.
const MARGIN: Duration = Duration::from_secs(30);
/// Longest time of a schedule: a year.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);

/// When an attempt fails, and when the next one follows. The default tries for about two days. Times are at most a year. All workers of an outbox
/// should have the same schedule.
#[derive(Debug, Clone, Copy)]
pub struct DeliverySchedule {
    /// Number of attempts, at least 1, by default 15. Then the delivery is given up.
    pub attempts: u32,
    /// Wait after the first attempt, by default 5 s. Each further wait is four times as long, less up to a quarter at random.
    pub first_wait: Duration,
    /// Longest wait, by default 6 hours.
    pub longest_wait: Duration,
    /// Longest time of one attempt, by default 10 s.
    pub time_limit: Duration,
    /// Number of concurrent attempts of a worker, by default 16.
    pub concurrency: u32,
    /// Number of concurrent attempts of all workers for one receiver, by default 8. So a slow receiver leaves the others their attempts.
    pub per_receiver: u32,
}

impl Default for DeliverySchedule {
    fn default() -> Self {
        Self {
            attempts: 15,
            first_wait: Duration::from_secs(5),
            longest_wait: Duration::from_secs(6 * 3600),
            time_limit: Duration::from_secs(10),
            concurrency: 16,
            per_receiver: 8,
        }
    }
}

/// Sends the deliveries of an outbox. Several workers, also of several processes, may share one. Needs the runtime of tokio with its timers.
#[derive(Clone)]
pub struct DeliveryWorker {
    webhooks: &'static Webhooks,
    store: Arc<dyn DeliveryStore>,
    receivers: Arc<dyn Receivers>,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    schedule: DeliverySchedule,
}

crate::opaque!(DeliveryWorker);

impl DeliveryWorker {
    /// Creates a worker with the default schedule. Generated code has a function `deliveries` with the rules of its contract.
    pub fn new(
        webhooks: &'static Webhooks,
        store: impl DeliveryStore,
        receivers: impl Receivers,
        transport: impl Transport,
    ) -> Self {
        Self {
            webhooks,
            store: Arc::new(store),
            receivers: Arc::new(receivers),
            transport: Arc::new(transport),
            clock: Arc::new(SystemClock),
            schedule: DeliverySchedule::default(),
        }
    }

    /// Sets the schedule.
    #[must_use]
    pub fn schedule(mut self, schedule: DeliverySchedule) -> Self {
        self.schedule = DeliverySchedule {
            longest_wait: schedule.longest_wait.min(LONGEST),
            time_limit: schedule.time_limit.min(LONGEST),
            ..schedule
        };
        self
    }

    /// Sets the clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sends what is due, for ever. A store that fails is tried again.
    pub async fn run(&self) {
        loop {
            if let Err(error) = self.run_until_idle().await {
                tracing::error!(%error, "deliveries wait");
            }
            tokio::time::sleep(SEARCH).await;
        }
    }

    /// Sends until nothing is due, and returns the number of deliveries that it took.
    pub async fn run_until_idle(&self) -> Result<usize, StoreFailure> {
        let (mut attempts, mut count) = (JoinSet::new(), 0);
        loop {
            let under_way = u32::try_from(attempts.len()).unwrap_or(u32::MAX);
            let taken = match self.schedule.concurrency.max(1).saturating_sub(under_way) {
                0 => Ok(Vec::new()),
                most => self.store.take(self.request(most)).await,
            };
            if taken.is_err() || attempts.is_empty() && taken.as_ref().is_ok_and(Vec::is_empty) {
                // An attempt that is dropped has no stored end.
                while attempts.join_next().await.is_some() {}
                return taken.map(|_| count);
            }
            for delivery in taken? {
                let worker = self.clone();
                attempts.spawn(async move { worker.attempt(&delivery).await });
                count += 1;
            }
            // A slow receiver must not delay what becomes due meanwhile.
            let _ = timeout(SEARCH, attempts.join_next()).await;
            while attempts.try_join_next().is_some() {}
        }
    }

    fn request(&self, most: u32) -> LeaseRequest {
        let (schedule, now) = (self.schedule, self.clock.now());
        let until = now + schedule.time_limit + MARGIN;
        // Twice: the clocks of two workers differ.
        let latest = until + schedule.time_limit + MARGIN + 2 * schedule.longest_wait;
        let per_receiver = schedule.per_receiver.max(1);
        LeaseRequest {
            now,
            until,
            latest,
            most,
            per_receiver,
        }
    }

    /// Makes one attempt, and stores its end.
    async fn attempt(&self, delivery: &OutboxDelivery) {
        let time_limit = self.schedule.time_limit;
        let posted = if delivery.is_interrupted {
            // Its process ended, or it panicked.
            Err("the attempt did not end".to_owned())
        } else {
            let posted = timeout(time_limit, self.post(delivery)).await;
            posted.unwrap_or_else(|_| Err(format!("no response within {time_limit:?}")))
        };
        let (receiver, event_id) = (&delivery.receiver, &delivery.event.id);
        let is_last = delivery.attempts >= self.schedule.attempts;
        if let Err(failure) = &posted {
            tracing::warn!(receiver, event_id, failure, is_last, "a delivery failed");
        }
        let ended = loop {
            let now = self.clock.now();
            let ended = match &posted {
                Ok(()) => self.store.remove_delivered(delivery).await,
                Err(failure) => {
                    let due = (!is_last).then(|| now + self.wait(delivery.attempts));
                    self.store.record_failure(delivery, failure, due).await
                }
            };
            match ended {
                Err(error) if now < delivery.until => {
                    tracing::warn!(%error, receiver, event_id, "the end of a delivery waits");
                    tokio::time::sleep(SEARCH).await;
                }
                ended => break ended,
            }
        };
        match ended {
            Ok(true) => {}
            Ok(false) => tracing::warn!(receiver, event_id, "another worker has taken a delivery"),
            Err(error) => tracing::error!(%error, receiver, event_id, "the end of a delivery is not stored"),
        }
    }

    /// Signs and posts a delivery, or returns the reason of its failure without secrets and values.
    async fn post(&self, delivery: &OutboxDelivery) -> Result<(), String> {
        let found = self.receivers.receiver(&delivery.receiver).await;
        let receiver = found.map_err(|error| error.to_string())?;
        let receiver = receiver.ok_or("the receiver is unknown or inactive")?;
        let (body, seconds) = (&delivery.event.body, unix_seconds(self.clock.now()));
        let signed = sign_delivery(self.webhooks, &receiver.keys, seconds, &delivery.event.id, body).await;
        let mut request = Request::new(Body::from_bytes(body.clone()));
        *request.headers_mut() = signed.map_err(|error| error.to_string())?;
        *request.method_mut() = Method::POST;
        let url: Result<Uri, _> = receiver.url.parse();
        let url = url
            .ok()
            .filter(|url| matches!(url.scheme_str(), Some("http" | "https")));
        // A transport would leave out the user and the password of a URL.
        let url = url.filter(|url| {
            url.authority()
                .is_some_and(|authority| !authority.as_str().contains('@'))
        });
        *request.uri_mut() = url.ok_or("the URL of the receiver is not one of http or https without credentials")?;
        let json = HeaderValue::from_static("application/json");
        request.headers_mut().insert(CONTENT_TYPE, json);
        if self.clock.now() >= delivery.until {
            return Err("the lease ended before the post".to_owned());
        }
        let response = self.transport.send(request).await.map_err(|error| error.to_string())?;
        let status = response.status();
        if status.is_success() {
            return Ok(());
        }
        Err(format!("status {}", status.as_u16()))
    }

    /// Returns the wait after a number of attempts.
    fn wait(&self, attempts: u32) -> Duration {
        let factor = 4_u32.saturating_pow(attempts.saturating_sub(1));
        let wait = self.schedule.first_wait.saturating_mul(factor);
        let wait = wait.min(self.schedule.longest_wait);
        let [random, ..] = random().unwrap_or_default();
        wait.saturating_sub(wait / 4 * random.into() / 255)
    }
}
