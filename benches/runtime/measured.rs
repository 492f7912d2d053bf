//! The program that is counted and timed as a whole process: so much of one kind of work, ours or by hand, and nothing else.
//!
//!     measured serve [PEM]
//!     measured calls  ours|by-hand get|post CALLS BASE_URL
//!     measured crowd  ours|by-hand get|post TASKS CALLS PAUSE BASE_URL
//!     measured sign   hash|signature|stamp BYTES ROUNDS
//!     measured webhook ours|by-hand BYTES ROUNDS
//!     measured times
//!
//! `PEM` is a file with a certificate and its key, for a server with TLS; `$ROOT` names it for a client. `benches/runtime.sh` runs it
//! and prints the tables.

use std::error::Error;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use oceafin_partner::transport::ReqwestTransport;
use oceafin_partner::{
    Client, CreatePartnerCustomerRequest, FiatWithdrawalId, IdempotencyKey, PartnerCustomerRef, PartnerCustomerType,
};
use reqwest::Certificate;
use sdkwright_benches::{deliveries, fixture, handwritten, server, signatures};
use tokio_rustls::rustls;

type Failure = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match words[..] {
        ["serve"] => Ok(server::serve(None)?),
        ["serve", pem] => Ok(server::serve(Some(pem))?),
        ["calls", who, operation, calls, base_url] => {
            let caller = Caller::new(who, base_url)?;
            runtime.block_on(async {
                for call in 0..calls.parse()? {
                    caller.call(operation, call).await?;
                }
                Ok(())
            })
        }
        ["crowd", who, operation, tasks, calls, pause, base_url] => {
            let caller = Caller::new(who, base_url)?;
            let pause = Duration::from_millis(pause.parse()?);
            runtime.block_on(crowd(
                caller,
                operation.to_owned(),
                tasks.parse()?,
                calls.parse()?,
                pause,
            ))
        }
        ["sign", what, bytes, rounds] => sign(what, bytes.parse()?, rounds.parse()?),
        ["times"] => times(),
        ["webhook", who, bytes, rounds] => webhook(who, bytes.parse()?, rounds.parse()?),
        _ => Err("see the beginning of benches/runtime/measured.rs".into()),
    }
}

/// One of the two clients.
enum Caller {
    Ours(Client),
    ByHand(handwritten::Client),
}

impl Caller {
    fn new(who: &str, base_url: &str) -> Result<Self, Failure> {
        let root = std::env::var("ROOT").ok().map(std::fs::read).transpose()?;
        let root = root.map(|pem| Certificate::from_pem(&pem)).transpose()?;
        let settings = move || {
            let builder = reqwest::Client::builder()
                .connect_timeout(Duration::from_secs(10))
                .no_proxy();
            match &root {
                Some(root) => builder.tls_certs_only([root.clone()]),
                None => builder,
            }
        };
        if who == "ours" {
            let client = Client::builder()
                .transport(ReqwestTransport::with(settings)?)
                .base_url(base_url)
                .client_id(fixture::CLIENT_ID)
                .client_secret(fixture::SECRET)
                .without_journal()
                .build()?;
            return Ok(Self::Ours(client));
        }
        let client = handwritten::Client::new(settings(), base_url, fixture::CLIENT_ID, fixture::SECRET)?;
        Ok(Self::ByHand(client))
    }

    async fn call(&self, operation: &str, number: usize) -> Result<(), Failure> {
        match operation {
            "get" => self.get().await,
            _ => self.post(number).await,
        }
    }

    async fn get(&self) -> Result<(), Failure> {
        let id = match self {
            Self::Ours(client) => {
                let id = FiatWithdrawalId::from(fixture::WITHDRAWAL_ID);
                let withdrawal = client.fiat_withdrawals().get(&id).await?;
                withdrawal.withdrawal_id.as_str().to_owned()
            }
            Self::ByHand(client) => client.withdrawal(fixture::WITHDRAWAL_ID).await?.withdrawal_id,
        };
        same(&id, fixture::WITHDRAWAL_ID)
    }

    async fn post(&self, call: usize) -> Result<(), Failure> {
        let key = format!("customers:create:{call}");
        let (reference, name) = ("cust-100001", "Jane Partner");
        let came = match self {
            Self::Ours(client) => {
                let own = PartnerCustomerRef::from(reference);
                let request = CreatePartnerCustomerRequest::new(own, PartnerCustomerType::Individual, name);
                let customer = client.customers().create(IdempotencyKey::new(key)?, &request).await?;
                customer.partner_customer_ref.as_str().to_owned()
            }
            Self::ByHand(client) => {
                let request = handwritten::CreateCustomer {
                    partner_customer_ref: reference.to_owned(),
                    customer_type: handwritten::CustomerType::Individual,
                    display_name: name.to_owned(),
                    metadata: None,
                };
                client.create_customer(&key, &request).await?.partner_customer_ref
            }
        };
        same(&came, reference)
    }
}

fn same(came: &str, wanted: &str) -> Result<(), Failure> {
    if came == wanted {
        Ok(())
    } else {
        Err(format!("`{came}` came for `{wanted}`").into())
    }
}

/// Measures `tasks` tasks with `calls` sequential calls each, and a pause before each call; the first call of each, which connects, is not measured.
async fn crowd(caller: Caller, operation: String, tasks: usize, calls: usize, pause: Duration) -> Result<(), Failure> {
    let caller = Arc::new((caller, operation));
    let connected = Arc::new(tokio::sync::Barrier::new(tasks + 1));
    let mut running = Vec::with_capacity(tasks);
    for task in 0..tasks {
        let (caller, connected) = (Arc::clone(&caller), Arc::clone(&connected));
        running.push(tokio::spawn(async move {
            let (caller, operation) = &*caller;
            caller.call(operation, task).await?;
            connected.wait().await;
            let mut took = Vec::with_capacity(calls);
            for call in 1..=calls {
                if !pause.is_zero() {
                    tokio::time::sleep(pause).await;
                }
                let began = Instant::now();
                caller.call(operation, call * tasks + task).await?;
                took.push(began.elapsed());
            }
            Ok::<_, Failure>(took)
        }));
    }
    connected.wait().await;
    let began = Instant::now();
    let mut all = Vec::with_capacity(tasks * calls);
    for task in running {
        all.extend(task.await??);
    }
    let whole = began.elapsed();
    all.sort_unstable();
    let at = |percent: usize| all.get(all.len() * percent / 100).copied().unwrap_or(Duration::ZERO);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|text| text.trim().strip_suffix(" kB")).unwrap_or("0");
    say(&format!(
        "{{\"p50\": {}, \"p99\": {}, \"whole\": {}, \"peak_kib\": {peak}}}",
        at(50).as_micros(),
        at(99).as_micros(),
        whole.as_micros()
    ))
}

fn say(line: &str) -> Result<(), Failure> {
    use std::io::Write as _;
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

fn sign(what: &str, bytes: usize, rounds: usize) -> Result<(), Failure> {
    let signer = signatures::Signer::new()?;
    let body = vec![b'x'; bytes];
    for _ in 0..rounds {
        match what {
            "hash" => once(|| signer.hash_alone(black_box(&body))),
            "signature" => once(|| signer.signature(black_box(&body))),
            _ => once(|| signer.stamp(black_box(&body))),
        }
    }
    Ok(())
}

fn webhook(who: &str, bytes: usize, rounds: usize) -> Result<(), Failure> {
    let delivery = deliveries::Delivered::new(bytes)?;
    for _ in 0..rounds {
        if who == "ours" {
            drop(black_box(black_box(&delivery).ours()?));
        } else {
            drop(black_box(black_box(&delivery).by_hand()?));
        }
    }
    Ok(())
}

/// Times of signatures and deliveries: short batches take turns, and the quickest batch of each counts, so that what else the
/// machine does is not measured.
fn times() -> Result<(), Failure> {
    let signer = signatures::Signer::new()?;
    say("| what | body | time | against the first |\n|---|---:|---:|---:|")?;
    for size in [1 << 10, 64 << 10, 10 << 20] {
        let body = vec![b'x'; size];
        let batch = (1 << 20) / size + 1;
        rows(
            size,
            batch,
            &mut [
                ("hash", &mut || once(|| signer.hash_alone(black_box(&body)))),
                ("signature", &mut || once(|| signer.signature(black_box(&body)))),
                ("stamp", &mut || once(|| signer.stamp(black_box(&body)))),
                ("24 random bytes of the system", &mut || {
                    once(|| getrandom::fill(&mut [0; 24]));
                }),
            ],
        )?;
    }
    for size in [1 << 10, 64 << 10] {
        let delivery = deliveries::Delivered::new(size)?;
        rows(
            size,
            (64 << 10) / size,
            &mut [
                ("delivery by hand", &mut || once(|| black_box(&delivery).by_hand())),
                ("delivery", &mut || once(|| black_box(&delivery).ours())),
            ],
        )?;
    }
    Ok(())
}

/// Runs the call and ignores its result.
fn once<T>(work: impl FnOnce() -> T) {
    let _ = black_box(work());
}

fn rows(size: usize, batch: usize, work: &mut [(&str, &mut dyn FnMut())]) -> Result<(), Failure> {
    let mut least = vec![Duration::MAX; work.len()];
    for _ in 0..300 {
        for (least, (_, work)) in least.iter_mut().zip(&mut *work) {
            let began = Instant::now();
            for _ in 0..batch {
                work();
            }
            *least = (*least).min(began.elapsed());
        }
    }
    let first = least[0].as_nanos().max(1);
    for (least, (name, _)) in least.iter().zip(work) {
        let (each, ratio) = (least.as_nanos() / batch as u128, least.as_nanos() * 1000 / first);
        let (whole, rest) = (ratio / 1000, ratio % 1000);
        say(&format!(
            "| {name} | {} KiB | {each} ns | {whole}.{rest:03} |",
            size >> 10
        ))?;
    }
    Ok(())
}
