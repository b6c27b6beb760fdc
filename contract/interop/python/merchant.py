"""A merchant with a till of its own, and what it says to whoever runs it.

A client gives an `Api`: how its library makes a typed value and calls an operation.
"""

import sys
import time
from abc import ABC, abstractmethod
from decimal import Decimal

TERMINAL_PASSWORD = "q7Lw2Zk9Tn4Vb1X"
POLL_S = 0.1
PATIENCE_S = 30


class Api(ABC):
    """A SOAP library at work."""

    name = ""

    @abstractmethod
    def make(self, type_name, **fields):
        """A value of a type of the WSDL."""

    @abstractmethod
    def call(self, operation, **request):
        """Calls an operation; answers what stands in `return`."""

    @staticmethod
    def field(value, path):
        """The field of an answer, or None where it is absent."""
        for name in path.split("."):
            value = getattr(value, name, None)
        return value


def say(line):
    """One line of the protocol."""
    print(line, flush=True)


def ask(question):
    """Has the other side do something; answers what it says about it."""
    say(f"? {question}")
    return sys.stdin.readline().strip()


class Merchant:
    """A merchant with a till of its own."""

    def __init__(self, api, merchant, user, password, notifications):
        self.api = api
        self.merchant = merchant
        self.user = user
        self.password = password
        self.notifications = notifications
        self.seqr_id = merchant.replace("-", "").upper() + "1"
        self.till = None
        self.till_id = None
        self.failed = False

    def expect(self, step, actual, wanted):
        """Says whether a step went as wanted."""
        if actual == wanted:
            say(f"OK {step}")
        else:
            self.failed = True
            say(f"DEVIATION {step}: {actual!r} instead of {wanted!r}")

    def codes(self, step, wanted, operation, **request):
        """A call whose code alone matters; answers all of it."""
        answer = self.api.call(operation, **request)
        self.expect(step, answer.resultCode, wanted)
        return answer

    def context(self, password, **principal):
        """The credentials that every request carries."""
        return self.api.make(
            "clientContext",
            channel="WS",
            clientId=self.api.name,
            clientReference="interop",
            clientRequestTimeout=0,
            initiatorPrincipalId=self.api.make("principalId", **principal),
            password=password,
        )

    def terminal(self, terminal_id, password):
        """The credentials of a terminal."""
        return self.context(password, id=terminal_id, type="TERMINALID")

    def shop(self):
        """The credentials of the shop's user."""
        return self.context(self.password, id=self.merchant, type="RESELLERUSER", userId=self.user)

    def euros(self, value):
        """An amount in EUR."""
        return self.api.make("amount", currency="EUR", value=Decimal(value))

    def row(self, description, value):
        """A line of a bill."""
        return self.api.make(
            "paymentInvoiceRow",
            itemDescription=description,
            itemQuantity=Decimal(1),
            itemTotalAmount=self.euros(value),
        )

    def invoice(self, value, **fields):
        """A bill of one row."""
        return self.api.make(
            "invoice",
            title="Corner Café",
            invoiceRows={"invoiceRow": [self.row("Espresso", value)]},
            totalAmount=self.euros(value),
            **fields,
        )

    def send(self, context, value, **fields):
        """sendInvoice; answers all of its answer."""
        invoice = self.invoice(value, **fields)
        return self.codes("sendInvoice", 0, "sendInvoice", context=context, invoice=invoice)

    def poll(self, context, reference, status):
        """Asks until the invoice is in a state, as tills do; answers the last answer."""
        end = time.monotonic() + PATIENCE_S
        version = 0
        while True:
            now = self.api.call(
                "getPaymentStatus",
                context=context,
                invoiceReference=reference,
                invoiceVersion=version,
            )
            if now.resultCode != 0 or now.status == status or time.monotonic() > end:
                seen = (now.resultCode, now.status)
                self.expect(f"getPaymentStatus, {status}", seen, (0, status))
                return now
            version = now.version
            time.sleep(POLL_S)

    def pay(self, context, value, code=None, **fields):
        """A bill that the customer pays at once; answers reference and last status."""
        sent = self.send(context, value, acknowledgmentMode="NO_ACKNOWLEDGMENT", **fields)
        seen = ask(f"scan {code or sent.invoiceQRCode}")
        self.expect("the customer's offer", seen, f"AWAITING_APPROVAL {value}")
        self.expect("the customer's PIN", ask("confirm"), "CONFIRMING")
        paid = self.poll(context, sent.invoiceReference, "PAID")
        self.expect("the customer's receipt", ask("outcome"), f"PAID {value}")
        return sent.invoiceReference, paid

    def reserve(self, timeout_s, **fields):
        """The reseller's part of a scan at a machine, up to RESERVED; answers the reference."""
        _token, amount, currency, _msisdn = ask("machine").split(" ")
        self.expect("createPurchase, currency", currency, "EUR")
        sent = self.send(
            self.till,
            amount,
            paymentMode="RESERVATION_REQUIRED_PRELIMINARY_AMOUNT",
            acknowledgmentMode="NO_ACKNOWLEDGMENT",
            commitReservationTimeout=timeout_s,
            **fields,
        )
        offered = ask(f"offer {sent.invoiceReference}")
        self.expect("the customer's offer", offered, f"AWAITING_APPROVAL {amount}")
        self.expect("the customer's PIN", ask("confirm"), "RESERVED")
        return sent.invoiceReference

    def run(self, scenarios):
        """Runs scenarios; one that breaks off does not keep the next from running."""
        for name, scenario in scenarios.items():
            say(f"SCENARIO {name}")
            try:
                scenario()
            except Exception as error:  # whatever the library throws is a finding
                self.failed = True
                text = " ".join(str(error).split())
                say(f"DEVIATION broke off with {type(error).__name__}: {text}")
