//! Sends signed calls to a server over several connections, as fast as it answers, and prints how many it answered with which status.
//!
//! In: a JSON document on the standard input, written by `benches/sandbox/run.py`: the address, the form of signatures, and calls. Out:
//! one line of JSON. Never: a call that is not signed anew.

use hmac_sha256::{HMAC, Hash};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::error::Error;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// Texts of a plan, by pointer.
struct FaultPlan(Value);

impl FaultPlan {
    fn text(&self, pointer: &str) -> &str {
        self.0.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    fn number(&self, pointer: &str) -> u64 {
        self.0.pointer(pointer).and_then(Value::as_u64).unwrap_or_default()
    }

    fn list(&self, pointer: &str) -> &[Value] {
        self.0
            .pointer(pointer)
            .and_then(Value::as_array)
            .map_or(&[], Vec::as_slice)
    }
}

fn main() -> Result<()> {
    let plan: FaultPlan = FaultPlan(serde_json::from_reader(std::io::stdin())?);
    let plan = Arc::new(plan);
    let next = Arc::new(AtomicU64::new(plan.number("/first")));
    let began = Instant::now();
    let work = (0..plan.number("/connections")).map(|_| {
        let (plan, next) = (Arc::clone(&plan), Arc::clone(&next));
        std::thread::spawn(move || connection(&plan, &next))
    });
    let work: Vec<_> = work.collect();
    let mut statuses: BTreeMap<String, u64> = BTreeMap::new();
    for thread in work {
        let counted = thread.join().map_err(|_| "a thread ended")??;
        for (status, count) in counted {
            *statuses.entry(status).or_default() += count;
        }
    }
    let line = json!({ "seconds": began.elapsed().as_secs_f64(), "statuses": statuses });
    writeln!(std::io::stdout(), "{line}")?;
    Ok(())
}

/// Makes calls over one connection until all are made.
fn connection(plan: &FaultPlan, next: &AtomicU64) -> Result<BTreeMap<String, u64>> {
    let last = plan.number("/first") + plan.number("/count");
    let calls = plan.list("/calls");
    let stream = TcpStream::connect(plan.text("/address"))?;
    stream.set_nodelay(true)?;
    let mut answers = BufReader::new(stream.try_clone()?);
    let (mut request, mut line, mut body) = (Vec::new(), String::new(), Vec::new());
    let mut counted = BTreeMap::new();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= last {
            return Ok(counted);
        }
        let call = usize::try_from(number)? % calls.len();
        write(plan, &FaultPlan(calls[call].clone()), number, &mut request)?;
        (&stream).write_all(&request)?;
        line.clear();
        answers.read_line(&mut line)?;
        let status = line.split(' ').nth(1).ok_or("the answer has no status")?.to_owned();
        *counted.entry(status).or_default() += 1;
        let (mut length, mut is_chunked) = (0, false);
        loop {
            line.clear();
            answers.read_line(&mut line)?;
            let header = line.to_ascii_lowercase();
            if let Some(text) = header.strip_prefix("content-length:") {
                length = text.trim().parse()?;
            }
            is_chunked |= header.starts_with("transfer-encoding: chunked");
            if line.trim().is_empty() {
                break;
            }
        }
        while is_chunked {
            line.clear();
            answers.read_line(&mut line)?;
            let size = usize::from_str_radix(line.trim(), 16)?;
            body.resize(size + 2, 0);
            answers.read_exact(&mut body)?;
            is_chunked = size > 0;
        }
        body.resize(length, 0);
        answers.read_exact(&mut body)?;
    }
}

/// Writes a request; `{n}` in its body and key is the number of the call, and `{k}` one of a thousand.
fn write(plan: &FaultPlan, call: &FaultPlan, number: u64, request: &mut Vec<u8>) -> Result<()> {
    let filled = |text: &str| {
        let text = text.replace("{n}", &number.to_string());
        text.replace("{k}", &(number % 1000).to_string())
    };
    let (method, target) = (call.text("/method"), call.text("/target"));
    let (body, key) = (filled(call.text("/body")), filled(call.text("/key")));
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let timestamp = match plan.text("/timestamp") {
        "unix-seconds" => (seconds + plan.number("/ahead")).to_string(),
        _ => rfc3339(seconds + plan.number("/ahead")),
    };
    let nonce = format!("load-{}-{number:012}", plan.text("/run"));
    let hash = Hash::hash(body.as_bytes());
    let components = plan.list("/components").iter().filter_map(Value::as_str);
    let parts: Vec<String> = components
        .map(|name| match name {
            "method" => method.to_owned(),
            "target" => target.to_owned(),
            "timestamp" => timestamp.clone(),
            "nonce" => nonce.clone(),
            "client-id" => plan.text("/clientId").to_owned(),
            "idempotency-key" => key.clone(),
            _ => hex(&hash),
        })
        .collect();
    let mac = HMAC::mac(parts.join(plan.text("/separator")), plan.text("/secret").as_bytes());
    request.clear();
    write!(
        request,
        "{method} {target} HTTP/1.1\r\nhost: {}\r\n",
        plan.text("/address")
    )?;
    for (name, value) in [
        (plan.text("/headers/clientId"), plan.text("/clientId")),
        (plan.text("/headers/timestamp"), &timestamp),
        (plan.text("/headers/nonce"), &nonce),
        (plan.text("/headers/signature"), &hex(&mac)),
        (plan.text("/headers/requestId"), &nonce),
    ] {
        write!(request, "{name}: {value}\r\n")?;
    }
    if !key.is_empty() {
        write!(request, "{}: {key}\r\n", plan.text("/headers/key"))?;
    }
    if !body.is_empty() {
        write!(
            request,
            "content-type: application/json\r\ncontent-length: {}\r\n",
            body.len()
        )?;
    }
    write!(request, "\r\n{body}")?;
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            out.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
    }
    out
}

/// RFC 3339 in UTC (Howard Hinnant, "chrono-compatible low-level date algorithms": `civil_from_days`).
fn rfc3339(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}
