"""Judges the server with `python-binance`."""

import pathlib
import time

from binance.client import Client
from binance.exceptions import BinanceAPIException
from referee import paged, raised


def check(see):
    keys = see.settings

    def client(kind):
        secret = {"api_secret": keys["hmac_secret"]} if kind == "hmac" else {
            "private_key": pathlib.Path(keys[f"{kind}_key_file"]).read_text()}
        made = Client(keys[f"{kind}_api_key"], ping=False, **secret)
        made.API_URL = see.url + "/api"
        return made

    order = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "1", "price": "0.1"}
    for kind in ("hmac", "rsa", "ed25519"):
        listed = lambda: len(client(kind).get_my_trades(symbol="BTCUSDT", fromId=100)) == 3
        see.agree(f"python-binance lists with {kind}", listed)
        see.agree(f"python-binance orders with {kind}", lambda: client(kind).create_order(**order, newClientOrderId=kind)["symbol"])
    see.agree("python-binance orders", lambda: client("hmac").create_order(**order, newClientOrderId="a")["clientOrderId"] == "a")
    double = raised(BinanceAPIException, lambda: client("hmac").create_order(**order, newClientOrderId="a"), lambda one: one.code == -2010)
    see.agree("python-binance: an order id is used once", lambda: double() and see.executed() == 4)
    see.fault(fault="lose")
    see.agree("python-binance looks a lost order up", lambda: raised(Exception, lambda: client("hmac").create_order(
        **order, newClientOrderId="b"))() and client("hmac").get_order(symbol="BTCUSDT", origClientOrderId="b")["orderId"])
    found = lambda: client("hmac").get_order(symbol="BTCUSDT", origClientOrderId="a")["status"] == "FILLED"
    see.agree("python-binance looks the order up", found)

    import requests

    def send(query, **changes):
        """Sends a query with a signature of python-binance, and what a test changes."""
        made = client("hmac")
        query = f"symbol=BTCUSDT&timestamp={int(time.time() * 1000) + changes.get('clock', 0)}" + query
        signature = made._hmac_signature(query)
        url = f"{see.url}/api/v3/myTrades?{query}&signature={changes.get('upper', str)(signature)}{changes.get('after', '')}"
        return requests.get(url, headers={"X-MBX-APIKEY": keys["hmac_api_key"]}).json()

    code = lambda number: lambda body: isinstance(body, dict) and body["code"] == number
    see.agree("a signature in capitals is accepted", isinstance(send("", upper=str.upper), list))
    see.agree("a parameter after the signature is refused", code(-1102)(send("", after="&limit=1")))
    see.agree("a second signature is refused", code(-1102)(send("", after="&signature=00")))
    see.agree("an old timestamp is refused", code(-1021)(send("", clock=-6000)))
    see.agree("a timestamp of the future is refused", code(-1021)(send("", clock=2000)))
    see.agree("a longer recvWindow is accepted", isinstance(send("&recvWindow=10000", clock=-6000), list))
    see.agree("a recvWindow above 60000 is refused", code(-1131)(send("&recvWindow=60001")))

    def trades(start):
        page = client("ed25519").get_my_trades(symbol="BTCUSDT", **({"fromId": start} if start else {}))
        return page, page[-1]["id"] + 1 if page else None

    see.agree("python-binance lists all pages", lambda: len(paged(trades)) == 7)
