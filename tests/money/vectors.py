"""Published signatures, which the servers must make or accept. Those with files need a folder with published files."""

import re

import base
import crypto
from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12

STRIPE = [
    ("", "f7f9bd47fb987337b5796fdc1fdb9ba221d0d5396814bfcaf9521f43fd8927fd"),
    ('{"obj1":"hello","obj2":"world"}', "bebb1a643997f419b315ddba19e6f5411e1ce7f810ba6d3617ce72823092f363"),
    ("\U0001f600", "837da296d05c4fe31f61d5d7ead035099d9585a5bcde87de952012a78f0b0c43"),
]
SQUARE = [
    ("Ibxx_5AKakO-3qeNVR61Dw", "https://webhook.site/679a4f3a-dcfa-49ee-bac5-9d0edad886b9",
     '{"merchant_id":"MLEFBHHSJGVHD","type":"webhooks.test_notification","event_id":"ac3ac95b-f97d-458c-a6e6-18981597e05f",'
     '"created_at":"2022-07-13T20:30:59.037339943Z","data":{"type":"webhooks","id":"bc368e64-01aa-407e-b46e-3231809b1129"}}',
     "GF4YkrJgGBDZ9NIYbNXBnMzqb2HoL4RW/S6vkZ9/2N4="),
    ("signature-key", "https://webhook.site/webhooks", '{"data":{"type":"webhooks","id":">id<"}}',
     "Cxt7+aTi4rKgcA0bC4g9EHdVtLSDWdqccmL5MvihU4U="),
]
ADYEN_KEY = "DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00"
ADYEN = [("EVENT", "ipnxGCaUZ4l8TUW75a71/ghd2Fe5ffvX0pV4TLTntIc="), ("REPORT_AVAILABLE", "ZNBPtI+oDyyRrLyD1XirkKnQgIAlFc07Vj27TeHsDRE=")]
SVIX = [
    ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, '{"test": 2432232314}',
     "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
    ("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", 1649367553,
     '{"email":"test@example.com","username":"test_user"}', "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="),
]
REVOLUT = ("wsk_r59a4HfWVAKycbCaNO1RvgCJec02gRd8", 1683650202.360,
           '{"data":{"id":"645a7696-22f3-aa47-9c74-cbae0449cc46","new_state":"completed","old_state":"pending",'
           '"request_id":"app_charges-9f5d5eb3-1e06-46c5-b1c0-3914763e0bcb"},"event":"TransactionStateChanged",'
           '"timestamp":"2023-05-09T16:36:38.028960Z"}', "v1=bca326fb378d0da7f7c490ad584a8106bab9723d8d9cdd0d50b4c5b3be3837c0")
TREASURY = [("foo", "08ba357e274f528065766c770a639abf6809b39ccfd37c2a3157c7f51954da0a"),
            ('{"foo":"bar"}', "57e14f6f354543f0101fb06ea24df7731d90087b76651e3497345e22a3622940")]
BINANCE_KEY = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
BINANCE = [("LTCBTC", "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"),
           ("%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96", "e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3")]
MASTERCARD = ("POST&https%3A%2F%2Fsandbox.api.mastercard.com%2Ffraud%2Fmerchant%2Fv1%2Ftermination-inquiry&Format%3DXML%26PageLength"
              "%3D10%26PageOffset%3D0%26oauth_body_hash%3Dh2Pd7zlzEZjZVIKB4j94UZn%2FxxoR3RoCjYQ9%2FJdadGQ%3D%26oauth_consumer_key%3D"
              "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx%26oauth_nonce%3D1111111111111111111%26oauth_signature_method%3D"
              "RSA-SHA256%26oauth_timestamp%3D1111111111%26oauth_version%3D1.0")
MASTERCARD_SIGNATURE = (
    "IJeNKYGfUhFtj5OAPRI92uwfjJJLCej3RCMLbp7R6OIYJhtwxnTkloHQ2bgV7fks4GT/A7rkqrgUGk0ewbwIC6nS3piJHyKVc7rvQXZuCQeeeQpFzLRiH3rsb+ZS+AUL"
    "K+jzDje4Fb+BQR6XmxuuJmY6YrAKkj13Ln4K6bZJlSxOizbNvt+Htnx+hNd4VgaVBeJKcLhHfZbWQxK76nMnjY7nDcM/2R6LUIR2oLG1L9m55WP3bakAvmOr392ulv1+"
    "mWCwDAZZzQ4lakDD2BTu0ZaVsvBW+mcKFxYeTq7SyTQMM4lEwFPJ6RLc8jJJ+veJXHekLVzWg4qHRtzNBLz1mA==")


def check(api, data):
    """Yields what was checked, and whether the server agrees. The settings of the server are changed."""
    name = type(api).__module__.partition(".")[2]
    for what, right in globals().get(f"check_{name}", lambda *_: ())(api, data):
        yield f"published: {what}", right


def check_stripe(api, data):
    for body, expected in STRIPE:
        yield f"MAC of {len(body)} characters", crypto.mac(b"test_secret", body.encode()).hex() == expected


def check_square(api, data):
    for key, url, body, expected in SQUARE:
        api.settings["signature_key"], api.local.order = key, {"url": url}
        yield f"signature for {url}", api.sign(body.encode(), 0, "current") == expected


def check_adyen(api, data):
    api.settings["hmac_key"] = ADYEN_KEY
    for event, expected in ADYEN:
        item = {"pspReference": "pspReference", "originalReference": "originalReference", "merchantAccountCode": "merchantAccount",
                "merchantReference": "reference", "amount": {"value": 1000, "currency": "EUR"}, "eventCode": event, "success": "true"}
        yield f"signature of an item {event}", api.hmac("current", api.text(item)) == expected
    if data:
        api.settings["hmac_key"] = "11223344D785FBAE710E7F943F307971BB61B21281C98C9129B3D4018A57B2EB"
        body = (data / "adyen-accountHolderCreated.json").read_bytes()
        yield "signature of a body", api.hmac("current", body) == "UVBzHbDayhfT1XgaRGAkuKvxwoxrLoVCBdfi3WZU8lI="


def check_svix(api, data):
    for key, identifier, when, body, expected in SVIX:
        api.settings["webhook_secret"], api.local.order, api.message_id = key, {}, lambda: identifier
        yield f"signature of {identifier}", api.sign(body.encode(), when, "current") == expected


def check_revolut(api, data):
    api.settings["signing_secret"], when, body, expected = REVOLUT
    yield "signature of a delivery", api.sign(body.encode(), when, "current") == expected


def check_moderntreasury(api, data):
    api.settings["webhook_key"] = "foo"
    for body, expected in TREASURY:
        yield f"signature of {body}", api.sign(body.encode(), 0, "current") == expected


def check_binance(api, data):
    api.settings["hmac_secret"] = BINANCE_KEY
    for symbol, expected in BINANCE:
        query = f"symbol={symbol}&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559"
        yield f"signature of {symbol}", api.verify("hmac", expected, query.encode())


def check_fireblocks(api, data):
    expected = "e43abcf3375244839c012f9633f95862d232a95b00d5bc7348b3098b9fed7f32"
    yield "bodyHash", crypto.sha256(b'{"key":"value"}').hex() == expected


def check_mastercard(api, data):
    from apis.mastercard import base_string

    fields = {"oauth_consumer_key": "x" * 48, "oauth_nonce": "1" * 19, "oauth_signature_method": "RSA-SHA256", "oauth_timestamp":
              "1111111111", "oauth_version": "1.0", "oauth_body_hash": "h2Pd7zlzEZjZVIKB4j94UZn/xxoR3RoCjYQ9/JdadGQ="}
    address = "https://sandbox.api.mastercard.com/fraud/merchant/v1/termination-inquiry"
    yield "base string", base_string("POST", address, "Format=XML&PageOffset=0&PageLength=10", fields) == MASTERCARD
    if data:
        key, _, _ = pkcs12.load_key_and_certificates((data / "mastercard-test_key_container.p12").read_bytes(), b"Password1")
        signature = crypto.unb64(MASTERCARD_SIGNATURE)
        yield "signature", crypto.verifies(key.public_key(), signature, b"baseString", *crypto.pkcs1())
        body = (data / "mastercard-body.xml").read_bytes()
        yield "body hash", crypto.b64(crypto.sha256(body)) == fields["oauth_body_hash"]


def check_berlin(api, data):
    from apis.berlin import signing_string

    if not data:
        return
    text = (data / "xs2a-tpp_signature_certificate.txt").read_text().strip()
    if "BEGIN" not in text:
        text = f"-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n"
    key = x509.load_pem_x509_certificate(text.encode()).public_key()
    headers = {"psu-id": "anton.brueckner", "x-request-id": "2f77a125-aa7a-45c0-b414-cea25a116035", "date": "Sun, 06 Aug 2019 15:02:37 GMT",
               "digest": "SHA-256=cE4iyBDKyP5qdfUyHuB4eZf5iqA5pSAjTzl8l89Oh20=", "accept": "application/json",
               "psu-ip-address": "1.1.1.1"}
    request = base.Request("POST", "/", headers.items(), b"")
    for file, right in {"correct_signature": True, "signature_wrong_hash": False, "signature_wrong_headers": False}.items():
        fields = dict(re.findall(r'(\w+)="([^"]*)"', (data / f"xs2a-{file}.txt").read_text()))
        signed = signing_string(request, fields["headers"].lower().split(" ")).encode()
        signature = crypto.unb64(fields["signature"]) or b""
        yield f"{file} is {'right' if right else 'wrong'}", crypto.verifies(key, signature, signed, *crypto.pkcs1()) == right
