//! State that the server's thread and the handle share. In: calls that were answered, and deliveries to be made. Out: a log of both.
//! Never: a word about how a call is answered.

use crate::app::{App, Touched};
use crate::bounded::Bounded;
use crate::error::Error;
use crate::log::Call;
use crate::webhook::{self, Delivery};
use serde_json::Value;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};

/// The most steps that are made at once: a lifecycle can go in circles.
const STEPS: usize = 10_000;

pub(crate) type Watcher = Box<dyn Fn(&Call) + Send + Sync>;

/// A delivery that is to be made.
pub(crate) struct Job {
    pub(crate) url: String,
    pub(crate) event: String,
    pub(crate) body: Value,
}

/// State that the server's thread and the handle share.
pub(crate) struct Shared {
    pub(crate) app: App,
    pub(crate) calls: Mutex<Bounded<Call>>,
    pub(crate) deliveries: Mutex<Bounded<Delivery>>,
    pub(crate) webhook_url: Mutex<Option<String>>,
    pub(crate) jobs: Mutex<Option<mpsc::Sender<Job>>>,
    /// Ids of all clients of this server, if there are several.
    pub(crate) clients: Vec<String>,
    watcher: Option<Arc<Watcher>>,
}

pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    /// Starts the thread that makes deliveries.
    pub(crate) fn start(
        app: App,
        clients: Vec<String>,
        webhook_url: Option<String>,
        watcher: Option<Arc<Watcher>>,
    ) -> Result<Arc<Self>, Error> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let shared = Arc::new(Self {
            app,
            calls: Mutex::default(),
            deliveries: Mutex::default(),
            webhook_url: Mutex::new(webhook_url),
            jobs: Mutex::new(Some(jobs)),
            clients,
            watcher,
        });
        let postman = Arc::clone(&shared);
        let work = move || {
            for Job { url, event, body } in queue {
                let app = &postman.app;
                let reports = webhook::deliver(
                    &app.contract,
                    &app.credentials.webhook_secret,
                    &app.clock,
                    &url,
                    &event,
                    &body,
                );
                let mut deliveries = locked(&postman.deliveries);
                for report in reports {
                    let bytes = report.bytes();
                    deliveries.push(report, bytes);
                }
            }
        };
        std::thread::Builder::new()
            .name("sandbox deliveries".to_owned())
            .spawn(work)
            .map_err(Error::Listen)?;
        Ok(shared)
    }

    pub(crate) fn record(&self, call: Call) {
        if let Some(watcher) = &self.watcher {
            watcher(&call);
        }
        let bytes = call.bytes();
        locked(&self.calls).push(call, bytes);
    }

    /// Makes the steps that time has brought since, and delivers what fits them.
    pub(crate) fn advance(&self) {
        for _ in 0..STEPS {
            let Some(touched) = self.app.advance() else { return };
            if !touched.is_empty() {
                self.app.save();
                self.announce(&touched);
            }
        }
    }

    /// Delivers what fits the resources that a call made or moved.
    pub(crate) fn announce(&self, touched: &Touched) {
        let Some(url) = locked(&self.webhook_url).clone() else {
            return;
        };
        let mut events = Vec::new();
        for (number, is_new) in touched {
            let state = self.app.state();
            let Some(record) = state.records.place(*number).and_then(|at| state.records.get(at)) else {
                continue;
            };
            for event in webhook::fitting(&self.app.contract, &self.app.model, record, *is_new) {
                if let Ok(body) = webhook::event(&self.app.contract, &event, Some(record), self.app.clock.life()) {
                    events.push((event, body));
                }
            }
        }
        for (event, body) in events {
            self.send(Job {
                url: url.clone(),
                event,
                body,
            });
        }
    }

    pub(crate) fn send(&self, job: Job) {
        if let Some(jobs) = &*locked(&self.jobs) {
            let _ = jobs.send(job);
        }
    }
}
