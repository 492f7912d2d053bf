//! The bytes that a signature covers: pieces of the contract and the values of one request or delivery come in, bytes go out. Also the
//! parts of a request that the standards of signatures cover ([`RequestParts`]), and how all of them write a header, an authority and a
//! percent-encoding.
//!
//! Must never normalize: the signed text is the text on the wire. Must not copy a body that the message contains unchanged.

pub use sdkwright_description::{Filter, Piece, SignedValue};

use http::HeaderMap;

use crate::hash::{base64, base64url, extend_hex, hex, sha256, sha512};
use crate::secret::digit;

/// The parts of one request as they are on the wire.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// Path and query.
    pub target: &'a str,
    /// SHA-256 of the body bytes; `None` to compute it from them.
    pub body_sha256: Option<&'a [u8; 32]>,
    /// The body bytes, which a message without their given hash needs; empty if they are not in memory.
    pub body: &'a [u8],
    /// The instant as written in its header.
    pub timestamp: &'a str,
    /// The end of the signature; empty without one.
    pub expires: &'a str,
    /// The nonce as written in its header.
    pub nonce: &'a str,
    /// The idempotency key as written in its header.
    pub idempotency_key: Option<&'a str>,
    /// The client id as written in its header.
    pub client_id: Option<&'a str>,
    /// The id of the key that signs; empty without one.
    pub key_id: &'a str,
    /// The serial number of the key's certificate; empty without one.
    pub certificate_serial: &'a str,
    /// The issuer of the key's certificate; empty without one.
    pub certificate_issuer: &'a str,
    /// Scheme and authority.
    pub origin: &'a str,
    /// The headers without those of the signature, which some standards and the messages of deliveries cover.
    pub headers: Option<&'a HeaderMap>,
    /// The settings of the client or of the verifier, by their names; an absent one is empty.
    pub settings: &'a [(&'static str, String)],
}

impl<'a> Parts<'a> {
    /// Takes method, target and the SHA-256 of the body. All other parts are empty.
    pub fn new(method: &'a str, target: &'a str, body_sha256: &'a [u8; 32]) -> Self {
        Self {
            method,
            target,
            body_sha256: Some(body_sha256),
            body: b"",
            timestamp: "",
            expires: "",
            nonce: "",
            idempotency_key: None,
            client_id: None,
            key_id: "",
            certificate_serial: "",
            certificate_issuer: "",
            origin: "",
            headers: None,
            settings: &[],
        }
    }

    /// Takes the body of a delivery.
    pub(crate) fn from_delivery(body: &'a [u8]) -> Self {
        Self {
            body_sha256: None,
            body,
            ..Self::new("", "", &[0; 32])
        }
    }

    /// Returns the SHA-256 of the body.
    pub(crate) fn body_sha256(&self) -> [u8; 32] {
        self.body_sha256.copied().unwrap_or_else(|| sha256(self.body))
    }

    /// Writes a message of these parts.
    pub(crate) fn compose(&self, pieces: &[Piece]) -> Message<'a> {
        compose(pieces, self.body, self.body_sha256, |value| self.text(value))
    }

    /// Returns the text of a value; the body and the values of items have none.
    pub(crate) fn text(&self, value: SignedValue) -> &'a str {
        match value {
            SignedValue::Method => self.method,
            SignedValue::Target => self.target,
            SignedValue::Path => self.target.split_once('?').map_or(self.target, |(path, _)| path),
            SignedValue::Query => self.target.split_once('?').map_or("", |(_, query)| query),
            SignedValue::Host => self.origin.split_once("://").map_or("", |(_, host)| host),
            SignedValue::Timestamp => self.timestamp,
            SignedValue::Nonce => self.nonce,
            SignedValue::IdempotencyKey => self.idempotency_key.unwrap_or_default(),
            SignedValue::ClientId => self.client_id.unwrap_or_default(),
            SignedValue::KeyId => self.key_id,
            SignedValue::Expires => self.expires,
            SignedValue::CertificateSerial => self.certificate_serial,
            SignedValue::CertificateIssuer => self.certificate_issuer,
            SignedValue::Setting(name) => {
                let mut settings = self.settings.iter();
                settings.find(|(known, _)| *known == name).map_or("", |(_, text)| text)
            }
            SignedValue::Header(name) => self.headers.and_then(|all| single(all, name)).unwrap_or_default(),
            SignedValue::Body | SignedValue::Item(_) => "",
        }
    }
}

/// One value of the signed message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignedComponent {
    /// Its name in the template of the message, with the changes of the value.
    pub name: String,
    /// Its text, or a description of values that may be personal data.
    pub shown: String,
    /// Its length in bytes, if recorded.
    pub length: Option<usize>,
    /// SHA-256 of its text, in hexadecimal, if recorded.
    pub sha256: Option<String>,
    /// Source of the value.
    pub origin: String,
}

impl SignedComponent {
    /// Describes a value; without its bytes if they are not recorded.
    pub(crate) fn new(name: &str, shown: String, bytes: Option<&[u8]>, origin: String) -> Self {
        Self {
            name: name.to_owned(),
            shown,
            length: bytes.map(<[u8]>::len),
            sha256: bytes.map(|bytes| hex(&sha256(bytes))),
            origin,
        }
    }
}

/// Explanation of a refused signature. `Display` writes all of it, one line per fact.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignatureReport {
    /// The signed message, as a template.
    pub message: String,
    /// The values of the message, in their order.
    pub components: Vec<SignedComponent>,
    /// SHA-256 of the message, in hexadecimal; `None` if the message contains a key of the caller.
    pub base_sha256: Option<String>,
    /// Length of the message in bytes; `None` if the message contains a key of the caller.
    pub base_length: Option<usize>,
    /// Likely causes, in descending order of likelihood.
    pub causes: Vec<String>,
}

/// Returns the message of a request.
pub fn message(pieces: &[Piece], parts: &Parts<'_>) -> Vec<u8> {
    let message = parts.compose(pieces);
    match message.body {
        None => message.head,
        Some(_) => message.parts().concat(),
    }
}

/// The bytes of a message in three parts, without a copy of an unchanged body.
#[derive(Default)]
pub(crate) struct Message<'b> {
    head: Vec<u8>,
    body: Option<&'b [u8]>,
    tail: Vec<u8>,
}

impl Message<'_> {
    pub(crate) fn parts(&self) -> [&[u8]; 3] {
        [&self.head, self.body.unwrap_or_default(), &self.tail]
    }
}

/// Writes the pieces, with a body, its SHA-256 if the caller knows it, and the text of each other value.
pub(crate) fn compose<'b, 't>(
    pieces: &[Piece],
    body: &'b [u8],
    body_sha256: Option<&[u8; 32]>,
    text: impl Fn(SignedValue) -> &'t str,
) -> Message<'b> {
    let mut message = Message {
        head: Vec::with_capacity(384),
        ..Message::default()
    };
    for piece in pieces {
        let out = if message.body.is_some() {
            &mut message.tail
        } else {
            &mut message.head
        };
        match (*piece, body_sha256) {
            (Piece::Text(text), _) => out.extend_from_slice(text.as_bytes()),
            (Piece::Value(SignedValue::Body, [Filter::Sha256, rest @ ..]), Some(hash)) => {
                filtered(out, hash, rest);
            }
            (Piece::Value(SignedValue::Body, []), _) if message.body.is_none() => message.body = Some(body),
            (Piece::Value(SignedValue::Body, filters), _) => filtered(out, body, filters),
            (Piece::Value(SignedValue::Method, filters), _) => {
                let method = text(SignedValue::Method);
                if method.bytes().any(|byte| byte.is_ascii_lowercase()) {
                    filtered(out, method.to_ascii_uppercase().as_bytes(), filters);
                } else {
                    filtered(out, method.as_bytes(), filters);
                }
            }
            (Piece::Value(value, filters), _) => filtered(out, text(value).as_bytes(), filters),
        }
    }
    message
}

fn filtered(out: &mut Vec<u8>, bytes: &[u8], filters: &[Filter]) {
    match filters {
        [] => out.extend_from_slice(bytes),
        [Filter::Hex] => extend_hex(bytes, |digits| out.extend_from_slice(digits)),
        [Filter::Hex, rest @ ..] => filtered(out, hex(bytes).as_bytes(), rest),
        [Filter::Base64, rest @ ..] => filtered(out, base64(bytes).as_bytes(), rest),
        [Filter::Base64Url, rest @ ..] => filtered(out, base64url(bytes).as_bytes(), rest),
        [Filter::Sha256, rest @ ..] => filtered(out, &sha256(bytes), rest),
        [Filter::Sha512, rest @ ..] => filtered(out, &sha512(bytes), rest),
        [Filter::Crc32, rest @ ..] => filtered(out, &crc32(bytes).to_be_bytes(), rest),
        [Filter::Decimal, rest @ ..] => {
            let number = bytes
                .iter()
                .fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
            filtered(out, number.to_string().as_bytes(), rest);
        }
    }
}

/// Returns the CRC-32 of IEEE 802.3. It protects nothing by itself.
fn crc32(bytes: &[u8]) -> u32 {
    let shift = |sum: u32| sum >> 1 ^ if sum & 1 == 1 { 0xEDB8_8320 } else { 0 };
    let next = |sum: u32, byte: &u8| (0..8).fold(sum ^ u32::from(*byte), |sum, _| shift(sum));
    !bytes.iter().fold(u32::MAX, next)
}

/// The parts of one request as they are on the wire.
#[derive(Debug, Clone, Copy)]
pub struct RequestParts<'r> {
    /// The HTTP method in upper case.
    pub method: &'r str,
    /// `http` or `https`.
    pub scheme: &'r str,
    /// Host, and port if it is not the scheme's.
    pub authority: &'r str,
    /// Path and query.
    pub target: &'r str,
    /// The headers.
    pub headers: &'r HeaderMap,
}

impl<'r> RequestParts<'r> {
    /// Returns the path, which is never empty.
    pub(crate) fn path(&self) -> &'r str {
        let path = self.target.split_once('?').map_or(self.target, |(path, _)| path);
        if path.is_empty() { "/" } else { path }
    }

    /// Returns the query without `?`.
    pub(crate) fn query(&self) -> Option<&'r str> {
        Some(self.target.split_once('?')?.1)
    }

    /// Returns the authority in lower case, without the port of the scheme.
    pub(crate) fn normal_authority(&self) -> String {
        let authority = self.authority.to_ascii_lowercase();
        let port = if self.scheme.eq_ignore_ascii_case("http") {
            ":80"
        } else {
            ":443"
        };
        match authority.strip_suffix(port) {
            Some(host) => host.to_owned(),
            None => authority,
        }
    }

    /// Returns scheme and authority in lower case, without the port of the scheme.
    pub(crate) fn normal_origin(&self) -> String {
        format!("{}://{}", self.scheme.to_ascii_lowercase(), self.normal_authority())
    }
}

/// Returns the value of a header: its lines without white space around them, joined with a comma and a blank. `None` if the
/// header is absent or not ASCII.
pub(crate) fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    let mut lines = Vec::new();
    for line in headers.get_all(name) {
        lines.push(line.to_str().ok()?.trim_matches([' ', '\t']));
    }
    (!lines.is_empty()).then(|| lines.join(", "))
}

/// Returns the single value of a header; `None` for none or several.
pub(crate) fn single<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

/// Characters that RFC 3986 reserves for nothing, besides letters and digits.
pub(crate) const UNRESERVED: &[u8] = b"-._~";

/// Percent-encodes all bytes but letters, digits and some others.
pub(crate) fn percent_encode(bytes: &[u8], others: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || others.contains(byte) {
            text.push(char::from(*byte));
        } else {
            let digit = |value: u8| char::from(b"0123456789ABCDEF"[usize::from(value)]);
            text.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    text
}

/// Splits a query or a form (`application/x-www-form-urlencoded`) into decoded names and values.
pub(crate) fn form(text: &str) -> Vec<(Vec<u8>, Vec<u8>)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let decoded = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (form_decode(name), form_decode(value))
    };
    pairs.map(decoded).collect()
}

/// Decodes a percent-encoded text; `None` if it is not UTF-8.
pub(crate) fn percent_decode(text: &str) -> Option<String> {
    String::from_utf8(form_decode(&text.replace('+', "%2B"))).ok()
}

/// Returns `true` for a parameter of the query with this name.
pub fn is_named(pair: &str, name: &str) -> bool {
    percent_decode(pair.split('=').next().unwrap_or_default()).as_deref() == Some(name)
}

/// Texts by their names, each of which occurs once.
pub(crate) struct NamedTexts(pub(crate) Vec<(String, String)>);

impl NamedTexts {
    /// Largest number of texts in a header.
    const MOST: usize = 32;

    /// Reads pairs such as `name="value"` with commas between them; `None` for another form.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (mut pairs, mut rest) = (Self(Vec::new()), text);
        while pairs.0.len() < Self::MOST {
            let (name, after) = rest.split_once("=\"")?;
            let (name, mut value, mut chars) = (name.trim(), String::new(), after.chars());
            loop {
                match chars.next()? {
                    '"' => break,
                    '\\' => value.push(chars.next()?),
                    other => value.push(other),
                }
            }
            if pairs.get(name).is_some() {
                return None;
            }
            pairs.0.push((name.to_owned(), value));
            rest = chars.as_str().trim();
            if rest.is_empty() {
                return Some(pairs);
            }
            rest = rest.strip_prefix(',')?;
        }
        None
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, text)| text.as_str())
    }
}

fn form_decode(text: &str) -> Vec<u8> {
    let (bytes, mut decoded, mut at) = (text.as_bytes(), Vec::with_capacity(text.len()), 0);
    while let Some(&byte) = bytes.get(at) {
        let digit = |at: usize| digit(*bytes.get(at)?);
        at += 1;
        match (byte, digit(at), digit(at + 1)) {
            (b'%', Some(high), Some(low)) => {
                decoded.push(high << 4 | low);
                at += 2;
            }
            (b'+', ..) => decoded.push(b' '),
            _ => decoded.push(byte),
        }
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::{UNRESERVED, percent_encode, *};

    /// Values of `zlib.crc32` of Python.
    #[test]
    fn the_values_are_those_of_zlib() {
        assert_eq!(crc32(b""), 0);
        assert_eq!(crc32(b"123456789"), 3_421_780_262);
        assert_eq!(crc32(&[0xff; 1000]), 3_763_548_720);
    }

    const BODY: Piece = Piece::Value(SignedValue::Body, &[Filter::Sha256, Filter::Hex]);

    const fn value(value: SignedValue) -> Piece {
        Piece::Value(value, &[])
    }

    const LINE: Piece = Piece::Text("\n");
    const ALL: &[Piece] = &[
        value(SignedValue::Method),
        LINE,
        value(SignedValue::Target),
        LINE,
        BODY,
        LINE,
        value(SignedValue::Timestamp),
        LINE,
        value(SignedValue::Nonce),
        LINE,
        value(SignedValue::IdempotencyKey),
    ];

    fn parts(digest: &[u8; 32]) -> Parts<'_> {
        Parts {
            timestamp: "2026-06-28T00:00:00Z",
            nonce: "0123456789abcdef",
            idempotency_key: Some("key-1"),
            client_id: Some("client-1"),
            ..Parts::new("post", "/v1/things?b=2&a=%20", digest)
        }
    }

    fn written(pieces: &[Piece], parts: &Parts<'_>) -> String {
        String::from_utf8(message(pieces, parts)).unwrap()
    }

    #[test]
    fn the_pieces_are_in_their_order_with_nothing_after_the_last() {
        let digest = sha256(b"");
        assert_eq!(
            written(ALL, &parts(&digest)),
            "POST\n/v1/things?b=2&a=%20\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n\
             2026-06-28T00:00:00Z\n0123456789abcdef\nkey-1"
        );
    }

    #[test]
    fn without_a_key_the_last_line_is_empty() {
        let digest = sha256(b"");
        let parts = Parts {
            idempotency_key: None,
            ..parts(&digest)
        };
        assert!(written(ALL, &parts).ends_with("0123456789abcdef\n"));
    }

    #[test]
    fn other_pieces_and_filters_come_from_the_description() {
        let digest = sha256(b"");
        let pieces = [
            value(SignedValue::ClientId),
            Piece::Text("|"),
            Piece::Value(SignedValue::Body, &[Filter::Sha256, Filter::Base64]),
            Piece::Text("|{"),
            value(SignedValue::Path),
            Piece::Text("}"),
            Piece::Value(SignedValue::Query, &[Filter::Hex]),
            Piece::Value(SignedValue::Nonce, &[Filter::Base64Url, Filter::Hex]),
        ];
        assert_eq!(
            written(&pieces, &parts(&digest)),
            "client-1|47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=|{/v1/things}623d3226613d253230\
             4d4445794d7a51314e6a63344f5746695932526c5a67"
        );
        assert_eq!(
            pieces.iter().map(ToString::to_string).collect::<String>(),
            "{client-id}|{body|sha256|base64}|{{{path}}}{query|hex}{nonce|base64url|hex}"
        );
    }

    #[test]
    fn a_request_signs_its_query_followed_by_its_form() {
        let digest = sha256(b"a=1");
        let parts = Parts {
            body: b"a=1",
            ..parts(&digest)
        };
        let pieces = [value(SignedValue::Query), value(SignedValue::Body)];
        assert_eq!(written(&pieces, &parts), "b=2&a=%20a=1");
    }

    #[test]
    fn a_body_that_is_signed_as_it_is_is_not_copied() {
        let body = vec![0xff; 1 << 20];
        let pieces = [
            Piece::Text("a."),
            value(SignedValue::Body),
            Piece::Text(".b"),
            value(SignedValue::Nonce),
        ];
        let message = compose(&pieces, &body, None, |_| "n");
        assert_eq!(message.parts()[0], b"a.");
        assert!(std::ptr::eq(message.parts()[1], body.as_slice()));
        assert_eq!(message.parts()[2], b".bn");
    }

    #[test]
    fn a_text_of_the_query_is_encoded() {
        let encoded = percent_encode("aZ09-._~ +/=&é".as_bytes(), UNRESERVED);
        assert_eq!(encoded, "aZ09-._~%20%2B%2F%3D%26%C3%A9");
    }
}
