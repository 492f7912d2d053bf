//! Signatures of requests, and parts of a signature that deliveries share.

use sdkwright_contract::ir::{Api, Component, Operation, SecurityKind, SecurityScheme, Signing, Word as _};

use super::{
    findings::{Advice, Findings, WordLocation, duration, list, optional, quoted},
    reach::{call, operations},
};
use crate::contract::Contract;

pub(super) const LOCKED_OUT: &str = "From the moment the server follows the new contract, it refuses every request of applications built with the old contract: partners are locked out";
pub(super) const TOGETHER: &str =
    "Let the server accept both forms until all partners run the new version, or agree on a minute to switch.";

const SENDER: &str = "Check that nobody needs to know who sends it.";

/// Compares the schemes that sign, and the operations that are signed.
pub(super) fn compare(findings: &mut Findings<'_>, contracts: [&Contract<'_>; 2]) {
    let (base, revision) = (signed(findings.base), signed(findings.revision));
    // A scheme that is gone, or new, says it of all operations.
    if !base.is_empty() && !revision.is_empty() {
        of_operations(findings, contracts);
    }
    for (scheme, signing) in &base {
        let same = revision.iter().find(|(other, _)| other.name == scheme.name);
        // A scheme under another name signs as well, if it is the only one.
        let other = same.or_else(|| revision.first().filter(|_| base.len() == 1 && revision.len() == 1));
        if let Some((other, new)) = other {
            let at = WordLocation::of(&scheme.origin.pointer, &other.origin.pointer, Vec::new());
            one(findings, &at.below("x-signing"), signing, new);
            continue;
        }
        let says = Advice::dangerous(
            "signing-removed",
            format!("the signature `{}`", scheme.name),
            "Applications built with the new contract no longer sign: a server that still checks signatures refuses all of their requests",
            TOGETHER,
        );
        findings.word(
            &WordLocation::root(&scheme.origin.pointer),
            quoted(&scheme.name),
            None,
            says,
        );
    }
    if base.is_empty() {
        for (scheme, _) in revision {
            let says = Advice::dangerous(
                "signing-added",
                format!("the signature `{}`", scheme.name),
                LOCKED_OUT,
                TOGETHER,
            );
            findings.word(
                &WordLocation::root(&scheme.origin.pointer),
                None,
                quoted(&scheme.name),
                says,
            );
        }
    }
}

fn signed(api: &Api) -> Vec<(&SecurityScheme, &Signing)> {
    let mut signed = Vec::new();
    for scheme in &api.security {
        if let SecurityKind::Signing(signing) = &scheme.kind {
            signed.push((scheme, signing.as_ref()));
        }
    }
    signed
}

/// Compares whether operations are signed; those that take it from the root are told once.
fn of_operations(findings: &mut Findings<'_>, contracts: [&Contract<'_>; 2]) {
    let mut told: Vec<(WordLocation, bool)> = Vec::new();
    for (base, new) in operations(findings.base, findings.revision) {
        let (was, is) = (is_signed(findings.base, base), is_signed(findings.revision, new));
        if was == is {
            continue;
        }
        let pointers = [base, new].map(|operation| format!("{}/security", operation.origin.pointer));
        let has_own = |side: usize| {
            contracts[side]
                .root()
                .is_some_and(|root| root.at(&pointers[side]).is_some())
        };
        let [old, now] = if has_own(0) || has_own(1) {
            [pointers[0].as_str(), &pointers[1]]
        } else {
            ["/security"; 2]
        };
        let at = WordLocation::of(old, now, vec![call(new)]);
        let known = told
            .iter_mut()
            .find(|(one, signs)| *signs == is && (&one.base, &one.revision) == (&at.base, &at.revision));
        match known {
            Some((one, _)) => one.operations.extend(at.operations),
            None => told.push((at, is)),
        }
    }
    for (at, is) in told {
        let name = match &at.operations[..] {
            [only] => format!("`{only}`"),
            all => format!("{} operations", all.len()),
        };
        let word = format!("the signature of {name}");
        let (says, text) = if is {
            let sentence = format!(
                "Applications built with the old contract do not sign {name}: once the server checks the signature, it refuses them"
            );
            let says = Advice::dangerous("signing-of-operation-added", word, sentence, TOGETHER);
            (says, format!("{name}: signed now"))
        } else {
            let sentence = format!(
                "Applications built with the new contract no longer sign {name}: a server that checks signatures refuses it, and one that does \
                 not accepts it from anyone"
            );
            let says = Advice::dangerous("signing-of-operation-removed", word, sentence, SENDER);
            (says, format!("{name}: no longer signed"))
        };
        let shown = |is: bool| quoted(if is { "signed" } else { "not signed" });
        findings.told(&at, shown(!is), shown(is), says, text);
    }
}

fn is_signed(api: &Api, operation: &Operation) -> bool {
    let schemes = operation.security.iter().flatten();
    let mut kinds = schemes.filter_map(|(at, _)| api.security.get(*at).map(|scheme| &scheme.kind));
    kinds.any(|kind| matches!(kind, SecurityKind::Signing(_)))
}

fn one(findings: &mut Findings<'_>, at: &WordLocation, base: &Signing, new: &Signing) {
    let Signing {
        signature_header,
        encoding,
        secret,
        separator,
        components,
        client_id_header,
        timestamp_header,
        nonce_header,
        timestamp,
        nonce_length,
        freshness,
        client_problem,
        signature_problem,
        expired_problem,
        replayed_problem,
    } = base;
    let locked = |id, word: &str| Advice::dangerous(id, word, LOCKED_OUT, TOGETHER);
    let headers = at.below("headers");
    findings.word(
        &at.below("components"),
        list(&words(components)),
        list(&words(&new.components)),
        if sorted(components) == sorted(&new.components) {
            locked("signing-components-reordered", "the order of the signed components")
        } else {
            locked("signing-components-changed", "the list of signed components")
        },
    );
    findings.word(
        &at.below("separator"),
        quoted(separator.escape_debug()),
        quoted(new.separator.escape_debug()),
        locked("signing-separator-changed", "the separator of the signed components"),
    );
    findings.word(
        &at.below("encoding"),
        quoted(encoding.word()),
        quoted(new.encoding.word()),
        locked("signing-encoding-changed", "the encoding of signatures"),
    );
    findings.word(
        &at.below("secret"),
        quoted(secret.word()),
        quoted(new.secret.word()),
        locked("signing-secret-changed", "the decoding of the client secret"),
    );
    for (key, name, old, new) in [
        (
            "signature",
            "the signature",
            Some(signature_header),
            Some(&new.signature_header),
        ),
        (
            "clientId",
            "the client id",
            client_id_header.as_ref(),
            new.client_id_header.as_ref(),
        ),
        (
            "timestamp",
            "the timestamp",
            timestamp_header.as_ref(),
            new.timestamp_header.as_ref(),
        ),
        ("nonce", "the nonce", nonce_header.as_ref(), new.nonce_header.as_ref()),
    ] {
        let says = locked("signing-header-changed", &format!("the header of {name}"));
        findings.header(&headers.below(key), old, new, says);
    }
    findings.word(
        &at.below("timestamp"),
        quoted(timestamp.word()),
        quoted(new.timestamp.word()),
        locked("signing-timestamp-changed", "the format of the signed timestamp"),
    );
    nonce(findings, &at.below("nonce"), *nonce_length, new.nonce_length);
    findings.word(
        &at.below("freshness"),
        Some(duration(*freshness)),
        Some(duration(new.freshness)),
        fresh(*freshness, new.freshness),
    );
    let problems = [
        ("client", client_problem, &new.client_problem),
        ("signature", signature_problem, &new.signature_problem),
        ("expired", expired_problem, &new.expired_problem),
        ("replayed", replayed_problem, &new.replayed_problem),
    ];
    for (key, old, new) in problems {
        refusal(
            findings,
            &at.below("problems").below(key),
            key,
            old.as_ref(),
            new.as_ref(),
        );
    }
}

fn nonce(findings: &mut Findings<'_>, at: &WordLocation, old: (u32, u32), new: (u32, u32)) {
    let range = |(least, most): (u32, u32)| Some(format!("{least} to {most} characters"));
    let narrower = new.0 > old.0 || new.1 < old.1;
    let says = if narrower {
        Advice::dangerous(
            "signing-nonce-narrowed",
            "the length of a nonce",
            "The server may refuse nonces of applications built with the old contract, and with them every request",
            TOGETHER,
        )
    } else {
        Advice::differs(
            "signing-nonce-widened",
            "the length of a nonce",
            "Nonces of other lengths are accepted as well",
        )
    };
    findings.word(at, range(old), range(new), says);
}

fn refusal(findings: &mut Findings<'_>, at: &WordLocation, key: &str, old: Option<&String>, new: Option<&String>) {
    let says = Advice::differs(
        "signing-problem-changed",
        format!("the problem code of a refused signature (`{key}`)"),
        "Applications built with the old contract no longer recognize why a signature is refused: they neither correct their clock nor sign again",
    );
    findings.word(at, optional(old), optional(new), says);
}

/// Returns what is said of the allowed difference of clocks.
pub(super) fn fresh(old: u32, new: u32) -> Advice {
    let word = "the allowed age of a signature";
    if new < old {
        let sentence = format!(
            "Applications whose clock is wrong by more than {}, or whose requests take longer, are refused",
            duration(new)
        );
        Advice::dangerous(
            "signing-freshness-shortened",
            word,
            sentence,
            "Check the clocks of partners before the server is strict.",
        )
    } else {
        let sentence = format!(
            "A recorded request can be retried for {} instead of {}",
            duration(new),
            duration(old)
        );
        Advice::differs("signing-freshness-extended", word, sentence)
    }
}

/// Returns the words of components in their order.
pub(super) fn words(components: &[Component]) -> Vec<&'static str> {
    components.iter().map(|component| component.word()).collect()
}

fn sorted(components: &[Component]) -> Vec<&'static str> {
    let mut words = words(components);
    words.sort_unstable();
    words
}
