using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading;
using Seqr;

/// <summary>
/// Drives the merchant SOAP API with stubs that the .NET Framework's tool generated from the WSDL.
/// Such stubs drop elements that stand out of order without a word, so every answer's content is
/// looked at.
/// <para>
/// Usage: client.exe WSDL MERCHANT USER PASSWORD NOTIFICATIONS (contract/interop/README.md)
/// </para>
/// </summary>
sealed class Client : Merchant
{
    const string UnknownReference = "20161123000000000";
    const string UnknownPayment = "2016112300000000001000001";
    const string OtherPassword = "Zk9Tn4Vb1Xq7Lw2";
    static readonly string UnknownTerminal = new string('0', 32);

    Client(string[] words) : base(words[1], words[2], words[3], words[4]) {}

    /// <summary>A new till with a sticker.</summary>
    void Registration()
    {
        var id = "interop/dotnet";
        var weak = api.registerTerminal(JoinedShop(), id, "abc", "Interop");
        Codes("registerTerminal, short password", 22, weak);
        var nameless = api.registerTerminal(Shop(), id, TerminalPassword, null);
        Codes("registerTerminal, no name", 56, nameless);
        var answer = api.registerTerminal(Shop(), id, TerminalPassword, "Interop");
        tillId = Codes("registerTerminal", 0, answer).terminalId;
        Expect("terminalId has 32 digits", tillId.Length, 32);
        till = Terminal(tillId, TerminalPassword);
        Codes("assignSeqrId", 0, api.assignSeqrId(till, seqrId));
        Codes("assignSeqrId again", 0, api.assignSeqrId(till, seqrId));
        Codes("assignSeqrId, bad", 53, api.assignSeqrId(till, "no-code!"));
    }

    /// <summary>The life of an invoice that nobody pays.</summary>
    void UnpaidBill()
    {
        var half = new invoice { totalAmount = new amount { currency = "EUR" } };
        Codes("sendInvoice, half amount", 49, api.sendInvoice(till, half, null));
        var bill = Bill("5.00");
        bill.paymentMode = paymentMode.IMMEDIATE_DEBIT;
        bill.paymentModeSpecified = true;
        bill.issueDate = DateTime.Now;
        bill.issueDateSpecified = true;
        bill.clientInvoiceId = "R-20451";
        bill.cashierId = "C07";
        bill.footer = "Thank you";
        var sent = Send(till, bill);
        var reference = sent.invoiceReference;
        Expect("resultDescription", sent.resultDescription, "SUCCESS");
        Expect("invoiceQRCode", sent.invoiceQRCode, "HTTP://SEQR.SE/R" + reference);
        Expect("version", Poll(till, reference, invoiceStatus.ISSUED).version, 1);
        var newest = api.getPaymentStatus(till, null, 1);
        Expect("getPaymentStatus, newest", newest.status, invoiceStatus.ISSUED);
        var change = new invoice { totalAmount = Euros("4.50") };
        Codes("updateInvoice", 0, api.updateInvoice(till, reference, change, null));
        var early = api.commitReservation(till, Euros("4.50"), reference);
        Codes("commitReservation, not reserved", 96, early);
        Codes("cancelInvoice", 0, api.cancelInvoice(till, reference));
        Codes("cancelInvoice again", 95, api.cancelInvoice(till, reference));
        Codes("updateInvoice, cancelled", 95, api.updateInvoice(till, reference, change, null));
        Expect("no receipt", Poll(till, reference, invoiceStatus.CANCELED).receipt, null);
    }

    /// <summary>The whole unattended purchase: only what was taken is charged.</summary>
    void Machine()
    {
        var reference = Reserve(600, notifications + "machine");
        Expect("notification", Ask("notified machine"), "yes");
        Expect("no receipt yet", Poll(till, reference, invoiceStatus.RESERVED).receipt, null);
        var taken = Rows("2.50", Row("Coffee", "2.00"), Row("Cup", "0.50"));
        Codes("updateInvoice, reserved", 0, api.updateInvoice(till, reference, taken, null));
        var above = api.commitReservation(till, Euros("20.01"), reference);
        Codes("commitReservation, too much", 11, above);
        var done = api.commitReservation(till, Euros("2.50"), reference);
        var ers = Codes("commitReservation", 0, done).ersReference;
        var again = api.commitReservation(till, Euros("2.50"), reference);
        Expect("one debit", Codes("commitReservation again", 0, again).ersReference, ers);
        var paid = Poll(till, reference, invoiceStatus.PAID);
        Expect("ersReference", paid.ersReference, ers);
        Expect("receipt", paid.receipt.paymentReference, ers);
        Expect("receipt, terminal", paid.receipt.terminalId, tillId);
        Expect("receipt, amount", paid.receipt.invoice.totalAmount.value, 2.50m);
        var items = paid.receipt.invoice.invoiceRows.Select(row => row.itemDescription);
        Expect("receipt, rows", string.Join(" ", items), "Coffee Cup");
        var age = DateTime.Now - paid.receipt.paymentDate.ToLocalTime();
        Expect("receipt, date", age.Duration() < TimeSpan.FromHours(1), true);
        Expect("the customer's receipt", Ask("outcome"), "PAID 2.50");
    }

    /// <summary>An immediate debit by the sticker at the till, noticed by polling.</summary>
    void AtTheTill()
    {
        var paid = Pay(till, Bill("5.00"), "HTTP://SEQR.SE/Q" + seqrId);
        var reference = paid.receipt.invoiceReference;
        Expect("ersReference has 25 digits", paid.ersReference.Length, 25);
        Expect("receipt, title", paid.receipt.invoice.title, "Corner Café");
        Codes("cancelInvoice, paid", 50, api.cancelInvoice(till, reference));
        Codes("commitReservation, paid", 96, api.commitReservation(till, null, reference));
        var late = new invoice { title = "too late" };
        Codes("updateInvoice, paid", 90, api.updateInvoice(till, reference, late, null));
    }

    /// <summary>An immediate debit by the invoice's own code, one of several open ones.</summary>
    void WebShop()
    {
        var words = Ask("shop").Split(' ');
        var shop = Terminal(words[0], words[1]);
        var other = Send(shop, Bill("7.00"));
        var order = Bill("8.00");
        order.backURL = "https://shop.example/done";
        order.notificationUrl = notifications + "shop";
        Pay(shop, order);
        Expect("notification", Ask("notified shop"), "yes");
        Poll(shop, other.invoiceReference, invoiceStatus.ISSUED);
    }

    string Refund(string step, int wanted, string ers, string number, amount amount)
    {
        var refund = new invoice
        {
            title = "Goods returned",
            clientInvoiceId = number,
            totalAmount = amount,
        };
        return Codes(step, wanted, api.refundPayment(till, ers, refund)).ersReference;
    }

    /// <summary>Parts of a payment go back, each once, and never more than was paid.</summary>
    void Refund()
    {
        var paid = Pay(till, Bill("12.00"));
        var ers = paid.ersReference;
        var first = Refund("refundPayment", 0, ers, "RF-1", Euros("5.00"));
        Expect("a reference of its own", first != null && first != ers, true);
        Expect("one refund", Refund("refundPayment again", 0, ers, "RF-1", Euros("5.00")), first);
        Refund("refundPayment, second part", 0, ers, "RF-2", Euros("4.00"));
        Refund("refundPayment, over the limit", 98, ers, "RF-3", Euros("3.01"));
        Refund("refundPayment, zero", 11, ers, "RF-4", Euros("0.00"));
        Refund("refundPayment, other currency", 49, ers, "RF-5", Amount("USD", "1.00"));
        Refund("refundPayment, unknown", 23, UnknownPayment, "RF-6", Euros("1.00"));
        Refund("refundPayment of a refund", 23, first, "RF-7", Euros("1.00"));
        var shown = string.Join(" ", Ask("refunds").Split(' ').OrderBy(amount => amount));
        Expect("refunds in the wallet", shown, "4.00 5.00");
        Poll(till, paid.receipt.invoiceReference, invoiceStatus.PAID);
    }

    /// <summary>A document goes to the customer.</summary>
    void Receipt()
    {
        var ers = Pay(till, Bill("3.00")).ersReference;
        var text = "<p>Tack för köpet</p>";
        var document = new receiptDocument
        {
            mimeType = "text/html",
            receiptData = Encoding.UTF8.GetBytes(text),
            receiptType = "PAYMENT_RECEIPT",
        };
        Codes("submitPaymentReceipt", 0, api.submitPaymentReceipt(till, ers, document));
        Codes("submitPaymentReceipt again", 0, api.submitPaymentReceipt(till, ers, document));
        Codes("submitPaymentReceipt, no document", 0, api.submitPaymentReceipt(till, ers, null));
        var unknown = api.submitPaymentReceipt(till, UnknownPayment, document);
        Codes("submitPaymentReceipt, unknown", 23, unknown);
        Expect("documents in the wallet", Ask("receipts"), text);
    }

    /// <summary>A customer's stored card lowers the price.</summary>
    void Loyalty()
    {
        Ask("card COFFEE_CARD 2610400000017");
        var bill = Bill("6.00");
        bill.acknowledgmentMode = acknowledgmentMode.OPTIONAL_ACKNOWLEDGMENT;
        var reference = Send(till, bill).invoiceReference;
        var seen = Ask("scan HTTP://SEQR.SE/Q" + seqrId);
        Expect("the customer waits", seen.Split(' ')[0], "AWAITING_MERCHANT");
        var asked = Poll(till, reference, invoiceStatus.PENDING_ISSUER_ACKNOWLEDGE);
        var token = asked.customerTokens[0];
        var offered = $"{token.id} {token.value} {token.status} {token.description}";
        Expect("token", offered, "COFFEE_CARD 2610400000017 0 Coffee club");
        token.status = 1;
        var lower = Rows("5.40", Row("Espresso", "5.40"));
        var used = api.updateInvoice(till, reference, lower, new[] { token });
        Codes("updateInvoice with token", 0, used);
        Expect("the customer's PIN", Ask("confirm"), "CONFIRMING");
        var paid = Poll(till, reference, invoiceStatus.PAID);
        Expect("receipt, amount", paid.receipt.invoice.totalAmount.value, 5.40m);
        Expect("the customer's receipt", Ask("outcome"), "PAID 5.40");
    }

    /// <summary>A parameterMap of keys and values in turn, absent without any.</summary>
    static parameterMap Parameters(params string[] words)
    {
        if (words.Length == 0) return null;
        var entries = new List<parameter>();
        for (var at = 0; at < words.Length; at += 2)
        {
            entries.Add(new parameter { key = words[at], value = words[at + 1] });
        }
        return new parameterMap { parameter = entries.ToArray() };
    }

    string Period(parameterMap parameters)
    {
        var marked = api.markTransactionPeriod(Shop(), parameters);
        var id = Codes("markTransactionPeriod", 0, marked).transactionPeriodId;
        Expect("ersReference is the period", marked.ersReference, id);
        return id;
    }

    /// <summary>Executes a report until it is ready; answers its text.</summary>
    string Report(string name, int wanted, parameterMap parameters)
    {
        var end = DateTime.UtcNow + Patience;
        var id = "Reconciliation/" + name;
        var answer = api.executeReport(Shop(), id, "en", parameters);
        while (answer.resultCode == 2 && DateTime.UtcNow < end)
        {
            Thread.Sleep(PollMs);
            answer = api.executeReport(Shop(), id, "en", parameters);
        }
        Codes("executeReport " + name, wanted, answer);
        if (answer.resultCode != 0) return "";
        Expect("mimeType", answer.report.mimeType, "text/html");
        var content = Encoding.UTF8.GetString(answer.report.content);
        Expect("content is contentString", content.Trim(), answer.report.contentString.Trim());
        return content;
    }

    static decimal[] Amounts(string document, string element)
    {
        var found = Regex.Matches(document, $"<{element}>(.*)</{element}>").Cast<Match>();
        return found.Select(match => decimal.Parse(match.Groups[1].Value, Plain)).ToArray();
    }

    /// <summary>The shop's period and a terminal's.</summary>
    void Reports()
    {
        var bill = Bill("4.00");
        bill.cashierId = "C07";
        var ers = Pay(till, bill).ersReference;
        var shop = Parameters("transactionPeriodId", Period(null));
        var details = Report("STD_RECON_003.xml", 0, shop);
        Expect("details hold the payment", details.Contains(ers), true);
        var summary = Report("Shop.xml", 0, shop);
        var sum = Amounts(details, "SalesAmount").Sum();
        Expect("details add up", sum, Amounts(summary, "SalesTotal").Single());
        Report("STD_RECON_999.xml", 41, shop);
        Report("Shop.xml", 23, Parameters("transactionPeriodId", UnknownPayment));
        var period = Period(Parameters("TERMINALID", tillId));
        var own = Parameters("TERMINALID", tillId, "transactionPeriodId", period);
        Expect("the terminal's payment", Report("STD_RECON_007.xml", 0, own).Contains(ers), true);
        var totals = Amounts(Report("STD_RECON_006.xml", 0, own), "SalesTotal");
        Expect("the terminal's total", totals.Length, 1);
    }

    /// <summary>Answers that every client meets one day.</summary>
    void Errors()
    {
        var wrong = api.cancelInvoice(Terminal(tillId, "wrong"), null);
        Codes("wrong password", 20, wrong);
        Expect("its name", wrong.resultDescription, "AUTHENTICATION_FAILED");
        var stranger = Terminal(UnknownTerminal, TerminalPassword);
        Codes("unknown terminal", 29, api.cancelInvoice(stranger, null));
        var nobody = Context("nobody", "RESELLERUSER", "9900", "x");
        Codes("unknown shop", 37, api.registerTerminal(nobody, null, null, null));
        Codes("a terminal registers", 21, api.registerTerminal(till, null, null, null));
        Codes("a shop sends a bill", 21, api.sendInvoice(Shop(), null, null));
        var change = new invoice { title = "x" };
        foreach (var foreign in new[] { UnknownReference, Ask("foreign") })
        {
            var status = Codes("foreign status", 54, api.getPaymentStatus(till, foreign, 0));
            Expect("no version", status.version, 0);
            Codes("foreign update", 54, api.updateInvoice(till, foreign, change, null));
            Codes("foreign cancel", 54, api.cancelInvoice(till, foreign));
            Codes("foreign commit", 54, api.commitReservation(till, null, foreign));
        }
        Codes("sendInvoice, three decimals", 49, api.sendInvoice(till, Bill("5.005"), null));
        Codes("sendInvoice, zero", 11, api.sendInvoice(till, Bill("0.00"), null));
        var unreachable = Bill("1.00");
        unreachable.notificationUrl = "ftp://x.example/";
        Codes("sendInvoice, bad notificationUrl", 64, api.sendInvoice(till, unreachable, null));
        var reference = Reserve(1, null);
        Poll(till, reference, invoiceStatus.CANCELED);
        var late = api.commitReservation(till, Euros("2.50"), reference);
        Codes("commitReservation, late", 96, late);
        Expect("the customer's money", Ask("outcome"), "RELEASED -");
    }

    /// <summary>What the WSDL has besides.</summary>
    void OtherOperations()
    {
        Codes("benchmarkingNop", 0, api.benchmarkingNop());
        var session = api.getClientSessionInfo(till, "5d0c-77a1");
        Codes("getClientSessionInfo", 63, session);
        Expect("no entries", session.parameters.Length, 0);
        Codes("requestTopup", 91, api.requestTopup(till, null, null, null, null, null, null));
        var change = "changePrincipalPassword";
        Codes(change + ", short", 22, api.changePrincipalPassword(till, null, "abc"));
        Codes(change, 0, api.changePrincipalPassword(till, null, OtherPassword));
        Codes("the old password", 20, api.cancelInvoice(till, null));
        var changed = Terminal(tillId, OtherPassword);
        Codes(change + " back", 0, api.changePrincipalPassword(changed, null, TerminalPassword));
    }

    /// <summary>The till goes.</summary>
    void Farewell()
    {
        Codes("unregisterTerminal", 0, api.unregisterTerminal(till));
        Codes("unregisterTerminal again", 29, api.unregisterTerminal(till));
    }

    static int Main(string[] words)
    {
        var client = new Client(words);
        client.Scenario("registration", client.Registration);
        client.Scenario("bill", client.UnpaidBill);
        client.Scenario("machine", client.Machine);
        client.Scenario("till", client.AtTheTill);
        client.Scenario("web shop", client.WebShop);
        client.Scenario("refund", client.Refund);
        client.Scenario("receipt", client.Receipt);
        client.Scenario("loyalty", client.Loyalty);
        client.Scenario("reports", client.Reports);
        client.Scenario("errors", client.Errors);
        client.Scenario("other operations", client.OtherOperations);
        client.Scenario("farewell", client.Farewell);
        return client.Failed ? 1 : 0;
    }
}
