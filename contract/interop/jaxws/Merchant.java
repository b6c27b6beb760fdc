import com.seamless.ers.interfaces.external.*;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** A merchant with a till of its own, and what it says to whoever runs it. */
abstract class Merchant {
  static final String TERMINAL_PASSWORD = "q7Lw2Zk9Tn4Vb1X";
  static final int POLL_MS = 100;
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private final BufferedReader in =
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

  final ERSWSExternalClientService api;
  final String merchant;
  final String user;
  final String password;
  final String notifications;
  final String seqrId;
  String tillId;
  ClientContext till;
  boolean failed = false;

  /** Every answer is also checked against the schema of the WSDL. */
  Merchant(String wsdl, String merchant, String user, String password, String notifications)
      throws Exception {
    var address = new URL(wsdl);
    this.api =
        new ERSWSExternalClientServiceService(address).getERSWSExternalClientServicePort();
    SchemaCheck.into(api, address);
    this.merchant = merchant;
    this.user = user;
    this.password = password;
    this.notifications = notifications;
    this.seqrId = merchant.replace("-", "").toUpperCase() + "1";
  }

  /** One line of the protocol. */
  void say(String line) {
    out.println(line.replaceAll("\\s+", " "));
  }

  /** Has the other side do something; answers what it says about it. */
  String ask(String question) throws IOException {
    say("? " + question);
    return in.readLine().trim();
  }

  /** Says whether a step went as wanted. */
  void expect(String step, Object actual, Object wanted) {
    if (Objects.equals(actual, wanted)) {
      say("OK " + step);
    } else {
      failed = true;
      say("DEVIATION " + step + ": " + actual + " instead of " + wanted);
    }
  }

  /** A step whose code alone matters; answers all of the answer. */
  <T extends ErswsResponse> T codes(String step, int wanted, T answer) {
    expect(step, answer.getResultCode(), wanted);
    return answer;
  }

  /** The credentials that every request carries; `userId` may be null. */
  ClientContext context(String id, String type, String userId, String password) {
    var principal = new PrincipalId();
    principal.setId(id);
    principal.setType(type);
    principal.setUserId(userId);
    var context = new ClientContext();
    context.setChannel("WS");
    context.setClientId("JAX-WS");
    context.setClientReference("interop");
    context.setClientRequestTimeout(0);
    context.setInitiatorPrincipalId(principal);
    context.setPassword(password);
    return context;
  }

  ClientContext terminal(String id, String password) {
    return context(id, "TERMINALID", null, password);
  }

  ClientContext shop() {
    return context(merchant, "RESELLERUSER", user, password);
  }

  Amount amount(String currency, String value) {
    var amount = new Amount();
    amount.setCurrency(currency);
    amount.setValue(value == null ? null : new BigDecimal(value));
    return amount;
  }

  Amount euros(String value) {
    return amount("EUR", value);
  }

  PaymentInvoiceRow row(String description, String value) {
    var row = new PaymentInvoiceRow();
    row.setItemDescription(description);
    row.setItemQuantity(BigDecimal.ONE);
    row.setItemTotalAmount(euros(value));
    return row;
  }

  /** A bill of the given rows. */
  Invoice invoice(String total, PaymentInvoiceRow... rows) {
    var invoice = new Invoice();
    invoice.setTitle("Corner Café");
    invoice.setInvoiceRows(new Invoice.InvoiceRows());
    invoice.getInvoiceRows().getInvoiceRow().addAll(List.of(rows));
    invoice.setTotalAmount(euros(total));
    return invoice;
  }

  /** A bill that nobody is asked about. */
  Invoice bill(String total) {
    var invoice = invoice(total, row("Espresso", total));
    invoice.setAcknowledgmentMode(AcknowledgmentMode.NO_ACKNOWLEDGMENT);
    return invoice;
  }

  Invoice titled(String title) {
    var invoice = new Invoice();
    invoice.setTitle(title);
    return invoice;
  }

  ErswsSendInvoiceResponse send(ClientContext context, Invoice invoice) {
    return codes("sendInvoice", 0, api.sendInvoice(context, invoice, null));
  }

  /** Asks until the invoice is in a state, as tills do; answers the last answer. */
  ErswsPaymentStatusResponse poll(ClientContext context, String reference, InvoiceStatus status)
      throws InterruptedException {
    var end = Instant.now().plus(PATIENCE);
    int version = 0;
    while (true) {
      var now = api.getPaymentStatus(context, reference, version);
      if (now.getResultCode() != 0 || now.getStatus() == status || Instant.now().isAfter(end)) {
        expect("getPaymentStatus, " + status, now.getStatus(), status);
        return now;
      }
      version = now.getVersion();
      Thread.sleep(POLL_MS);
    }
  }

  /** A payment: its invoice, and the last status. */
  record Payment(String reference, ErswsPaymentStatusResponse status) {
    String ers() {
      return status.getErsReference();
    }
  }

  /** A bill that the customer pays at once, by its own code or another. */
  Payment pay(ClientContext context, Invoice invoice, String code) throws Exception {
    var total = invoice.getTotalAmount().getValue().toPlainString();
    var sent = send(context, invoice);
    var seen = ask("scan " + (code == null ? sent.getInvoiceQRCode() : code));
    expect("the customer's offer", seen, "AWAITING_APPROVAL " + total);
    expect("the customer's PIN", ask("confirm"), "CONFIRMING");
    var paid = poll(context, sent.getInvoiceReference(), InvoiceStatus.PAID);
    expect("the customer's receipt", ask("outcome"), "PAID " + total);
    return new Payment(sent.getInvoiceReference(), paid);
  }

  /** The reseller's part of a scan at a machine, up to RESERVED; answers the reference. */
  String reserve(long timeoutS, String notificationUrl) throws IOException {
    var call = ask("machine").split(" ");
    expect("createPurchase, currency", call[2], "EUR");
    var invoice = bill(call[1]);
    invoice.setPaymentMode(PaymentMode.RESERVATION_REQUIRED_PRELIMINARY_AMOUNT);
    invoice.setCommitReservationTimeout(timeoutS);
    invoice.setNotificationUrl(notificationUrl);
    var reference = send(till, invoice).getInvoiceReference();
    var offered = ask("offer " + reference);
    expect("the customer's offer", offered, "AWAITING_APPROVAL " + call[1]);
    expect("the customer's PIN", ask("confirm"), "RESERVED");
    return reference;
  }

  /** What a scenario does. */
  interface Scenario {
    void run() throws Exception;
  }

  /** Runs a scenario; one that breaks off does not keep the next from running. */
  void scenario(String name, Scenario scenario) {
    say("SCENARIO " + name);
    try {
      scenario.run();
    } catch (Exception error) {
      failed = true;
      say("DEVIATION broke off with " + error);
    }
  }
}
