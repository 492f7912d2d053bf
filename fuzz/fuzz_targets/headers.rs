//! Headers of answers come in. `Retry-After` and `Date` must say what another reader of HTTP dates reads, no wait may be longer
//! than the policy allows or shorter than the server asks for, and a header that a contract names must keep its text.
//!
//! Seeds: fuzz/seeds/headers/*
#![no_main]

use libfuzzer_sys::fuzz_target;
use sdkwright_fuzz::{NOW, Pieces, client, finish};
use sdkwright_runtime::http::{HeaderMap, HeaderName, HeaderValue, Method};
use sdkwright_runtime::testing::{Script, Step};
use sdkwright_runtime::{Header, JsonValue, Map, Number, RetryPolicy, Timestamp};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

fuzz_target!(|bytes: &[u8]| {
    let mut pieces = Pieces::new(bytes);
    times(&pieces.text(), &pieces.text());
    let name = pieces.text();
    let mut headers = HeaderMap::new();
    let mut lines = Vec::new();
    while !pieces.is_over() && lines.len() < 4 {
        if let Ok(value) = HeaderValue::from_bytes(pieces.bytes()) {
            lines.push(String::from_utf8_lossy(value.as_bytes()).into_owned());
            headers.append(if name == "set-cookie" { "set-cookie" } else { "x-any" }, value);
        }
    }
    typed(&headers, &lines);
    answer(&name, &lines);
});

/// The values of two headers about time.
fn times(after: &str, date: &str) {
    let answer = || Step::answer(503, "").header("retry-after", after).header("date", date);
    let script = Script::new([answer(), answer()]);
    let core = client(&script);
    let error = finish(core.raw(Method::GET, "/").retries(1).into_future()).expect_err("no success");
    let said = HeaderValue::from_str(after)
        .ok()
        .and_then(|value| value.to_str().ok().map(|text| text.trim().to_owned()));
    let sent = HeaderValue::from_str(date).ok().map(|_| date.trim());
    let asked = error.retry_after();
    match said.as_deref() {
        Some(text) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            assert_eq!(asked, Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX))));
        }
        Some(text) => {
            // The wait is counted from the answer's `Date`.
            let from = match sent {
                None | Some("") => Some(UNIX_EPOCH + Duration::from_secs(NOW)),
                Some(date) => http_date(date),
            };
            if let (Some(theirs), Some(from)) = (http_date(text), from) {
                let wait = theirs.duration_since(from).unwrap_or_default();
                assert_eq!(asked, Some(wait), "{text:?} from {date:?}");
            }
        }
        None => assert_eq!(asked, None),
    }
    let policy = RetryPolicy::default();
    let named = asked.unwrap_or_default();
    match script.waits()[..] {
        [] => assert!(named > policy.retry_after_cap, "{named:?}"),
        [wait] => assert!(
            wait >= named && wait <= policy.cap.max(policy.retry_after_cap),
            "{wait:?}"
        ),
        ref waits => panic!("{waits:?}"),
    }

    let measured = core.clock_skew().measured;
    assert!(measured.is_none_or(|skew| skew.unsigned_abs() <= 86_400));
    assert_eq!(core.clock_skew().applied, 0, "nothing called a signature expired");
    if let Some(theirs) = sent.and_then(http_date) {
        let theirs = theirs.duration_since(UNIX_EPOCH).expect("since 1970").as_secs();
        let skew = theirs.cast_signed() - NOW.cast_signed();
        let plausible = Some(skew).filter(|skew| skew.unsigned_abs() <= 86_400);
        assert_eq!(measured, plausible, "{date:?}");
    }
}

/// Returns the date as `jiff` reads it, if `jiff` also writes it in the same words: one of the three forms of HTTP dates, from 1970 on.
fn http_date(text: &str) -> Option<SystemTime> {
    let forms = [
        "%a, %d %b %Y %H:%M:%S GMT",
        "%a %b %e %H:%M:%S %Y",
        "%A, %d-%b-%y %H:%M:%S GMT",
    ];
    forms.into_iter().find_map(|form| {
        let date = jiff::civil::DateTime::strptime(form, text).ok()?;
        // The two readers agree on the century of a year of two digits only in these years.
        let years = if form.contains("%y") { 1970..2050 } else { 1970..9999 };
        let is_written_so = date.strftime(form).to_string() == text;
        let instant = date.to_zoned_datetime(jiff::tz::TimeZone::UTC).ok()?.timestamp();
        (is_written_so && years.contains(&date.year())).then_some(SystemTime::try_from(instant).ok()?)
    })
}

/// A header that a contract names, as every type that it may have.
fn typed(headers: &HeaderMap, lines: &[String]) {
    let name = if headers.contains_key("set-cookie") {
        "set-cookie"
    } else {
        "x-any"
    };
    let whole = name == "set-cookie";
    // Several lines are one value, but those of `Set-Cookie` are not.
    let counted = if whole { lines.len().min(1) } else { lines.len() };
    let trimmed: Vec<&str> = lines[..counted].iter().map(|line| line.trim()).collect();
    let value = (!trimmed.is_empty()).then(|| trimmed.join(", "));
    let value = value.as_deref();
    assert_eq!(Header::<String>::new(name).parse(headers), Ok(value.map(str::to_owned)));
    if let Ok(Some(number)) = Header::<i64>::new(name).parse(headers) {
        let text: Option<Number> = value.and_then(|text| sdkwright_runtime::json::from_slice(text.as_bytes()).ok());
        assert_eq!(text.and_then(|text| text.as_i64()), Some(number), "{value:?}");
    }
    let instant = Header::<Timestamp>::new(name).parse(headers).expect("any text");
    assert_eq!(instant.as_ref().map(Timestamp::as_str), value);
    let json = Header::<JsonValue>::new(name).json().parse(headers);
    let theirs = value.map(serde_json::from_str::<serde_json::Value>);
    match (json, theirs) {
        (Ok(None), theirs) => assert!(theirs.is_none()),
        (Ok(Some(ours)), Some(Ok(theirs))) => {
            assert_eq!(
                serde_json::from_str::<serde_json::Value>(&ours.to_string()).ok(),
                Some(theirs)
            );
        }
        _ => {}
    }
    let items = Header::<Vec<String>>::new(name)
        .list()
        .parse(headers)
        .expect("any text");
    assert_eq!(items.is_some(), value.is_some());
    let items = items.unwrap_or_default();
    assert!(
        items
            .iter()
            .all(|item| !item.is_empty() && item.trim() == item && (whole || !item.contains(',')))
    );
    let kept = |text: &str| {
        text.chars()
            .filter(|character| !character.is_whitespace() && (whole || *character != ','))
            .collect::<String>()
    };
    assert_eq!(kept(&items.concat()), kept(&lines.concat()), "nothing is lost");
    for explode in [false, true] {
        let members = Header::<Map<String>>::new(name)
            .object(explode)
            .parse(headers)
            .expect("any text");
        assert!(members.is_none_or(|members| members.len() <= items.len()));
    }
}

/// Any header of an answer of success: it arrives as it came, and what it says is no reason to fail.
fn answer(name: &str, lines: &[String]) {
    let mut step = Step::answer(200, "{}");
    let known = [
        "trace-id",
        "once-replayed",
        "content-type",
        "content-length",
        "etag",
        "link",
        "location",
        "via",
    ];
    let name = known.into_iter().find(|known| name == *known).unwrap_or("x-any");
    for line in lines {
        step = step.header(name, line);
    }
    let script = Script::new([step]);
    let answer = finish(client(&script).raw(Method::GET, "/").retries(0).into_future()).expect("success");
    let came: Vec<_> = answer.headers.get_all(name).iter().map(HeaderValue::as_bytes).collect();
    let sent: Vec<_> = lines
        .iter()
        .filter(|line| HeaderValue::from_str(line).is_ok())
        .map(String::as_bytes)
        .collect();
    assert!(HeaderName::try_from(name).is_ok() && came == sent);
    assert_eq!(
        answer.replayed,
        name == "once-replayed" && lines.first().is_some_and(|line| line == "yes")
    );
    assert!(
        answer
            .request_ids
            .iter()
            .all(|id| !id.chars().any(|character| matches!(character, '\r' | '\n')))
    );
}
