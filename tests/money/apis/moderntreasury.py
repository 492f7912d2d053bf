"""Modern Treasury: Basic, keys that every route shares, cursors in a response header, deliveries with a hexadecimal MAC."""

from base import Api, MARK, Response, SEED, route
from crypto import b64, mac, rfc3339

# Members of a payment order that are null here.
ORDER = """accounting_category_id accounting_ledger_class_id description statement_descriptor remittance_information process_after
purpose charge_bearer foreign_exchange_indicator foreign_exchange_contract originating_party_name originating_party_address
ultimate_originating_party_name ultimate_originating_party_identifier ultimate_receiving_party_name
ultimate_receiving_party_identifier expires_at counterparty_id current_return foreign_exchange_rate ledger_transaction_id external_id
subtype current_hold vendor_attributes batch_id vendor_failure_reason""".split()


class Server(Api):
    SIGNATURE = "X-Signature"
    TIMED = False

    def start(self):
        self.settings = {"organization_id": "org-1", "api_key": f"{MARK}-moderntreasury-key",
                         "webhook_key": f"{MARK}-moderntreasury-webhook", "former_webhook_key": f"{MARK}-moderntreasury-former"}
        order = {"type": "ach", "direction": "credit", "originating_account_id": self.uuid(0)}
        self.orders = [self.order_of(order | {"amount": 1000 + number}) for number in range(SEED)]

    def order_of(self, order):
        common = lambda kind: {"id": self.uuid(), "object": kind, "live_mode": False, "created_at": rfc3339(), "updated_at": rfc3339()}
        virtual = dict.fromkeys("discarded_at description counterparty_id debit_ledger_account_id credit_ledger_account_id "
                                "ledger_account_id".split())
        virtual |= common("virtual_account") | {"name": "A", "internal_account_id": self.uuid(0), "account_details": [],
                                                "routing_details": [], "metadata": {}}
        receiver = dict.fromkeys("discarded_at party_type party_address name external_id ledger_account_id card_id "
                                 "verification_source".split())
        receiver |= common("external_account") | {"account_type": "checking", "account_details": [], "routing_details": [],
                                                  "metadata": {}, "party_name": "B", "contact_details": [],
                                                  "verification_status": "unverified"}
        return dict.fromkeys(ORDER) | common("payment_order") | {
            "priority": "normal", "currency": "USD", "accounting": {"account_id": None, "class_id": None}, "status": "pending",
            "effective_date": rfc3339()[:10], "metadata": {}, "nsf_protected": False, "send_remittance_advice": False,
            "transaction_ids": [], "reference_numbers": [], "reconciliation_status": "unreconciled",
            "originating_account_type": "internal_account", "receiving_account": receiver, "receiving_account_id": receiver["id"],
            "receiving_account_type": "external_account", "ultimate_originating_account": virtual,
            "ultimate_originating_account_id": virtual["id"], "ultimate_originating_account_type": "virtual_account"} | order

    def error(self, status, code, message, **members):
        return Response(status, {"errors": {"code": code, "message": message} | members})

    def check(self, request):
        credentials = f"{self.settings['organization_id']}:{self.settings['api_key']}"
        authorized = request.header("Authorization") == "Basic " + b64(credentials.encode())
        self.need(authorized, 401, "invalid_api_key", "wrong organization or key")
        if request.method == "POST":
            self.need(request.json() is not None, 400, "parameter_invalid", "the body is not JSON")

    def scope(self, request):
        return "all routes"

    def stores(self, response):
        return response.status < 300

    @route("POST", "/api/payment_orders", pays=True)
    def pay(self, request):
        order = request.json()
        for name, kind in {"type": str, "amount": int, "direction": str, "originating_account_id": str}.items():
            self.need(isinstance(order.get(name), kind), 422, "parameter_missing", f"no {name}", parameter=name)
        self.orders.append(self.order_of(order))
        return Response(201, self.orders[-1])

    @route("GET", "/api/payment_orders")
    def list(self, request):
        query = request.parameters()
        records, more = self.page(self.orders, self.after(self.orders, query.get("after_cursor")), query.get("per_page"))
        headers = [("X-Per-Page", str(len(records)))] + ([("X-After-Cursor", records[-1]["id"])] if more else [])
        return Response(200, records, headers)

    @route("GET", "/api/payment_orders/([0-9a-f-]{36})")
    def get(self, request, identifier):
        return Response(200, self.orders[self.after(self.orders, identifier) - 1])

    @route("POST", "/api/counterparties", pays=True)
    def counterparty(self, request):
        self.need(request.json().get("name"), 422, "parameter_missing", "no name", parameter="name")
        return Response(201, {
            "id": self.uuid(), "object": "counterparty", "live_mode": False, "created_at": rfc3339(), "updated_at": rfc3339(),
            "discarded_at": None, "name": request.json()["name"], "accounts": [], "email": None, "legal_entity_id": None,
            "metadata": {}, "external_id": None, "send_remittance_advice": False, "verification_status": "unverified"})

    def event(self):
        return {"event": "completed", "data": {"id": self.uuid(1), "object": "payment_order", "amount": 1050}}

    def sign(self, body, when, key):
        return mac(self.settings["former_webhook_key" if key == "former" else "webhook_key"].encode(), body).hex()

    def place(self, body, signatures, when, order):
        return [("X-Webhook-ID", "hook-1"), ("X-Event", "payment_order"), *[(self.SIGNATURE, text) for text in signatures]], body
