//! Choice among the alternatives of an operation: its requirements, the client's credentials and the request come in, the
//! credentials to send go out. Pure.

use http::HeaderMap;

use super::{Alternatives, CredentialSource, Credentials, Scheme, SchemeKind, SchemeUse, Security};
use crate::refusal::Refusal;
use crate::target;

/// The security requirements of a call.
#[derive(Debug, Clone)]
pub(crate) enum RequiredSchemes {
    /// One of the operation's alternatives.
    OneOf(Alternatives),
    /// One of the alternatives, restored from a journal.
    Kept(Security),
    /// All credentials of the client, for a call without a description.
    Everything,
}

impl RequiredSchemes {
    fn alternatives(&self) -> impl Iterator<Item = SchemeUses<'_>> {
        (0..).map_while(move |at| match self {
            Self::OneOf(all) => all.get(at).map(|uses| SchemeUses::Constant(uses)),
            Self::Kept(all) => all.get(at).map(|uses| SchemeUses::Kept(uses)),
            Self::Everything => None,
        })
    }
}

/// One alternative: schemes by name, with scopes.
#[derive(Clone, Copy)]
enum SchemeUses<'c> {
    Constant(&'static [SchemeUse]),
    Kept(&'c [(String, Vec<String>)]),
}

impl<'c> SchemeUses<'c> {
    fn each(self) -> impl Iterator<Item = (&'c str, Scopes<'c>)> {
        (0..).map_while(move |at| match self {
            Self::Constant(uses) => uses.get(at).map(|(name, scopes)| (*name, Scopes::Constant(scopes))),
            Self::Kept(uses) => uses.get(at).map(|(name, scopes)| (name.as_str(), Scopes::Kept(scopes))),
        })
    }
}

/// The scopes that an operation requires of one scheme.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scopes<'c> {
    Constant(&'static [&'static str]),
    Kept(&'c [String]),
}

impl Scopes<'_> {
    pub(crate) fn to_vec(self) -> Vec<String> {
        match self {
            Self::Constant(scopes) => scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            Self::Kept(scopes) => scopes.to_vec(),
        }
    }
}

/// The chosen credentials.
pub(crate) struct Choice<'c> {
    pub(crate) shown: Vec<(&'static Scheme, Scopes<'c>, &'c CredentialSource)>,
    pub(crate) is_signed: bool,
}

/// The inputs of the choice.
pub(crate) struct AvailableCredentials<'c> {
    pub(crate) schemes: &'static [Scheme],
    pub(crate) credentials: &'c Credentials,
    /// The client can sign.
    pub(crate) signs: bool,
    /// The settings with which it can, for an error.
    pub(crate) signing: &'static str,
    /// Calls without the credentials that the contract requires are allowed.
    pub(crate) anonymous: bool,
    pub(crate) headers: &'c HeaderMap,
    pub(crate) target: &'c str,
}

/// The way in which a scheme is satisfied.
enum Met<'c> {
    Shown(&'static Scheme, Scopes<'c>, &'c CredentialSource),
    Signed,
    /// The caller wrote it on this request.
    Written,
    ByTransport,
    Not,
}

/// Chooses the first alternative that can be satisfied. Alternatives with a credential precede those without.
pub(crate) fn choose<'c>(wanted: &'c RequiredSchemes, given: &AvailableCredentials<'c>) -> Result<Choice<'c>, Refusal> {
    if matches!(wanted, RequiredSchemes::Everything) {
        return Ok(everything(given));
    }
    let mut silent = wanted.alternatives().next().is_none();
    for alternative in wanted.alternatives() {
        let met = || alternative.each().map(|(name, scopes)| meet(name, scopes, given));
        if met().any(|met| matches!(met, Met::Not)) {
            continue;
        }
        if met().all(|met| matches!(met, Met::ByTransport)) {
            silent = true;
            continue;
        }
        let is_signed = met().any(|met| matches!(met, Met::Signed));
        let shown = met().filter_map(|met| match met {
            Met::Shown(scheme, scopes, source) => Some((scheme, scopes, source)),
            _ => None,
        });
        return Ok(Choice {
            shown: shown.collect(),
            is_signed,
        });
    }
    if silent || given.anonymous {
        return Ok(Choice {
            shown: Vec::new(),
            is_signed: false,
        });
    }
    Err(Refusal::Unauthorized {
        wanted: spoken(wanted, given),
    })
}

fn everything<'c>(given: &AvailableCredentials<'c>) -> Choice<'c> {
    let mut shown: Vec<(&'static Scheme, Scopes<'c>, &'c CredentialSource)> = Vec::new();
    for (scheme, source) in given.credentials.all() {
        let place = header(scheme.kind);
        let is_taken = place.is_some() && shown.iter().any(|(other, ..)| header(other.kind) == place);
        if !is_taken && !is_written(scheme.kind, given) {
            shown.push((scheme, Scopes::Constant(&[]), source));
        }
    }
    Choice {
        shown,
        is_signed: given.signs,
    }
}

fn meet<'c>(name: &'c str, scopes: Scopes<'c>, given: &AvailableCredentials<'c>) -> Met<'c> {
    let Some(scheme) = given.schemes.iter().find(|scheme| scheme.name == name) else {
        return Met::Not;
    };
    match scheme.kind {
        SchemeKind::Signing if given.signs => Met::Signed,
        SchemeKind::Signing => Met::Not,
        SchemeKind::Transport => Met::ByTransport,
        kind if is_written(kind, given) => Met::Written,
        _ => given
            .credentials
            .get(name)
            .map_or(Met::Not, |source| Met::Shown(scheme, scopes, source)),
    }
}

/// Returns the header that only this scheme writes.
fn header(kind: SchemeKind) -> Option<String> {
    match kind {
        SchemeKind::HeaderKey(name) => Some(name.to_ascii_lowercase()),
        SchemeKind::Basic | SchemeKind::Token | SchemeKind::Authorization(_) => Some("authorization".to_owned()),
        _ => None,
    }
}

/// Returns `true` if the caller set it on this request, as an argument or a header.
fn is_written(kind: SchemeKind, given: &AvailableCredentials<'_>) -> bool {
    match kind {
        SchemeKind::QueryKey(name) => {
            let name = target::encode(name);
            let query = given.target.split_once('?').map_or("", |(_, query)| query);
            query.split('&').any(|pair| pair.split('=').next() == Some(&name))
        }
        SchemeKind::CookieKey(name) => given
            .headers
            .get_all(http::header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .any(|pair| pair.trim_start().split('=').next() == Some(name)),
        kind => header(kind).is_some_and(|name| given.headers.contains_key(name.as_str())),
    }
}

/// Describes the missing credentials: how to give the client each of the alternatives.
fn spoken(wanted: &RequiredSchemes, given: &AvailableCredentials<'_>) -> String {
    let scheme = |(name, _): (&str, Scopes<'_>)| {
        let known = given.schemes.iter().find(|scheme| scheme.name == name);
        match known.map(|scheme| (scheme.kind, scheme.setter)) {
            Some((SchemeKind::Signing, _)) => format!("`{name}` ({})", given.signing),
            Some((_, Some(setter))) => format!("`{name}` (`.credential({setter}(..))`)"),
            _ => format!("`{name}`"),
        }
    };
    let alternative = |uses: SchemeUses<'_>| uses.each().map(scheme).collect::<Vec<_>>().join(" with ");
    wanted.alternatives().map(alternative).collect::<Vec<_>>().join(", or ")
}
