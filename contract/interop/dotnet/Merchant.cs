using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading;
using Seqr;

/// <summary>A merchant with a till of its own, and what it says to whoever runs it.</summary>
abstract class Merchant
{
    protected const string TerminalPassword = "q7Lw2Zk9Tn4Vb1X";
    protected const int PollMs = 100;
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    protected static readonly CultureInfo Plain = CultureInfo.InvariantCulture;

    readonly TextWriter output;
    readonly TextReader input;
    readonly string user;
    readonly string password;

    protected readonly ERSWSExternalClientServiceService api;
    protected readonly string merchant;
    protected readonly string notifications;
    protected readonly string seqrId;
    protected string tillId;
    protected clientContext till;

    public bool Failed { get; private set; }

    protected Merchant(string merchant, string user, string password, string notifications)
    {
        var utf8 = new UTF8Encoding(false);
        output = new StreamWriter(Console.OpenStandardOutput(), utf8) { AutoFlush = true };
        input = new StreamReader(Console.OpenStandardInput(), utf8);
        // The address is the one that the WSDL named.
        api = new ERSWSExternalClientServiceService();
        this.merchant = merchant;
        this.user = user;
        this.password = password;
        this.notifications = notifications;
        seqrId = merchant.Replace("-", "").ToUpperInvariant() + "1";
    }

    /// <summary>One line of the protocol.</summary>
    void Say(string line)
    {
        output.Write(Regex.Replace(line, @"\s+", " ") + "\n");
    }

    /// <summary>Has the other side do something; answers what it says about it.</summary>
    protected string Ask(string question)
    {
        Say("? " + question);
        return input.ReadLine().Trim();
    }

    /// <summary>Says whether a step went as wanted.</summary>
    protected void Expect(string step, object actual, object wanted)
    {
        if (Equals(actual, wanted))
        {
            Say("OK " + step);
            return;
        }
        Failed = true;
        Say($"DEVIATION {step}: {actual ?? "null"} instead of {wanted ?? "null"}");
    }

    /// <summary>A step whose code alone matters; answers all of the answer.</summary>
    protected T Codes<T>(string step, int wanted, T answer) where T : erswsResponse
    {
        Expect(step, answer.resultCode, wanted);
        return answer;
    }

    /// <summary>The credentials that every request carries; `userId` may be null.</summary>
    protected clientContext Context(string id, string type, string userId, string password)
    {
        return new clientContext
        {
            channel = "WS",
            clientId = ".NET",
            clientReference = "interop",
            clientRequestTimeout = 0,
            initiatorPrincipalId = new principalId { id = id, type = type, userId = userId },
            password = password,
        };
    }

    protected clientContext Terminal(string id, string password)
    {
        return Context(id, "TERMINALID", null, password);
    }

    protected clientContext Shop()
    {
        return Context(merchant, "RESELLERUSER", user, password);
    }

    /// <summary>The shop's user as the older form of the id has it.</summary>
    protected clientContext JoinedShop()
    {
        return Context(merchant + "/" + user, "RESELLERUSER", null, password);
    }

    protected static amount Amount(string currency, string value)
    {
        return new amount
        {
            currency = currency,
            value = decimal.Parse(value, Plain),
            valueSpecified = true,
        };
    }

    protected static amount Euros(string value)
    {
        return Amount("EUR", value);
    }

    protected static paymentInvoiceRow Row(string description, string value)
    {
        return new paymentInvoiceRow
        {
            itemDescription = description,
            itemQuantity = 1,
            itemQuantitySpecified = true,
            itemTotalAmount = Euros(value),
        };
    }

    /// <summary>A bill of the given rows.</summary>
    protected static invoice Rows(string total, params paymentInvoiceRow[] rows)
    {
        return new invoice
        {
            title = "Corner Café",
            invoiceRows = rows,
            totalAmount = Euros(total),
        };
    }

    /// <summary>A bill that nobody is asked about.</summary>
    protected static invoice Bill(string total)
    {
        var bill = Rows(total, Row("Espresso", total));
        bill.acknowledgmentMode = acknowledgmentMode.NO_ACKNOWLEDGMENT;
        bill.acknowledgmentModeSpecified = true;
        return bill;
    }

    protected erswsSendInvoiceResponse Send(clientContext context, invoice invoice)
    {
        return Codes("sendInvoice", 0, api.sendInvoice(context, invoice, null));
    }

    /// <summary>Asks until the invoice is in a state, as tills do.</summary>
    protected erswsPaymentStatusResponse Poll(
        clientContext context, string reference, invoiceStatus status)
    {
        var end = DateTime.UtcNow + Patience;
        var version = 0;
        while (true)
        {
            var now = api.getPaymentStatus(context, reference, version);
            var there = now.statusSpecified && now.status == status;
            if (now.resultCode != 0 || there || DateTime.UtcNow > end)
            {
                Expect("getPaymentStatus, " + status, now.status, status);
                return now;
            }
            version = now.version;
            Thread.Sleep(PollMs);
        }
    }

    /// <summary>A bill that the customer pays at once; answers the last status.</summary>
    protected erswsPaymentStatusResponse Pay(
        clientContext context, invoice invoice, string code = null)
    {
        var total = invoice.totalAmount.value.ToString(Plain);
        var sent = Send(context, invoice);
        var seen = Ask("scan " + (code ?? sent.invoiceQRCode));
        Expect("the customer's offer", seen, "AWAITING_APPROVAL " + total);
        Expect("the customer's PIN", Ask("confirm"), "CONFIRMING");
        var paid = Poll(context, sent.invoiceReference, invoiceStatus.PAID);
        Expect("the customer's receipt", Ask("outcome"), "PAID " + total);
        Expect("receipt", paid.receipt.invoiceReference, sent.invoiceReference);
        return paid;
    }

    /// <summary>The reseller's part of a scan at a machine, up to RESERVED.</summary>
    protected string Reserve(long timeoutS, string notificationUrl)
    {
        var call = Ask("machine").Split(' ');
        Expect("createPurchase, currency", call[2], "EUR");
        var bill = Bill(call[1]);
        bill.paymentMode = paymentMode.RESERVATION_REQUIRED_PRELIMINARY_AMOUNT;
        bill.paymentModeSpecified = true;
        bill.commitReservationTimeout = timeoutS;
        bill.commitReservationTimeoutSpecified = true;
        bill.notificationUrl = notificationUrl;
        var reference = Send(till, bill).invoiceReference;
        var offered = Ask("offer " + reference);
        Expect("the customer's offer", offered, "AWAITING_APPROVAL " + call[1]);
        Expect("the customer's PIN", Ask("confirm"), "RESERVED");
        return reference;
    }

    /// <summary>Runs a scenario; one that breaks off does not keep the next from running.</summary>
    protected void Scenario(string name, Action scenario)
    {
        Say("SCENARIO " + name);
        try
        {
            scenario();
        }
        catch (Exception error)
        {
            Failed = true;
            Say($"DEVIATION broke off with {error.GetType().Name}: {error.Message}");
        }
    }
}
