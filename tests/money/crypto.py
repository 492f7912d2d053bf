"""Encodings, signatures, certificates and keys that several servers use."""

import base64
import calendar
import datetime
import hashlib
import hmac
import json
import math
import time

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa


def b64(data):
    return base64.b64encode(data).decode()


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text, url=False):
    """Decodes strictly: the text must be the one encoding of its bytes. Returns None if it is not."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4) if url else text, b"-_" if url else None, validate=True)
    except ValueError:
        return None
    return data if (b64url(data) if url else b64(data)) == text else None


def mac(key, message, algorithm="sha256"):
    return hmac.new(key, message, algorithm).digest()


def sha256(data):
    return hashlib.sha256(data).digest()


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def rfc3339(seconds=None):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def verifies(key, signature, message, *how):
    """Returns whether a public key accepts a signature."""
    try:
        key.verify(signature, message, *how)
        return True
    except (InvalidSignature, TypeError):
        return False


def pkcs1(algorithm=hashes.SHA256):
    return padding.PKCS1v15(), algorithm()


def pss():
    return padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256()


def jws(text):
    """Returns the header, the payload, the signature and the signed bytes of a compact JWS, or None."""
    parts = [unb64(part, url=True) for part in text.split(".")]
    if len(parts) != 3 or None in parts:
        return None
    header = parse_object(parts[0])
    return header and (header, parts[1], parts[2], text.rpartition(".")[0].encode())


def parse_object(data):
    """Returns a JSON object in which no name occurs twice, or None."""
    def once(pairs):
        if len(dict(pairs)) < len(pairs):
            raise ValueError("a name occurs twice")
        return dict(pairs)
    try:
        value = json.loads(data, object_pairs_hook=once)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def jwk(public, **members):
    """Returns the JWK of an RSA or P-256 public key."""
    numbers = public.public_numbers()
    octets = lambda number, size=None: b64url(number.to_bytes(size or math.ceil(number.bit_length() / 8), "big"))
    if isinstance(public, rsa.RSAPublicKey):
        return {"kty": "RSA", "n": octets(numbers.n), "e": octets(numbers.e), "use": "sig"} | members
    return {"kty": "EC", "crv": "P-256", "x": octets(numbers.x, 32), "y": octets(numbers.y, 32), "use": "sig"} | members


def pem(key):
    """Returns the PEM text of a private key, a public key or a certificate."""
    form = serialization
    if isinstance(key, x509.Certificate):
        return key.public_bytes(form.Encoding.PEM)
    if hasattr(key, "private_bytes"):
        return key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
    return key.public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo)


def rsa_key():
    return rsa.generate_private_key(65537, 2048)


def ec_key():
    return ec.generate_private_key(ec.SECP256R1())


def ed_key(seed=None):
    return ed25519.Ed25519PrivateKey.from_private_bytes(seed) if seed else ed25519.Ed25519PrivateKey.generate()


def certificate(name, key, issuer=None, issuer_key=None, authority=False, days=30):
    """Returns a certificate of a key, by default signed by itself."""
    subject = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Payment servers"),
                         x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.timezone.utc)
    identifier = x509.SubjectKeyIdentifier.from_public_key
    usage = {"key_cert_sign": authority, "crl_sign": authority, "digital_signature": not authority}
    usage |= dict.fromkeys(["content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only",
                            "decipher_only"], False)
    builder = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=60)).not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.BasicConstraints(authority, None), True).add_extension(x509.KeyUsage(**usage), True)
        .add_extension(identifier(key.public_key()), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key((issuer_key or key).public_key()), False)
    )
    if not authority:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
        builder = builder.add_extension(x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.SERVER_AUTH]), False)
    return builder.sign(issuer_key or key, hashes.SHA256())


def parse_time(text):
    """Returns the Unix seconds of an RFC 3339 time in UTC, or None."""
    try:
        return calendar.timegm(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S"))
    except ValueError:
        return None
