//! Webhooks: signatures of deliveries, their envelope, resources and events.

use sdkwright_contract::ir::{Api, Envelope, TypeId, WebhookEvent, WebhookSigning, Webhooks, Word as _};

use super::{
    findings::{Advice, Findings, WordLocation, duration, list, optional, pointer, quoted},
    reach::key,
    signing::{fresh, words},
};

const REFUSED: &str =
    "Receivers that were built before refuse every delivery, and events are lost once the sender gives up";
const UNREAD: &str =
    "Receivers that were built before no longer find it in a delivery: events are taken twice or not at all";
const BOTH: &str = "Let partners run the new version before deliveries change.";

/// Compares the word `x-webhooks`, and events without signatures.
pub(super) fn compare(findings: &mut Findings<'_>) {
    let at = WordLocation::root("/x-webhooks");
    match (&findings.base.webhooks, &findings.revision.webhooks) {
        (Some(base), Some(new)) => one(findings, &at, base, new),
        (Some(base), None) => {
            let says = Advice::dangerous(
                "webhooks-removed",
                "the description of signed deliveries",
                "Applications built with the new contract cannot verify deliveries",
                BOTH,
            );
            findings.word(&at, quoted(&base.signing.signature_header), None, says);
        }
        (None, Some(new)) => {
            let says = Advice::differs(
                "webhooks-added",
                "the description of signed deliveries",
                "Applications can verify deliveries",
            );
            findings.word(&at, None, quoted(&new.signing.signature_header), says);
        }
        (None, None) => {}
    }
    let (base, new) = (&findings.base.deliveries, &findings.revision.deliveries);
    events(findings, &WordLocation::root("/webhooks"), base, new);
}

fn one(findings: &mut Findings<'_>, at: &WordLocation, base: &Webhooks, new: &Webhooks) {
    let Webhooks {
        signing,
        envelope,
        resources,
        events: listed,
    } = base;
    signatures(findings, &at.below("signing"), signing, &new.signing);
    members(findings, &at.below("envelope"), envelope, &new.envelope);
    let named = |api: &Api, (resource, id): &(String, TypeId)| (resource.clone(), key(api.ty(*id)).to_owned());
    let old: Vec<(String, String)> = resources.iter().map(|one| named(findings.base, one)).collect();
    let now: Vec<(String, String)> = new.resources.iter().map(|one| named(findings.revision, one)).collect();
    for (resource, ty) in &old {
        let other = now.iter().find(|(other, _)| other == resource).map(|(_, ty)| ty);
        let says = Advice::differs(
            "webhook-resource-changed",
            format!("the id of `{resource}` in deliveries"),
            format!("Receivers read the id of a `{resource}` as another type, or as plain text"),
        );
        findings.word(
            &at.below("resources").below(resource),
            quoted(ty),
            optional(other),
            says,
        );
    }
    for (resource, ty) in now
        .iter()
        .filter(|(resource, _)| !old.iter().any(|(other, _)| other == resource))
    {
        let says = Advice::differs(
            "webhook-resource-added",
            format!("the id of `{resource}` in deliveries"),
            format!("Deliveries can be about a `{resource}`"),
        );
        findings.word(&at.below("resources").below(resource), None, quoted(ty), says);
    }
    events(findings, &at.below("events"), listed, &new.events);
}

fn signatures(findings: &mut Findings<'_>, at: &WordLocation, base: &WebhookSigning, new: &WebhookSigning) {
    let WebhookSigning {
        encoding,
        secret,
        separator,
        components,
        timestamp_header,
        nonce_header,
        signature_header,
        timestamp,
        freshness,
    } = base;
    let unreadable = |word: &str| {
        Advice::dangerous(
            "webhook-signing-changed",
            format!("{word} of deliveries"),
            REFUSED,
            BOTH,
        )
    };
    for (at, word, old, now) in [
        (
            at.below("components"),
            "the signed components",
            list(&words(components)),
            list(&words(&new.components)),
        ),
        (
            at.below("separator"),
            "the separator of the signed components",
            quoted(separator.escape_debug()),
            quoted(new.separator.escape_debug()),
        ),
        (
            at.below("encoding"),
            "the encoding of the signature",
            quoted(encoding.word()),
            quoted(new.encoding.word()),
        ),
        (
            at.below("secret"),
            "the decoding of the secret",
            quoted(secret.word()),
            quoted(new.secret.word()),
        ),
        (
            at.below("timestamp"),
            "the format of the timestamp",
            quoted(timestamp.word()),
            quoted(new.timestamp.word()),
        ),
    ] {
        findings.word(&at, old, now, unreadable(word));
    }
    for (key, word, old, now) in [
        (
            "timestamp",
            "the header of the timestamp",
            Some(timestamp_header),
            Some(&new.timestamp_header),
        ),
        (
            "nonce",
            "the header of the nonce",
            nonce_header.as_ref(),
            new.nonce_header.as_ref(),
        ),
        (
            "signature",
            "the header of the signature",
            Some(signature_header),
            Some(&new.signature_header),
        ),
    ] {
        findings.header(&at.below("headers").below(key), old, now, unreadable(word));
    }
    let says = Advice {
        word: "the allowed age of a delivery".to_owned(),
        ..fresh(*freshness, new.freshness)
    };
    findings.word(
        &at.below("freshness"),
        Some(duration(*freshness)),
        Some(duration(new.freshness)),
        says,
    );
}

fn members(findings: &mut Findings<'_>, at: &WordLocation, base: &Envelope, new: &Envelope) {
    let Envelope {
        schema,
        id,
        event_type,
        resource,
    } = base;
    let part = |resource: &Option<(Vec<String>, Vec<String>)>, second: bool| {
        resource
            .as_ref()
            .and_then(|(kind, id)| pointer(if second { id } else { kind }))
    };
    for (word, name, old, now) in [
        ("id", "the id of an event", pointer(id), pointer(&new.id)),
        (
            "type",
            "the type of an event",
            pointer(event_type),
            pointer(&new.event_type),
        ),
        (
            "resourceType",
            "the type of a resource",
            part(resource, false),
            part(&new.resource, false),
        ),
        (
            "resourceId",
            "the id of a resource",
            part(resource, true),
            part(&new.resource, true),
        ),
    ] {
        let says = Advice::dangerous(
            "webhook-envelope-changed",
            format!("the place of {name} in deliveries"),
            UNREAD,
            BOTH,
        );
        findings.word(&at.below(word), old, now, says);
    }
    let (old, now) = (
        key(findings.base.ty(*schema)).to_owned(),
        key(findings.revision.ty(new.schema)).to_owned(),
    );
    let says = Advice::differs(
        "webhook-schema-changed",
        "the schema of deliveries",
        "Deliveries are described by another schema",
    );
    findings.word(&at.below("schema"), quoted(old), quoted(now), says);
}

fn events(findings: &mut Findings<'_>, at: &WordLocation, base: &[WebhookEvent], new: &[WebhookEvent]) {
    let has = |events: &[WebhookEvent], name: &str| events.iter().any(|event| event.name == name);
    for event in base.iter().filter(|event| !has(new, &event.name)) {
        let sentence = format!(
            "`{}` is no longer delivered: applications that wait for it wait for ever",
            event.name
        );
        let says = Advice::dangerous(
            "webhook-event-removed",
            format!("the event `{}`", event.name),
            sentence,
            "Name the event or the call that takes its place.",
        );
        findings.word(&at.below(&event.name), quoted(&event.name), None, says);
    }
    for event in new.iter().filter(|event| !has(base, &event.name)) {
        let sentence = format!(
            "`{}` is delivered: receivers that were built before get an event that they do not know",
            event.name
        );
        let says = Advice::differs("webhook-event-added", "an event", sentence);
        findings.word(&at.below(&event.name), None, quoted(&event.name), says);
    }
}
