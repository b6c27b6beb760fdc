"""Drives the merchant SOAP API with zeep, a strict client that we did not write.

Usage: client.py WSDL_URL MERCHANT USER PASSWORD [TERMINAL TERMINAL_PASSWORD RESERVED_INVOICE]

Zeep refuses an answer whose elements it does not know or that stand in another order than the
WSDL's, so every call that returns here is also a check of the answer's schema. Exits with 1 at the
first deviation. With the last three arguments it also takes an invoice of 20.00 EUR that a customer
has confirmed through update and commit to its receipt.
"""

import sys
from decimal import Decimal

import zeep

UNKNOWN_REFERENCE = "20161123000000000"
TERMINAL_PASSWORD = "q7Lw2Zk9Tn4Vb1X"


def expect(step, actual, wanted):
    """Prints a line for a step; ends the program when it went otherwise than wanted."""
    if actual != wanted:
        print(f"DEVIATION {step}: {actual!r} instead of {wanted!r}")
        sys.exit(1)
    print(f"ok        {step}: {actual!r}")


def euros(value):
    """An amount in EUR."""
    return {"currency": "EUR", "value": Decimal(value)}


def context(principal, password):
    """The credentials that every request carries."""
    return {
        "channel": "WS",
        "clientId": f"zeep {zeep.__version__}",
        "clientReference": "interop",
        "clientRequestTimeout": 0,
        "initiatorPrincipalId": principal,
        "password": password,
    }


def terminal_context(terminal_id, password):
    """The credentials of a terminal."""
    return context({"id": terminal_id, "type": "TERMINALID"}, password)


def register(api, merchant, user, password):
    """Registers a terminal as the shop's user; answers its id."""
    shop = context({"id": merchant, "type": "RESELLERUSER", "userId": user}, password)
    new = {"externalTerminalId": "interop/zeep", "name": "Interop, Zeep"}
    short = api.registerTerminal(context=shop, password="abc", **new)
    expect("registerTerminal, short password", short.resultCode, 22)
    answer = api.registerTerminal(context=shop, password=TERMINAL_PASSWORD, **new)
    expect("registerTerminal", answer.resultCode, 0)
    expect("terminalId has 32 digits", len(answer.terminalId), 32)
    return answer.terminalId


def bill(api, till):
    """The life of an invoice that nobody pays."""
    wrong = api.sendInvoice(context=till, invoice={"totalAmount": {"currency": "EUR"}})
    expect("sendInvoice, half an amount", wrong.resultCode, 49)
    row = {"itemDescription": "Espresso", "itemQuantity": Decimal(2), "itemTotalAmount": euros("5.00")}
    sent = api.sendInvoice(
        context=till,
        invoice={
            "paymentMode": "IMMEDIATE_DEBIT",
            "acknowledgmentMode": "NO_ACKNOWLEDGMENT",
            "title": "Corner Café",
            "clientInvoiceId": "R-20451",
            "invoiceRows": {"invoiceRow": [row]},
            "totalAmount": euros("5.00"),
            "cashierId": "C07",
        },
    )
    expect("sendInvoice", (sent.resultCode, sent.resultDescription), (0, "SUCCESS"))
    reference = sent.invoiceReference
    expect("invoiceQRCode", sent.invoiceQRCode, f"HTTP://SEQR.SE/R{reference}")
    named = {"context": till, "invoiceReference": reference}
    asked = api.getPaymentStatus(invoiceVersion=0, **named)
    expect("getPaymentStatus", (asked.resultCode, asked.status, asked.version), (0, "ISSUED", 1))
    newest = api.getPaymentStatus(context=till, invoiceVersion=1)
    expect("getPaymentStatus, newest", (newest.resultCode, newest.status), (0, "ISSUED"))
    updated = api.updateInvoice(invoice={"totalAmount": euros("4.50")}, **named)
    expect("updateInvoice", updated.resultCode, 0)
    early = api.commitReservation(amount=euros("4.50"), **named)
    expect("commitReservation, not reserved", early.resultCode, 96)
    expect("cancelInvoice", api.cancelInvoice(**named).resultCode, 0)
    expect("cancelInvoice again", api.cancelInvoice(**named).resultCode, 95)
    late = api.updateInvoice(invoice={"title": "x"}, **named)
    expect("updateInvoice, cancelled", late.resultCode, 95)
    ended = api.getPaymentStatus(invoiceVersion=2, **named)
    expect("getPaymentStatus, cancelled", (ended.status, ended.receipt), ("CANCELED", None))


def refusals(api, till, terminal_id):
    """Answers that every client meets one day."""
    unknown = {"context": till, "invoiceReference": UNKNOWN_REFERENCE}
    status = api.getPaymentStatus(invoiceVersion=0, **unknown)
    expect("getPaymentStatus, unknown", (status.resultCode, status.version), (54, 0))
    expect("commitReservation, unknown", api.commitReservation(**unknown).resultCode, 54)
    wrong = api.cancelInvoice(context=terminal_context(terminal_id, "wrong"))
    expect("wrong password", (wrong.resultCode, wrong.resultDescription), (20, "AUTHENTICATION_FAILED"))
    expect("unregisterTerminal", api.unregisterTerminal(context=till).resultCode, 0)
    expect("unregisterTerminal again", api.unregisterTerminal(context=till).resultCode, 29)


def settle(api, till, reference):
    """Takes a confirmed invoice of 20.00 EUR to its receipt over 2.50 EUR."""
    named = {"context": till, "invoiceReference": reference}
    held = api.getPaymentStatus(invoiceVersion=0, **named)
    expect("getPaymentStatus, confirmed", (held.status, held.receipt), ("RESERVED", None))
    row = {"itemDescription": "Coffee", "itemTotalAmount": euros("2.50")}
    invoice = {"invoiceRows": {"invoiceRow": [row]}, "totalAmount": euros("2.50")}
    expect("updateInvoice, reserved", api.updateInvoice(invoice=invoice, **named).resultCode, 0)
    above = api.commitReservation(amount=euros("2.51"), **named)
    expect("commitReservation, too much", above.resultCode, 11)
    done = api.commitReservation(amount=euros("2.50"), **named)
    expect("commitReservation", done.resultCode, 0)
    again = api.commitReservation(amount=euros("2.50"), **named)
    expect("commitReservation again", again.ersReference, done.ersReference)
    paid = api.getPaymentStatus(invoiceVersion=held.version, **named)
    expect("getPaymentStatus, paid", (paid.status, paid.ersReference), ("PAID", done.ersReference))
    receipt = paid.receipt
    expect("receipt", receipt.paymentReference, done.ersReference)
    expect("receipt, amount", receipt.invoice.totalAmount.value, Decimal("2.50"))
    expect("receipt, row", receipt.invoice.invoiceRows.invoiceRow[0].itemDescription, "Coffee")
    expect("receipt, date has a zone", receipt.paymentDate.tzinfo is not None, True)


def main(arguments):
    """Runs all of it against the service that the WSDL names."""
    wsdl, merchant, user, password, *settled = arguments
    api = zeep.Client(wsdl).service
    terminal_id = register(api, merchant, user, password)
    till = terminal_context(terminal_id, TERMINAL_PASSWORD)
    bill(api, till)
    refusals(api, till, terminal_id)
    if settled:
        settle(api, terminal_context(settled[0], settled[1]), settled[2])
    print("zeep: no deviation")


if __name__ == "__main__":
    if len(sys.argv) not in (5, 8):
        sys.exit(__doc__)
    main(sys.argv[1:])
