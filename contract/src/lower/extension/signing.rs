//! Extensions of security schemes: `x-signing` (place, values and nonces of the signature), and `x-token` with the endpoints of
//! `clientCredentials` and `deviceAuthorization`.

use super::reader::{Reader, word_of};
use super::signature_places::Places;
use super::signed_message::{self, HEADER, Set};
use super::signing_forms::SignedTexts;
use super::signing_settings::{self, algorithms};
use crate::constant::{list, text};
use crate::diag::{Code, Diagnostic};
use crate::document::SecurityScheme;
use crate::ir::{self, ClientAssertion, ClientProof, NonceFormat, NonceRules, SecurityKind, TokenSource};
use crate::lower::context::Context;
use crate::source::NodeId;

const SIGNING: &str = "x-signing";
const TOKEN: &str = "x-token";

impl Context<'_, '_> {
    /// Reads `x-signing` of a scheme whose signature is at `place`.
    pub(in crate::lower) fn signing(&mut self, node: NodeId, place: ir::SignaturePlace) -> Option<ir::Signing> {
        let document = self.document;
        let mut reader = self.reader(node, SIGNING)?.insisting();
        let texts = SignedTexts::from_reader(&mut reader, &place);
        let (freshness, lifetime) = (
            signing_settings::read_freshness(&mut reader, true),
            reader.number("lifetime"),
        );
        let SignedTexts {
            common,
            algorithms,
            form,
        } = texts?;
        let settings = signing_settings::read_settings(&mut reader, &common);
        let places = Places::of_request(&mut reader, &common, place);
        let (nonce, characters) = nonces(&mut reader)?;
        if form.is_message() {
            let mut operations = document.paths.iter().flat_map(|item| &item.operations);
            let open_methods = operations.any(|operation| matches!(operation.method, ir::Method::Other(_)));
            let is_fixed = nonce.length.0 == nonce.length.1;
            common.check_boundaries(&mut reader, characters, is_fixed, open_methods);
        }
        let is_sound = common.is_of_requests(&mut reader, algorithms.key_pair.is_some());
        let (settings, places) = (settings?, places?);
        if form.is_message() {
            places.have_signed_values(&mut reader, &common);
        }
        if !is_sound {
            return None;
        }
        let problem = |name: &str| {
            let code = document.node(node).at(&format!("/problems/{name}"))?;
            code.as_str().map(text)
        };
        let rules = ir::SignatureRules {
            signature: place,
            encoding: algorithms.encoding,
            secret: algorithms.secret,
            key_pair: algorithms.key_pair,
            message: if form.is_message() { common.message } else { &[] },
            form,
            values: list(places.values),
            settings: settings.settings,
            timestamp: common.timestamp,
            freshness: freshness?,
            nonce: Some(nonce),
            lifetime,
            client_problem: problem("client"),
            signature_problem: problem("signature"),
            expired_problem: problem("expired"),
            replayed_problem: problem("replayed"),
        };
        Some(ir::Signing {
            rules,
            setting_docs: settings.docs,
            key_source: None,
        })
    }

    /// Reads the token endpoint of a scheme; `None` if it has no client credentials.
    pub(in crate::lower) fn token_endpoint(
        &mut self,
        scheme: &SecurityScheme,
        kind: &SecurityKind,
    ) -> Option<TokenSource> {
        let stated = scheme.token_url.map(|node| self.document.node(node));
        let declared = stated.and_then(|node| node.as_str().map(str::to_owned));
        let Some(word) = scheme.token else {
            let endpoint = endpoint(declared?);
            if let (Some(node), false) = (stated, is_usable(&endpoint.url)) {
                let message = format!("no token can be requested from `{}`", endpoint.url);
                let help = "add the URL with an overlay (`x-token`); otherwise the user sets it with `.token_url(..)`";
                self.fault(Code::NotedKeyword, node.id(), message, help);
            }
            return Some(endpoint);
        };
        let mut reader = self.reader(word, TOKEN)?;
        let is_bearer = matches!(kind, SecurityKind::OAuth2 | SecurityKind::OpenId | SecurityKind::Bearer);
        if !is_bearer {
            let node = reader.node;
            reader.fault(
                node,
                "the scheme has no bearer token",
                "write it on a scheme of type `oauth2` or `openIdConnect`, or of type `http` with `bearer`",
            );
            return None;
        }
        let url = token_url(&mut reader);
        if url.is_none() && declared.is_none() {
            reader.need("url");
        }
        let authentication = reader.word("clientAuthentication").unwrap_or(ClientProof::Basic);
        let assertion = assertion(&mut reader, authentication);
        let node = reader.node;
        if authentication == ClientProof::PrivateKeyJwt && assertion.is_none() && !reader.report.has_errors() {
            let message = "`x-token`: `assertion` names no algorithms of key pairs, so no token can be requested";
            let help = "add `assertion: { algorithm: rsa-pss-sha256 }`, with the algorithms that the API accepts";
            let diagnostic = Diagnostic::new(Code::BadExtension, message).at(node.span());
            reader.report.insist(diagnostic.help(help));
        }
        Some(TokenSource {
            authentication,
            assertion,
            grant: reader.text("grant").unwrap_or_else(|| GRANT.to_owned()),
            audience: reader.text("audience"),
            extra: extra_members(&mut reader),
            ..endpoint(url.or(declared)?)
        })
    }

    /// Reports the endpoints of a device authorization that no client can call.
    pub(in crate::lower) fn device_endpoints(&mut self, scheme: &SecurityScheme) {
        let Some(device) = &scheme.device else { return };
        for url in [&device.url, &device.token_url]
            .into_iter()
            .filter(|url| !is_usable(url))
        {
            let message = format!("no device authorization is possible at `{url}`");
            let help = "correct the URL with an overlay; otherwise the user sets it with `.device_url(..)` and `.token_url(..)`";
            self.fault(Code::NotedKeyword, scheme.node, message, help);
        }
        if let Some(url) = device.refresh_url.as_ref().filter(|url| **url != device.token_url) {
            let message = format!(
                "the client refreshes tokens at `{}`, and not at `{url}`",
                device.token_url
            );
            let help = "if both URLs accept refresh tokens, remove `refreshUrl` with an overlay";
            self.fault(Code::Unsupported, scheme.node, message, help);
        }
    }
}

/// Reads `nonce`: the rules, and the characters that the pattern allows.
fn nonces(reader: &mut Reader<'_, '_>) -> Option<(NonceRules, Set)> {
    let (mut nonces, mut characters) = (NonceRules::USUAL, signed_message::NONCE);
    let Some(mut own) = reader.below("nonce") else {
        return Some((nonces, characters));
    };
    let mut bound = |name, usual| own.number(name).unwrap_or(usual);
    let (least, most) = (bound("minLength", nonces.length.0), bound("maxLength", nonces.length.1));
    nonces.length = (least, most);
    if let Some(node) = own.get("format") {
        nonces.format = word_of(node)?;
        let others = ["minLength", "maxLength", "pattern"];
        if let (NonceFormat::Uuid, Some(other)) = (nonces.format, others.into_iter().find_map(|name| own.get(name))) {
            let help = "remove it, or remove `format`";
            own.fault(other, "a UUID has one length and one pattern", help);
        }
    }
    if let Some(node) = own.get("pattern") {
        if let Some((message, help)) = nonce_fault(node.as_str()?, least, most) {
            own.fault(node, message, help);
        }
        characters = accepted_characters(node.as_str()?).unwrap_or(characters);
    }
    if least > most || least < 8 {
        let help = "write a `minLength` of at least 8 and at most `maxLength`";
        reader.fault(reader.node, "no nonce can have such a length", help);
    }
    Some((nonces, characters))
}

/// Characters of generated nonces.
const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Returns the error of a pattern, and the help.
fn nonce_fault(pattern: &str, least: u32, most: u32) -> Option<(&'static str, &'static str)> {
    let like = "write it like `^[A-Za-z0-9_-]+$`";
    let Some((class, (fewest, greatest))) = nonce_pattern(pattern) else {
        return Some(("this pattern does not determine the characters of a nonce", like));
    };
    if !ALPHABET.chars().all(|c| class.holds(c)) {
        let message = "nonces consist of letters, digits, `-` and `_`, but this pattern does not match all of them";
        return Some((message, like));
    }
    (fewest > least || greatest < most).then_some((
        "this pattern contradicts `minLength` and `maxLength`",
        "write the length with `minLength` and `maxLength`, and end the pattern with `+$`",
    ))
}

/// Returns the characters of the nonces that a pattern accepts; `None` for an unknown pattern.
fn accepted_characters(pattern: &str) -> Option<Set> {
    let (class, _) = nonce_pattern(pattern)?;
    let taken = (0..128_u8).filter(|byte| class.holds(char::from(*byte)));
    Some(taken.fold(0, |set, byte| set | 1 << byte) & HEADER)
}

/// A character class, possibly negated.
#[derive(Default)]
struct CharacterClass {
    ranges: Vec<(char, char)>,
    negated: bool,
}

impl CharacterClass {
    fn holds(&self, c: char) -> bool {
        self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&c)) != self.negated
    }
}

/// Parses the pattern of a nonce: `^`, a class, a quantity, `$`.
fn nonce_pattern(pattern: &str) -> Option<(CharacterClass, (u32, u32))> {
    let inner = pattern.strip_prefix('^')?.strip_suffix('$')?;
    let (class, count) = if let Some(rest) = inner.strip_prefix('[') {
        // A bracket closes the class unless it is escaped.
        let mut before = None;
        let end = rest.char_indices().find(|(_, c)| {
            let closes = *c == ']' && before != Some('\\');
            before = Some(if before == Some('\\') { ' ' } else { *c });
            closes
        });
        let (inside, count) = rest.split_at(end?.0);
        (character_class(inside)?, &count[1..])
    } else if let Some(count) = inner.strip_prefix('.') {
        (negated(), count)
    } else {
        let (word, count) = inner.split_at_checked(2)?;
        (character_class(word).filter(|_| word.starts_with('\\'))?, count)
    };
    Some((class, quantity(count)?))
}

fn negated() -> CharacterClass {
    CharacterClass {
        negated: true,
        ..CharacterClass::default()
    }
}

/// Parses the text between the brackets of a character class.
fn character_class(text: &str) -> Option<CharacterClass> {
    let (text, mut class) = match text.strip_prefix('^') {
        Some(rest) => (rest, negated()),
        None => (text, CharacterClass::default()),
    };
    let mut rest: Vec<char> = text.chars().rev().collect();
    while let Some(first) = rest.pop() {
        let first = match first {
            '\\' => match rest.pop()? {
                'w' => {
                    class.ranges.extend([('A', 'Z'), ('a', 'z'), ('0', '9'), ('_', '_')]);
                    continue;
                }
                'd' => {
                    class.ranges.push(('0', '9'));
                    continue;
                }
                escaped if escaped.is_ascii_punctuation() => escaped,
                _ => return None,
            },
            '[' => return None,
            plain => plain,
        };
        // A hyphen at the end is literal.
        let last = match rest.as_slice() {
            [last, '-'] | [.., last, '-'] if !matches!(last, '\\' | '[') => *last,
            _ => {
                class.ranges.push((first, first));
                continue;
            }
        };
        rest.truncate(rest.len() - 2);
        if last < first {
            return None;
        }
        class.ranges.push((first, last));
    }
    (!class.ranges.is_empty()).then_some(class)
}

/// Parses `+`, `*`, `{n}`, `{n,}` or `{n,m}`.
fn quantity(text: &str) -> Option<(u32, u32)> {
    match text {
        "+" => return Some((1, u32::MAX)),
        "*" => return Some((0, u32::MAX)),
        _ => {}
    }
    let inside = text.strip_prefix('{')?.strip_suffix('}')?;
    let (fewest, greatest) = match inside.split_once(',') {
        None => (inside.parse().ok()?, inside.parse().ok()?),
        Some((fewest, "")) => (fewest.parse().ok()?, u32::MAX),
        Some((fewest, greatest)) => (fewest.parse().ok()?, greatest.parse().ok()?),
    };
    (fewest <= greatest).then_some((fewest, greatest))
}

const GRANT: &str = "client_credentials";
/// Members of the form that have another source.
const OWN: [&str; 7] = [
    "grant_type",
    "audience",
    "scope",
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
];
const HELP: &str = "write a URL with `https`, or a path that begins with `/`, like `/oauth2/token`";

fn endpoint(url: String) -> TokenSource {
    TokenSource {
        url,
        authentication: ClientProof::Basic,
        assertion: None,
        grant: GRANT.to_owned(),
        audience: None,
        extra: Vec::new(),
    }
}

fn token_url(reader: &mut Reader<'_, '_>) -> Option<String> {
    let node = reader.get("url")?;
    let text = node.as_str()?;
    if !is_usable(text) {
        reader.fault(node, "no token can be requested from this URL", HELP);
        return None;
    }
    Some(text.to_owned())
}

/// Reads `assertion`, which only `private_key_jwt` has.
fn assertion(reader: &mut Reader<'_, '_>, authentication: ClientProof) -> Option<ClientAssertion> {
    if authentication != ClientProof::PrivateKeyJwt {
        if let Some(node) = reader.get("assertion") {
            let help = "write `clientAuthentication: private_key_jwt`, or remove `assertion`";
            reader.fault(node, "the client sends no assertion", help);
        }
        return None;
    }
    reader.need("assertion")?;
    let mut reader = reader.below("assertion")?;
    let node = reader.get("algorithm")?;
    let algorithms = algorithms(&mut reader, node)?;
    if algorithms.iter().any(|one| one.mac().is_some()) {
        let help = "write algorithms of key pairs, such as `rsa-pss-sha256`";
        reader.fault(node, "a private key signs the assertion, and no shared secret", help);
    }
    Some(ClientAssertion {
        algorithms,
        audience: reader.text("audience"),
    })
}

/// Returns the other members of the form, in contract order.
fn extra_members(reader: &mut Reader<'_, '_>) -> Vec<(String, String)> {
    let members = reader.get("extra").into_iter().flat_map(crate::source::Node::members);
    let mut extra = Vec::new();
    for member in members {
        if OWN.contains(&member.key) {
            let message = format!("`{}` is not an extra member of the form", member.key);
            let help =
                "`grant` and `audience` have their own words; scopes, client id and client secret come from the call";
            reader.fault(member.value, message, help);
        }
        if member
            .value
            .as_str()
            .is_some_and(|text| text.contains('{') && text.contains('}'))
        {
            let message = format!("`{}` would be sent as it is: `extra` has only fixed texts", member.key);
            let help = "write the text itself; a value of each user cannot be described";
            reader.fault(member.value, message, help);
        }
        extra.extend(
            member
                .value
                .as_str()
                .map(|value| (member.key.to_owned(), value.to_owned())),
        );
    }
    extra
}

/// Returns true for a URL with `https` (`http` on this machine) and a host, or a path. The client checks the rest.
fn is_usable(url: &str) -> bool {
    let is_plain = url
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !b"#{}<>\"\\^`|".contains(&byte));
    let host = |rest: &str| rest.split(['/', '?']).next().map(str::to_owned).unwrap_or_default();
    let is_here = |host: &str| ["localhost", "127.0.0.1"].contains(&host.split(':').next().unwrap_or_default());
    let is_place = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => !host(rest).is_empty() && !host(rest).contains('@'),
        (None, Some(rest)) => is_here(&host(rest)),
        (None, None) => url.starts_with('/') && !url.starts_with("//"),
    };
    is_plain && is_place
}

#[cfg(test)]
mod tests {
    use super::{HEADER, accepted_characters, nonce_fault};

    #[test]
    fn a_pattern_takes_every_nonce_or_is_told() {
        for good in [
            "^[A-Za-z0-9_-]+$",
            "^[\\w-]+$",
            "^[-\\w]{16,128}$",
            "^[a-zA-Z0-9\\-_.~]{1,}$",
            "^[^ ]+$",
            "^.+$",
            "^[!-~]*$",
            "^[\\]A-Za-z0-9_-]+$",
            "^[\\w\\-\\\\]+$",
            "^[a-\\w]+$",
            "^[a-a\\w-]+$",
        ] {
            assert_eq!(nonce_fault(good, 16, 128), None, "{good}");
        }
        for (bad, why) in [
            ("(", "does not determine"),
            ("", "does not determine"),
            ("[A-Za-z0-9_-]+", "does not determine"),
            ("^[A-Za-z0-9_-$", "does not determine"),
            ("^[z-a]+$", "does not determine"),
            ("^[]+$", "does not determine"),
            ("^(a|b)+$", "does not determine"),
            ("^[a]{2,1}$", "does not determine"),
            ("^[A-Za-z0-9_-]$", "does not determine"),
            ("^ä$", "does not determine"),
            ("^[a-z]+$", "not match all"),
            ("^\\w+$", "not match all"),
            ("^[^a]+$", "not match all"),
            ("^[A-Za-z0-9_-]{32}$", "contradicts"),
            ("^[A-Za-z0-9_-]{20,128}$", "contradicts"),
            ("^[A-Za-z0-9_-]{16,64}$", "contradicts"),
            ("^ab+$", "does not determine"),
            ("^[\\q]+$", "does not determine"),
            ("^[[]+$", "does not determine"),
            ("^[!-[]+$", "does not determine"),
            ("^\\d+$", "not match all"),
            ("^[]A-Za-z0-9_-]+$", "does not determine"),
        ] {
            let said = nonce_fault(bad, 16, 128).map_or("nothing", |(message, _)| message);
            assert!(said.contains(why), "{bad}: {said}");
        }
        assert_eq!(nonce_fault("^[A-Za-z0-9_-]{32}$", 32, 32), None);
    }

    #[test]
    fn the_characters_of_a_pattern_are_those_that_a_header_has() {
        assert_eq!(accepted_characters("^[a-b]+$"), Some(0b11 << 0x61));
        assert_eq!(accepted_characters("^\\d+$"), Some(0x3ff << 0x30));
        assert_eq!(accepted_characters("^.+$"), Some(HEADER));
        assert_eq!(accepted_characters("("), None);
    }
}
