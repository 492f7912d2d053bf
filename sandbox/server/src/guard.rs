//! In: a request, and who may call with which secret. Out: a pass, or why the request is refused: client, signature, time and
//! nonce, in this order. Never: the secret, or the body, or a nonce that is kept for longer than a request with it is fresh.

use crate::clock::Instant;
use crate::diagnose::{Secrets, explain};
use crate::extensions::{Signing, TimeForm};
use crate::log::Call;
use crate::pattern;
use crate::problem::Problem;
use crate::request::Request;
use crate::signature::{MessageValues, sign};
use crate::store::{Rows, Unwritten};
use hmac_sha256::Hash;
use std::collections::{HashSet, VecDeque};

/// Statuses of a request whose sender is not known.
const UNAUTHORIZED: &[u16] = &[401, 403];

/// Clients that may call, with their secrets and the nonces that they used.
#[derive(Debug)]
pub(crate) struct Guard<'a> {
    pub(crate) signing: &'a Signing,
    pub(crate) client_id: &'a str,
    pub(crate) client_secret: &'a str,
    pub(crate) webhook_secret: &'a str,
    pub(crate) now: Instant,
    pub(crate) nonces: &'a mut FreshNonces,
}

impl Guard<'_> {
    /// Checks client, signature, time and nonce, in this order.
    pub(crate) fn check(
        &mut self,
        request: &Request,
        key_header: Option<&str>,
        call: &mut Call,
    ) -> Result<(), Problem> {
        let signing = self.signing;
        self.client(request, call).map_err(|detail| {
            call.fail("client", &detail);
            Problem::new(signing.problem("client"), detail).with_statuses(UNAUTHORIZED)
        })?;
        let parts = MessageValues::new(signing, key_header, request);
        let given = request.header(&signing.signature_header).unwrap_or_default();
        if sign(signing, &parts, self.client_secret).as_deref() != Some(given) {
            let secrets = Secrets {
                client: self.client_secret,
                webhook: self.webhook_secret,
            };
            call.fail("signature", explain(signing, &parts, given, &secrets));
            return Err(Problem::new(
                signing.problem("signature"),
                "The signature does not match the request.",
            )
            .with_statuses(UNAUTHORIZED));
        }
        call.pass("signature", "matches the target and the body");
        self.time(&parts.timestamp, call)?;
        if signing.nonce_at.is_none() {
            return Ok(());
        }
        let freshness = signing.freshness.unwrap_or_default();
        if !self.nonces.add(&parts.nonce, self.now.seconds, freshness) {
            call.fail("nonce", "was used before");
            return Err(
                Problem::new(signing.problem("replayed"), "The nonce was used before.").with_statuses(UNAUTHORIZED)
            );
        }
        call.pass("nonce", "is new");
        Ok(())
    }

    fn client(&self, request: &Request, call: &mut Call) -> Result<(), String> {
        if let Some(missing) = self
            .signing
            .headers()
            .find(|name| request.headers(name).count() > 1 || request.header(name).is_none_or(str::is_empty))
        {
            return Err(format!("Missing {missing} header, or it occurs twice."));
        }
        if let Some(name) = &self.signing.client_header
            && request.header(name) != Some(self.client_id)
        {
            return Err(format!("{name} is not the id of an active client."));
        }
        if let Some(name) = self.signing.nonce_header() {
            self.nonce_form(name, request.header(name).unwrap_or_default())?;
        }
        call.pass("client", "is known, and all headers are present");
        Ok(())
    }

    /// Checks that a nonce has the form that the contract gives it; what is not documented is called our reading.
    fn nonce_form(&self, name: &str, nonce: &str) -> Result<(), String> {
        let rules = &self.signing.nonce;
        let limit = |name: &str| rules.get(name).and_then(serde_json::Value::as_u64);
        let length = nonce.len() as u64;
        let pattern = rules.get("pattern").and_then(serde_json::Value::as_str);
        let fits = pattern.is_none_or(|pattern| pattern::matches(pattern, nonce) == Some(true));
        let (word, form) = match (limit("minLength"), limit("maxLength"), pattern) {
            (Some(least), _, _) if length < least => ("minLength", format!("at least {least} characters")),
            (_, Some(most), _) if length > most => ("maxLength", format!("at most {most} characters")),
            (_, _, Some(pattern)) if !fits => ("pattern", format!("characters that match {pattern}")),
            _ => return Ok(()),
        };
        let marks = rules.get("x-documented").and_then(serde_json::Value::as_array);
        let is_reading = marks.is_some_and(|marks| !marks.iter().any(|mark| mark == word));
        let whose = if is_reading {
            " (an assumption, not documented)"
        } else {
            ""
        };
        Err(format!("{name} must have {form}{whose}."))
    }

    fn time(&self, text: &str, call: &mut Call) -> Result<(), Problem> {
        let refuse = |call: &mut Call, note: String| {
            call.fail("freshness", &note);
            Err(Problem::new(self.signing.problem("expired"), note).with_statuses(UNAUTHORIZED))
        };
        let seconds = |each: i64| {
            let whole = text.parse::<i64>().ok()?.div_euclid(each);
            Some(Instant {
                seconds: whole,
                nanos: 0,
            })
        };
        let (moment, form) = match self.signing.time {
            TimeForm::Rfc3339 => (Instant::parse(text), "an RFC 3339 date-time"),
            TimeForm::Seconds => (seconds(1), "a number of seconds since 1970"),
            TimeForm::Millis => (seconds(1000), "a number of milliseconds since 1970"),
        };
        let Some(moment) = moment else {
            return refuse(call, format!("The timestamp is not {form}."));
        };
        let apart = self.now.seconds.saturating_sub(moment.seconds);
        let freshness = self.signing.freshness.unwrap_or(i64::MAX);
        if apart.saturating_abs() > freshness {
            let side = if apart > 0 { "behind" } else { "ahead of" };
            let note = format!(
                "The timestamp is {} s {side} the server's clock ({}); {} s are allowed.",
                apart.saturating_abs(),
                self.now.rfc3339(),
                freshness
            );
            return refuse(call, note);
        }
        call.pass(
            "freshness",
            format!("{} s from the clock of the server", apart.saturating_abs()),
        );
        Ok(())
    }
}

/// Nonces of requests that are still fresh, as hashes of 64 bits: two of a million nonces share one in one run of thirty million.
#[derive(Debug, Default)]
pub(crate) struct FreshNonces {
    known: HashSet<u64>,
    /// In the order in which they came, each with the second of that.
    order: VecDeque<(i64, u64)>,
    pub(crate) unwritten: Unwritten,
}

impl FreshNonces {
    /// Begins with the nonces of a store.
    pub(crate) fn restored(rows: &mut Rows) -> Option<Self> {
        let mut nonces = Self::default();
        for (name, second) in rows.remove("nonce").unwrap_or_default() {
            let hash = u64::from_str_radix(&name, 16).ok()?;
            nonces.order.push_back((second.as_i64()?, hash));
            nonces.known.insert(hash);
        }
        nonces.order.make_contiguous().sort_unstable();
        nonces.unwritten = Unwritten::with_store();
        Some(nonces)
    }

    /// Returns `true` for a new nonce, which is then known. `fresh` is the number of seconds by which the time of a request may differ
    /// from `now`, so a nonce can come again for twice as long.
    pub(crate) fn add(&mut self, nonce: &str, now: i64, fresh: i64) -> bool {
        let oldest = now.saturating_sub(fresh.saturating_mul(2));
        while let Some((_, hash)) = self.order.pop_front_if(|(second, _)| *second < oldest) {
            self.known.remove(&hash);
            self.unwritten.put("nonce", &row_name(hash), None::<i64>);
        }
        let sum = Hash::hash(nonce.as_bytes());
        let hash = sum[..8].iter().fold(0, |hash, byte| hash << 8 | u64::from(*byte));
        let is_new = self.known.insert(hash);
        if is_new {
            self.order.push_back((now, hash));
            self.unwritten.put("nonce", &row_name(hash), Some(now));
        }
        is_new
    }
}

fn row_name(hash: u64) -> String {
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_known_as_long_as_a_request_with_it_is_fresh_and_forgotten_later() {
        let mut nonces = FreshNonces::default();
        assert!(nonces.add("a", 0, 300));
        assert!(nonces.add("b", 599, 300));
        for now in [599, 600, 601, 1198, 1199] {
            assert!(!nonces.add("b", now, 300), "{now}");
        }
        assert!(
            nonces.add("c", 1803, 300)
                && !nonces.add("c", 2403, 300)
                && nonces.add("d", 3004, 300)
                && nonces.add("c", 3610, 300)
        );
        assert_eq!((nonces.known.len(), nonces.order.len()), (1, 1));
    }

    #[test]
    fn a_store_has_what_is_known_and_nothing_else() {
        let mut nonces = FreshNonces::restored(&mut Rows::new()).unwrap();
        let mut rows = Vec::new();
        let mut stored = Rows::new();
        for (nonce, now) in [("a", 0), ("b", 300), ("c", 700)] {
            assert!(nonces.add(nonce, now, 300));
            rows.extend(nonces.unwritten.take());
        }
        let known = stored.entry("nonce".to_owned()).or_default();
        for row in rows {
            match row.value {
                Some(value) => drop(known.insert(row.name, value)),
                None => drop(known.remove(&row.name)),
            }
        }
        assert_eq!(known.len(), 2);
        let mut again = FreshNonces::restored(&mut stored).unwrap();
        assert!(!again.add("b", 800, 300) && !again.add("c", 800, 300) && again.add("a", 800, 300));
    }

    #[test]
    fn a_clock_that_is_set_back_forgets_nothing() {
        let mut nonces = FreshNonces::default();
        assert!(nonces.add("a", 10_000, 300));
        assert!(!nonces.add("a", 0, 300));
        assert!(!nonces.add("a", 600, 300));
    }
}
