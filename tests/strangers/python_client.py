"""Calls the bank with a client that openapi-python-client generates from the contract: `python_client.py URL FOLDER`.

A list, a creation under a key with its replay, a conflict, and a problem document; httpx signs each request.
"""

import sys

import httpx

import signed

url, folder = sys.argv[1:]
sys.path.insert(0, folder)
from strange_client import Client  # noqa: E402
from strange_client.api.partner_customers import create_partner_customer, list_partner_customer_balances  # noqa: E402
from strange_client.api.partner_fiat import get_partner_fiat_withdrawal, list_partner_fiat_withdrawals  # noqa: E402
from strange_client.models import CreatePartnerCustomerRequest, PartnerCustomer, PartnerProblem  # noqa: E402


class Signature(httpx.Auth):
    """Signs each request, with a key that the caller has chosen or a new one."""

    requires_request_body = True
    key = None

    def auth_flow(self, request):
        target = request.url.raw_path.decode()
        request.headers.update(signed.headers(request.method, target, request.content, self.key))
        yield request


signature = Signature()
client = Client(base_url=url, httpx_args={"auth": signature}, raise_on_unexpected_status=True)


def create(key, name):
    signature.key = key
    body = CreatePartnerCustomerRequest.from_dict(
        {"partnerCustomerRef": "stranger-1", "customerType": "INDIVIDUAL", "displayName": name, "metadata": {"sourceSystem": "python"}}
    )
    response = create_partner_customer.sync_detailed(client=client, body=body)
    signature.key = None
    return response


first = create("key-1", "Jane Stranger")
assert first.status_code == 201 and isinstance(first.parsed, PartnerCustomer), first
again = create("key-1", "Jane Stranger")
assert (again.status_code, again.headers["idempotent-replayed"], again.content) == (201, "true", first.content), again
conflict = create("key-1", "John Stranger")
assert conflict.status_code == 409 and isinstance(conflict.parsed, PartnerProblem), conflict
assert conflict.parsed.code == "PARTNER_IDEMPOTENCY_CONFLICT", conflict.parsed

customer = first.parsed.customer_id
page = list_partner_fiat_withdrawals.sync(customer, client=client, limit=10)
assert page.data == [] and page.page_info.has_more is False, page
balances = list_partner_customer_balances.sync_detailed(customer, client=client)
assert balances.status_code == 200, balances

missing = get_partner_fiat_withdrawal.sync_detailed("no-withdrawal", client=client)
assert missing.status_code == 404 and isinstance(missing.parsed, PartnerProblem), missing
assert (missing.parsed.code, missing.parsed.status) == ("PARTNER_RESOURCE_NOT_FOUND", 404), missing.parsed
assert missing.headers["content-type"] == "application/problem+json", missing
print("client of openapi-python-client: 7 calls, all as asserted")
