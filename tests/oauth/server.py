"""An OAuth 2 server and an API of a third party (Authlib) for the client's tests: prints its port, and serves until it is ended.

A client authenticates with its secret, or with an assertion that one of the keys of `signing/src/tests/keys` signs.

GET /books and POST /books require a token with the scope `books`; GET /maps one with `maps`. POST /revoke revokes all tokens.
GET /count returns the number of token requests. POST /replay repeats the last one, and returns the response.
"""

import os
import pathlib
import secrets

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector
from authlib.oauth2.rfc6749 import ClientMixin, grants
from authlib.oauth2.rfc6750 import BearerTokenValidator
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from flask import Flask, request
from werkzeug.serving import make_server

KEYS = pathlib.Path(__file__).parents[2] / "signing" / "src" / "tests" / "keys"
METHODS = ["client_secret_basic", "client_secret_post", JWTBearerClientAssertion.CLIENT_AUTH_METHOD]
SCOPES = {"books", "maps"}
tokens = {}


class Client(ClientMixin):
    client_secret = "sentinel9f2-secret"

    def get_client_id(self):
        return "reader"

    def get_allowed_scope(self, scope):
        return " ".join(sorted(SCOPES & set((scope or "").split())))

    def check_client_secret(self, client_secret):
        return secrets.compare_digest(self.client_secret, client_secret)

    def check_endpoint_auth_method(self, method, endpoint):
        return method in METHODS

    def check_grant_type(self, grant_type):
        return grant_type == "client_credentials"


class Token:
    def __init__(self, scope, ends):
        self.scope, self.ends, self.revoked = scope, ends, False

    def is_expired(self):
        return False

    def is_revoked(self):
        return self.revoked

    def get_scope(self):
        return self.scope


class Validator(BearerTokenValidator):
    def authenticate_token(self, token_string):
        return tokens.get(token_string)


def save(token, request):
    tokens[token["access_token"]] = Token(token.get("scope", ""), token["expires_in"])


class Grant(grants.ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS


class Assertion(JWTBearerClientAssertion):
    def __init__(self, url):
        super().__init__(url, leeway=0)
        self.seen = set()

    def validate_jti(self, claims, jti):
        is_new = jti not in self.seen
        self.seen.add(jti)
        return is_new

    def resolve_client_public_key(self, client, headers):
        return (KEYS / f"{headers['kid']}.pub.pem").read_bytes()


app = Flask(__name__)
server = AuthorizationServer(app, query_client=lambda name: Client() if name == "reader" else None, save_token=save)
server.scopes_supported = sorted(SCOPES)
server.register_grant(Grant)
guard = ResourceProtector()
guard.register_token_validator(Validator())
requests, last = 0, None


@app.post("/oauth2/token")
def issue():
    global requests, last
    requests, last = requests + 1, request.form.to_dict()
    return server.create_token_response()


@app.route("/books", methods=["GET", "POST"])
@guard("books")
def books():
    return "", 204


@app.get("/maps")
@guard("maps")
def maps():
    return "", 204


@app.post("/revoke")
def revoke():
    for token in tokens.values():
        token.revoked = True
    return "", 204


@app.post("/replay")
def replay():
    return app.test_client().post("/oauth2/token", data=last).text


@app.get("/count")
def count():
    return str(requests)


if __name__ == "__main__":
    running = make_server("127.0.0.1", 0, app, threaded=True)
    server.register_client_auth_method(METHODS[-1], Assertion(f"http://127.0.0.1:{running.port}/oauth2/token"))
    print(running.port, flush=True)
    running.serve_forever()
