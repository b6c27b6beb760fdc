"""What a merchant's software does with the API, for the clients of both Python libraries."""

import re
import sys
import time
from datetime import datetime
from decimal import Decimal

from merchant import PATIENCE_S, POLL_S, TERMINAL_PASSWORD, Merchant, ask

UNKNOWN_REFERENCE = "20161123000000000"
UNKNOWN_PAYMENT = "2016112300000000001000001"
UNKNOWN_TERMINAL = "0" * 32
OTHER_PASSWORD = "Zk9Tn4Vb1Xq7Lw2"


class Client(Merchant):
    """One method a scenario."""

    def registration(self):
        """A new till with a sticker."""
        new = {"externalTerminalId": f"interop/{self.api.name}", "name": "Interop"}
        joined = f"{self.merchant}/{self.user}"
        self.codes(
            "registerTerminal, short password",
            22,
            "registerTerminal",
            context=self.context(self.password, id=joined, type="RESELLERUSER"),
            password="abc",
            **new,
        )
        shop = self.shop()
        self.codes(
            "registerTerminal, no name",
            56,
            "registerTerminal",
            context=shop,
            externalTerminalId="x",
            password=TERMINAL_PASSWORD,
        )
        answer = self.codes(
            "registerTerminal",
            0,
            "registerTerminal",
            context=shop,
            password=TERMINAL_PASSWORD,
            **new,
        )
        self.expect("terminalId has 32 digits", len(answer.terminalId), 32)
        self.till_id = str(answer.terminalId)
        self.till = self.terminal(self.till_id, TERMINAL_PASSWORD)
        self.codes("assignSeqrId", 0, "assignSeqrId", context=self.till, seqrId=self.seqr_id)
        self.codes("assignSeqrId again", 0, "assignSeqrId", context=self.till, seqrId=self.seqr_id)
        self.codes("assignSeqrId, bad", 53, "assignSeqrId", context=self.till, seqrId="no-code!")

    def bill(self):
        """The life of an invoice that nobody pays."""
        half = self.api.make("invoice", totalAmount=self.api.make("amount", currency="EUR"))
        self.codes("sendInvoice, half amount", 49, "sendInvoice", context=self.till, invoice=half)
        sent = self.send(
            self.till,
            "5.00",
            paymentMode="IMMEDIATE_DEBIT",
            acknowledgmentMode="NO_ACKNOWLEDGMENT",
            issueDate=datetime(2016, 3, 1, 12, 0, 0),
            clientInvoiceId="R-20451",
            cashierId="C07",
            footer="Thank you",
        )
        reference = sent.invoiceReference
        self.expect("resultDescription", sent.resultDescription, "SUCCESS")
        self.expect("invoiceQRCode", sent.invoiceQRCode, f"HTTP://SEQR.SE/R{reference}")
        named = {"context": self.till, "invoiceReference": reference}
        self.expect("version", self.poll(self.till, reference, "ISSUED").version, 1)
        newest = self.api.call("getPaymentStatus", context=self.till, invoiceVersion=1)
        self.expect("getPaymentStatus, newest", (newest.resultCode, newest.status), (0, "ISSUED"))
        change = self.api.make("invoice", totalAmount=self.euros("4.50"))
        self.codes("updateInvoice", 0, "updateInvoice", invoice=change, **named)
        early = {"amount": self.euros("4.50"), **named}
        self.codes("commitReservation, not reserved", 96, "commitReservation", **early)
        self.codes("cancelInvoice", 0, "cancelInvoice", **named)
        self.codes("cancelInvoice again", 95, "cancelInvoice", **named)
        self.codes("updateInvoice, cancelled", 95, "updateInvoice", invoice=change, **named)
        ended = self.poll(self.till, reference, "CANCELED")
        self.expect("no receipt", self.api.field(ended, "receipt"), None)

    def machine(self):
        """The whole unattended purchase: only what was taken is charged."""
        reference = self.reserve(600, notificationUrl=f"{self.notifications}machine")
        self.expect("notification", ask("notified machine"), "yes")
        held = self.poll(self.till, reference, "RESERVED")
        self.expect("no receipt yet", self.api.field(held, "receipt"), None)
        named = {"context": self.till, "invoiceReference": reference}
        taken = self.api.make(
            "invoice",
            invoiceRows={"invoiceRow": [self.row("Coffee", "2.00"), self.row("Cup", "0.50")]},
            totalAmount=self.euros("2.50"),
        )
        self.codes("updateInvoice, reserved", 0, "updateInvoice", invoice=taken, **named)
        above = {"amount": self.euros("20.01"), **named}
        self.codes("commitReservation, too much", 11, "commitReservation", **above)
        final = {"amount": self.euros("2.50"), **named}
        done = self.codes("commitReservation", 0, "commitReservation", **final)
        again = self.codes("commitReservation again", 0, "commitReservation", **final)
        self.expect("one debit", again.ersReference, done.ersReference)
        paid = self.poll(self.till, reference, "PAID")
        self.expect("ersReference", paid.ersReference, done.ersReference)
        receipt = paid.receipt
        self.expect("receipt", receipt.paymentReference, done.ersReference)
        self.expect("receipt, terminal", receipt.terminalId, self.till_id)
        self.expect("receipt, amount", Decimal(receipt.invoice.totalAmount.value), Decimal("2.50"))
        rows = [str(row.itemDescription) for row in receipt.invoice.invoiceRows.invoiceRow]
        self.expect("receipt, rows", rows, ["Coffee", "Cup"])
        self.expect("receipt, date has a zone", receipt.paymentDate.tzinfo is not None, True)
        self.expect("the customer's receipt", ask("outcome"), "PAID 2.50")

    def at_the_till(self):
        """An immediate debit by the sticker at the till, noticed by polling."""
        code = f"HTTP://SEQR.SE/Q{self.seqr_id}"
        reference, paid = self.pay(self.till, "5.00", code, paymentMode="IMMEDIATE_DEBIT")
        self.expect("ersReference has 25 digits", len(paid.ersReference), 25)
        self.expect("receipt", paid.receipt.invoiceReference, reference)
        self.expect("receipt, title", paid.receipt.invoice.title, "Corner Café")
        named = {"context": self.till, "invoiceReference": reference}
        self.codes("cancelInvoice, paid", 50, "cancelInvoice", **named)
        self.codes("commitReservation, paid", 96, "commitReservation", **named)
        late = self.api.make("invoice", title="too late")
        self.codes("updateInvoice, paid", 90, "updateInvoice", invoice=late, **named)

    def web_shop(self):
        """An immediate debit by the invoice's own code, one of several open ones."""
        shop = self.terminal(*ask("shop").split(" "))
        other = self.send(shop, "7.00")
        self.pay(
            shop,
            "8.00",
            backURL="https://shop.example/done",
            notificationUrl=f"{self.notifications}shop",
        )
        self.expect("notification", ask("notified shop"), "yes")
        self.poll(shop, other.invoiceReference, "ISSUED")

    def refund(self):
        """Parts of a payment go back, each once, and never more than was paid."""
        reference, paid = self.pay(self.till, "12.00")
        ers = paid.ersReference

        def refund(step, wanted, amount, number, payment=ers):
            invoice = self.api.make(
                "invoice", title="Goods returned", clientInvoiceId=number, totalAmount=amount
            )
            request = {"context": self.till, "ersReference": payment, "invoice": invoice}
            answer = self.codes(step, wanted, "refundPayment", **request)
            return self.api.field(answer, "ersReference")

        first = refund("refundPayment", 0, self.euros("5.00"), "RF-1")
        self.expect("a reference of its own", first not in (None, ers), True)
        again = refund("refundPayment again", 0, self.euros("5.00"), "RF-1")
        self.expect("one refund", again, first)
        refund("refundPayment, second part", 0, self.euros("4.00"), "RF-2")
        refund("refundPayment, over the limit", 98, self.euros("3.01"), "RF-3")
        refund("refundPayment, zero", 11, self.euros("0.00"), "RF-4")
        dollars = self.api.make("amount", currency="USD", value=Decimal("1.00"))
        refund("refundPayment, other currency", 49, dollars, "RF-5")
        refund("refundPayment, unknown", 23, self.euros("1.00"), "RF-6", UNKNOWN_PAYMENT)
        refund("refundPayment of a refund", 23, self.euros("1.00"), "RF-7", first)
        self.expect("refunds in the wallet", sorted(ask("refunds").split(" ")), ["4.00", "5.00"])
        self.poll(self.till, reference, "PAID")

    def receipt(self):
        """A document goes to the customer."""
        _, paid = self.pay(self.till, "3.00")
        document = self.api.make(
            "receiptDocument",
            mimeType="text/html",
            receiptData=self.api.binary("<p>Tack för köpet</p>".encode()),
            receiptType="PAYMENT_RECEIPT",
        )
        request = {"context": self.till, "ersReference": paid.ersReference}
        submit = "submitPaymentReceipt"
        self.codes(submit, 0, submit, receiptDocument=document, **request)
        self.codes(f"{submit} again", 0, submit, receiptDocument=document, **request)
        self.codes(f"{submit}, no document", 0, submit, **request)
        unknown = {"context": self.till, "ersReference": UNKNOWN_PAYMENT}
        self.codes(f"{submit}, unknown", 23, submit, receiptDocument=document, **unknown)
        self.expect("documents in the wallet", ask("receipts"), "<p>Tack för köpet</p>")

    def loyalty(self):
        """A customer's stored card lowers the price."""
        ask("card COFFEE_CARD 2610400000017")
        sent = self.send(self.till, "6.00", acknowledgmentMode="OPTIONAL_ACKNOWLEDGMENT")
        seen = ask(f"scan HTTP://SEQR.SE/Q{self.seqr_id}")
        self.expect("the customer waits", seen.split(" ")[0], "AWAITING_MERCHANT")
        asked = self.poll(self.till, sent.invoiceReference, "PENDING_ISSUER_ACKNOWLEDGE")
        [token] = asked.customerTokens.token
        offered = (token.id, token.value, token.status, token.description)
        self.expect("token", offered, ("COFFEE_CARD", "2610400000017", 0, "Coffee club"))
        used = self.api.make(
            "customerToken", id="COFFEE_CARD", status=1, value="2610400000017"
        )
        self.codes(
            "updateInvoice with token",
            0,
            "updateInvoice",
            context=self.till,
            invoiceReference=sent.invoiceReference,
            invoice=self.invoice("5.40"),
            tokens=[used],
        )
        self.expect("the customer's PIN", ask("confirm"), "CONFIRMING")
        paid = self.poll(self.till, sent.invoiceReference, "PAID")
        total = Decimal(paid.receipt.invoice.totalAmount.value)
        self.expect("receipt, amount", total, Decimal("5.40"))
        self.expect("the customer's receipt", ask("outcome"), "PAID 5.40")

    def period(self, **parameters):
        """Closes the shop's or a terminal's period; answers its id."""
        answer = self.codes(
            "markTransactionPeriod",
            0,
            "markTransactionPeriod",
            context=self.shop(),
            **self.parameters(**parameters),
        )
        self.expect("ersReference is the period", answer.ersReference, answer.transactionPeriodId)
        return answer.transactionPeriodId

    def parameters(self, **entries):
        """A parameterMap, absent where it would be empty."""
        if not entries:
            return {}
        entry = [self.api.make("parameter", key=key, value=value) for key, value in entries.items()]
        return {"parameters": {"parameter": {"entry": entry}}}

    def report(self, name, wanted=0, **parameters):
        """Executes a report until it is ready; answers its text."""
        end = time.monotonic() + PATIENCE_S
        request = {"context": self.shop(), "reportId": f"Reconciliation/{name}", "language": "en"}
        while True:
            answer = self.api.call("executeReport", **request, **self.parameters(**parameters))
            if answer.resultCode != 2 or time.monotonic() > end:
                break
            time.sleep(POLL_S)
        self.expect(f"executeReport {name}", answer.resultCode, wanted)
        if answer.resultCode != 0:
            return ""
        report = answer.report
        self.expect("mimeType", report.mimeType, "text/html")
        content = self.api.bytes(report.content).decode()
        self.expect("content is contentString", content.strip(), report.contentString.strip())
        return content

    def reports(self):
        """The shop's period and a terminal's."""
        _, paid = self.pay(self.till, "4.00", cashierId="C07")
        ids = {"transactionPeriodId": self.period()}
        details = self.report("STD_RECON_003.xml", **ids)
        self.expect("details hold the payment", paid.ersReference in details, True)
        summary = self.report("Shop.xml", **ids)
        amounts = re.findall("<SalesAmount>(.*)</SalesAmount>", details)
        totals = re.findall("<SalesTotal>(.*)</SalesTotal>", summary)
        self.expect("details add up", [sum(map(Decimal, amounts))], [*map(Decimal, totals)])
        self.report("STD_RECON_999.xml", 41, **ids)
        self.report("Shop.xml", 23, transactionPeriodId=UNKNOWN_PAYMENT)
        own = {"TERMINALID": self.till_id}
        own["transactionPeriodId"] = self.period(**own)
        rows = self.report("STD_RECON_007.xml", **own)
        self.expect("the terminal's payment", paid.ersReference in rows, True)
        totals = self.report("STD_RECON_006.xml", **own)
        self.expect("the terminal's total", "SalesTotal" in totals, True)

    def errors(self):
        """Answers that every client meets one day."""
        wrong = self.terminal(self.till_id, "wrong")
        answer = self.codes("wrong password", 20, "cancelInvoice", context=wrong)
        self.expect("its name", answer.resultDescription, "AUTHENTICATION_FAILED")
        stranger = self.terminal(UNKNOWN_TERMINAL, TERMINAL_PASSWORD)
        self.codes("unknown terminal", 29, "cancelInvoice", context=stranger)
        nobody = self.context("x", id="nobody", type="RESELLERUSER", userId="9900")
        self.codes("unknown shop", 37, "registerTerminal", context=nobody)
        self.codes("a terminal registers", 21, "registerTerminal", context=self.till)
        self.codes("a shop sends a bill", 21, "sendInvoice", context=self.shop())
        change = self.api.make("invoice", title="x")
        for reference in (UNKNOWN_REFERENCE, ask("foreign")):
            named = {"context": self.till, "invoiceReference": reference}
            asked = self.codes("foreign status", 54, "getPaymentStatus", invoiceVersion=0, **named)
            self.expect("no version", asked.version, 0)
            self.codes("foreign update", 54, "updateInvoice", invoice=change, **named)
            self.codes("foreign cancel", 54, "cancelInvoice", **named)
            self.codes("foreign commit", 54, "commitReservation", **named)
        for step, code, invoice in (
            ("three decimals", 49, self.invoice("5.005")),
            ("zero", 11, self.invoice("0.00")),
            ("bad URL", 64, self.invoice("1.00", notificationUrl="ftp://x.example/")),
        ):
            request = {"context": self.till, "invoice": invoice}
            self.codes(f"sendInvoice, {step}", code, "sendInvoice", **request)
        reference = self.reserve(1)
        self.poll(self.till, reference, "CANCELED")
        self.codes(
            "commitReservation, late",
            96,
            "commitReservation",
            context=self.till,
            amount=self.euros("2.50"),
            invoiceReference=reference,
        )
        self.expect("the customer's money", ask("outcome"), "RELEASED -")

    def other_operations(self):
        """What the WSDL has besides."""
        self.codes("benchmarkingNop", 0, "benchmarkingNop")
        session = self.codes(
            "getClientSessionInfo", 63, "getClientSessionInfo", context=self.till, key="5d0c-77a1"
        )
        self.expect("no entries", self.api.field(session, "parameters.entry") or [], [])
        self.codes("requestTopup", 91, "requestTopup", context=self.till)
        change = "changePrincipalPassword"
        self.codes(f"{change}, short", 22, change, context=self.till, newPassword="abc")
        self.codes(change, 0, change, context=self.till, newPassword=OTHER_PASSWORD)
        self.codes("the old password", 20, "cancelInvoice", context=self.till)
        new = self.terminal(self.till_id, OTHER_PASSWORD)
        self.codes(f"{change} back", 0, change, context=new, newPassword=TERMINAL_PASSWORD)

    def farewell(self):
        """The till goes."""
        self.codes("unregisterTerminal", 0, "unregisterTerminal", context=self.till)
        self.codes("unregisterTerminal again", 29, "unregisterTerminal", context=self.till)

    def live(self):
        """All of it."""
        self.run(
            {
                "registration": self.registration,
                "bill": self.bill,
                "machine": self.machine,
                "till": self.at_the_till,
                "web shop": self.web_shop,
                "refund": self.refund,
                "receipt": self.receipt,
                "loyalty": self.loyalty,
                "reports": self.reports,
                "errors": self.errors,
                "other operations": self.other_operations,
                "farewell": self.farewell,
            }
        )


def main(open_api):
    """Runs a client as the README says; `open_api` makes its library ready for a WSDL."""
    wsdl, merchant, user, password, notifications = sys.argv[1:]
    client = Client(open_api(wsdl), merchant, user, password, notifications)
    client.live()
    sys.exit(1 if client.failed else 0)
