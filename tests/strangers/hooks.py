"""Hooks of Schemathesis for the bank: signed requests, and the customer that the bank knows."""

import os
import pathlib
import sys

import requests
import schemathesis

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import signed  # noqa: E402


class Signature(requests.auth.AuthBase):
    """Signs a request as it is sent."""

    def __call__(self, request):
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        request.headers.update(signed.headers(request.method, request.path_url, body))
        return request


schemathesis.auth.set_from_requests(Signature())


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Calls about a customer are about the one of the bank, so that they reach more than the search for it."""
    if path_parameters and "customerId" in path_parameters:
        path_parameters["customerId"] = os.environ["CUSTOMER"]
    return path_parameters
