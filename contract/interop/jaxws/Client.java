import com.seamless.ers.interfaces.external.*;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.datatype.DatatypeConstants;
import javax.xml.datatype.DatatypeFactory;

/**
 * Drives the merchant SOAP API with stubs that JAX-WS generated from the WSDL, as the cash register
 * sample does.
 *
 * <p>Usage: Client WSDL MERCHANT USER PASSWORD NOTIFICATIONS (contract/interop/README.md)
 */
final class Client extends Merchant {
  private static final String UNKNOWN_REFERENCE = "20161123000000000";
  private static final String UNKNOWN_PAYMENT = "2016112300000000001000001";
  private static final String OTHER_PASSWORD = "Zk9Tn4Vb1Xq7Lw2";
  private static final String UNKNOWN_TERMINAL = "0".repeat(32);

  private Client(String[] words) throws Exception {
    super(words[0], words[1], words[2], words[3], words[4]);
  }

  /** A new till with a sticker. */
  private void registration() {
    var joined = context(merchant + "/" + user, "RESELLERUSER", null, password);
    var id = "interop/jaxws";
    var weak = api.registerTerminal(joined, id, "abc", "Interop");
    codes("registerTerminal, short password", 22, weak);
    var nameless = api.registerTerminal(shop(), id, TERMINAL_PASSWORD, null);
    codes("registerTerminal, no name", 56, nameless);
    var answer = api.registerTerminal(shop(), id, TERMINAL_PASSWORD, "Interop");
    tillId = codes("registerTerminal", 0, answer).getTerminalId();
    expect("terminalId has 32 digits", tillId.length(), 32);
    till = terminal(tillId, TERMINAL_PASSWORD);
    codes("assignSeqrId", 0, api.assignSeqrId(till, seqrId));
    codes("assignSeqrId again", 0, api.assignSeqrId(till, seqrId));
    codes("assignSeqrId, bad", 53, api.assignSeqrId(till, "no-code!"));
  }

  /** The life of an invoice that nobody pays. */
  private void unpaidBill() throws Exception {
    var half = new Invoice();
    half.setTotalAmount(amount("EUR", null));
    codes("sendInvoice, half amount", 49, api.sendInvoice(till, half, List.of()));
    var invoice = bill("5.00");
    invoice.setPaymentMode(PaymentMode.IMMEDIATE_DEBIT);
    var dates = DatatypeFactory.newInstance();
    invoice.setIssueDate(dates.newXMLGregorianCalendar("2016-03-01T12:00:00.5+01:00"));
    invoice.setClientInvoiceId("R-20451");
    invoice.setCashierId("C07");
    invoice.setFooter("Thank you");
    var sent = send(till, invoice);
    var reference = sent.getInvoiceReference();
    expect("resultDescription", sent.getResultDescription(), "SUCCESS");
    expect("invoiceQRCode", sent.getInvoiceQRCode(), "HTTP://SEQR.SE/R" + reference);
    expect("version", poll(till, reference, InvoiceStatus.ISSUED).getVersion(), 1);
    var newest = api.getPaymentStatus(till, null, 1).getStatus();
    expect("getPaymentStatus, newest", newest, InvoiceStatus.ISSUED);
    var change = new Invoice();
    change.setTotalAmount(euros("4.50"));
    codes("updateInvoice", 0, api.updateInvoice(till, reference, change, null));
    var early = api.commitReservation(till, euros("4.50"), reference);
    codes("commitReservation, not reserved", 96, early);
    codes("cancelInvoice", 0, api.cancelInvoice(till, reference));
    codes("cancelInvoice again", 95, api.cancelInvoice(till, reference));
    codes("updateInvoice, cancelled", 95, api.updateInvoice(till, reference, change, null));
    expect("no receipt", poll(till, reference, InvoiceStatus.CANCELED).getReceipt(), null);
  }

  /** The whole unattended purchase: only what was taken is charged. */
  private void machine() throws Exception {
    var reference = reserve(600, notifications + "machine");
    expect("notification", ask("notified machine"), "yes");
    expect("no receipt yet", poll(till, reference, InvoiceStatus.RESERVED).getReceipt(), null);
    var taken = invoice("2.50", row("Coffee", "2.00"), row("Cup", "0.50"));
    codes("updateInvoice, reserved", 0, api.updateInvoice(till, reference, taken, null));
    var above = api.commitReservation(till, euros("20.01"), reference);
    codes("commitReservation, too much", 11, above);
    var done = api.commitReservation(till, euros("2.50"), reference);
    var ers = codes("commitReservation", 0, done).getErsReference();
    var again = api.commitReservation(till, euros("2.50"), reference);
    expect("one debit", codes("commitReservation again", 0, again).getErsReference(), ers);
    var paid = poll(till, reference, InvoiceStatus.PAID);
    expect("ersReference", paid.getErsReference(), ers);
    var receipt = paid.getReceipt();
    expect("receipt", receipt.getPaymentReference(), ers);
    expect("receipt, terminal", receipt.getTerminalId(), tillId);
    var charged = receipt.getInvoice().getTotalAmount().getValue();
    expect("receipt, amount", charged, new BigDecimal("2.50"));
    var rows = receipt.getInvoice().getInvoiceRows().getInvoiceRow().stream();
    var items = rows.map(PaymentInvoiceRow::getItemDescription).toList();
    expect("receipt, rows", items, List.of("Coffee", "Cup"));
    var zone = receipt.getPaymentDate().getTimezone();
    expect("receipt, date has a zone", zone != DatatypeConstants.FIELD_UNDEFINED, true);
    expect("the customer's receipt", ask("outcome"), "PAID 2.50");
  }

  /** An immediate debit by the sticker at the till, noticed by polling. */
  private void atTheTill() throws Exception {
    var paid = pay(till, bill("5.00"), "HTTP://SEQR.SE/Q" + seqrId);
    expect("ersReference has 25 digits", paid.ers().length(), 25);
    var receipt = paid.status().getReceipt();
    expect("receipt", receipt.getInvoiceReference(), paid.reference());
    expect("receipt, title", receipt.getInvoice().getTitle(), "Corner Café");
    codes("cancelInvoice, paid", 50, api.cancelInvoice(till, paid.reference()));
    codes("commitReservation, paid", 96, api.commitReservation(till, null, paid.reference()));
    var late = api.updateInvoice(till, paid.reference(), titled("too late"), null);
    codes("updateInvoice, paid", 90, late);
  }

  /** An immediate debit by the invoice's own code, one of several open ones. */
  private void webShop() throws Exception {
    var words = ask("shop").split(" ");
    var shop = terminal(words[0], words[1]);
    var other = send(shop, bill("7.00"));
    var order = bill("8.00");
    order.setBackURL("https://shop.example/done");
    order.setNotificationUrl(notifications + "shop");
    pay(shop, order, null);
    expect("notification", ask("notified shop"), "yes");
    poll(shop, other.getInvoiceReference(), InvoiceStatus.ISSUED);
  }

  private String refund(String step, int wanted, String ers, String number, Amount amount) {
    var invoice = titled("Goods returned");
    invoice.setClientInvoiceId(number);
    invoice.setTotalAmount(amount);
    return codes(step, wanted, api.refundPayment(till, ers, invoice)).getErsReference();
  }

  /** Parts of a payment go back, each once, and never more than was paid. */
  private void refund() throws Exception {
    var paid = pay(till, bill("12.00"), null);
    var ers = paid.ers();
    var first = refund("refundPayment", 0, ers, "RF-1", euros("5.00"));
    expect("a reference of its own", first != null && !first.equals(ers), true);
    var again = refund("refundPayment again", 0, ers, "RF-1", euros("5.00"));
    expect("one refund", again, first);
    refund("refundPayment, second part", 0, ers, "RF-2", euros("4.00"));
    refund("refundPayment, over the limit", 98, ers, "RF-3", euros("3.01"));
    refund("refundPayment, zero", 11, ers, "RF-4", euros("0.00"));
    refund("refundPayment, other currency", 49, ers, "RF-5", amount("USD", "1.00"));
    refund("refundPayment, unknown", 23, UNKNOWN_PAYMENT, "RF-6", euros("1.00"));
    refund("refundPayment of a refund", 23, first, "RF-7", euros("1.00"));
    var shown = Arrays.stream(ask("refunds").split(" ")).sorted().toList();
    expect("refunds in the wallet", shown, List.of("4.00", "5.00"));
    poll(till, paid.reference(), InvoiceStatus.PAID);
  }

  /** A document goes to the customer. */
  private void receipt() throws Exception {
    var ers = pay(till, bill("3.00"), null).ers();
    var text = "<p>Tack för köpet</p>";
    var document = new ReceiptDocument();
    document.setMimeType("text/html");
    document.setReceiptData(text.getBytes(StandardCharsets.UTF_8));
    document.setReceiptType("PAYMENT_RECEIPT");
    codes("submitPaymentReceipt", 0, api.submitPaymentReceipt(till, ers, document));
    codes("submitPaymentReceipt again", 0, api.submitPaymentReceipt(till, ers, document));
    codes("submitPaymentReceipt, no document", 0, api.submitPaymentReceipt(till, ers, null));
    var unknown = api.submitPaymentReceipt(till, UNKNOWN_PAYMENT, document);
    codes("submitPaymentReceipt, unknown", 23, unknown);
    expect("documents in the wallet", ask("receipts"), text);
  }

  /** A customer's stored card lowers the price. */
  private void loyalty() throws Exception {
    ask("card COFFEE_CARD 2610400000017");
    var invoice = invoice("6.00", row("Espresso", "6.00"));
    invoice.setAcknowledgmentMode(AcknowledgmentMode.OPTIONAL_ACKNOWLEDGMENT);
    var reference = send(till, invoice).getInvoiceReference();
    var seen = ask("scan HTTP://SEQR.SE/Q" + seqrId);
    expect("the customer waits", seen.split(" ")[0], "AWAITING_MERCHANT");
    var asked = poll(till, reference, InvoiceStatus.PENDING_ISSUER_ACKNOWLEDGE);
    var token = asked.getCustomerTokens().getToken().get(0);
    expect("token", token.getId() + " " + token.getValue(), "COFFEE_CARD 2610400000017");
    expect("token, status", token.getStatus(), 0);
    expect("token, description", token.getDescription(), "Coffee club");
    token.setStatus(1);
    var lower = invoice("5.40", row("Espresso", "5.40"));
    var used = api.updateInvoice(till, reference, lower, List.of(token));
    codes("updateInvoice with token", 0, used);
    expect("the customer's PIN", ask("confirm"), "CONFIRMING");
    var paid = poll(till, reference, InvoiceStatus.PAID);
    var total = paid.getReceipt().getInvoice().getTotalAmount().getValue();
    expect("receipt, amount", total, new BigDecimal("5.40"));
    expect("the customer's receipt", ask("outcome"), "PAID 5.40");
  }

  /** A parameterMap, absent where it would be empty. */
  private ParameterMap parameters(Map<String, String> entries) {
    if (entries.isEmpty()) return null;
    var map = new ParameterMap();
    map.setParameter(new MapArray());
    entries.forEach(
        (key, value) -> {
          var entry = new Parameter();
          entry.setKey(key);
          entry.setValue(value);
          map.getParameter().getEntry().add(entry);
        });
    return map;
  }

  private String period(Map<String, String> parameters) {
    var marked = api.markTransactionPeriod(shop(), parameters(parameters));
    var id = codes("markTransactionPeriod", 0, marked).getTransactionPeriodId();
    expect("ersReference is the period", marked.getErsReference(), id);
    return id;
  }

  /** Executes a report until it is ready; answers its text. */
  private String report(String name, int wanted, Map<String, String> parameters) throws Exception {
    var end = Instant.now().plus(PATIENCE);
    var id = "Reconciliation/" + name;
    var answer = api.executeReport(shop(), id, "en", parameters(parameters));
    while (answer.getResultCode() == 2 && Instant.now().isBefore(end)) {
      Thread.sleep(POLL_MS);
      answer = api.executeReport(shop(), id, "en", parameters(parameters));
    }
    codes("executeReport " + name, wanted, answer);
    if (answer.getResultCode() != 0) return "";
    var report = answer.getReport();
    expect("mimeType", report.getMimeType(), "text/html");
    var content = new String(report.getContent(), StandardCharsets.UTF_8);
    expect("content is contentString", content.strip(), report.getContentString().strip());
    return content;
  }

  private static Stream<BigDecimal> amounts(String document, String element) {
    var pattern = Pattern.compile("<" + element + ">(.*)</" + element + ">");
    return pattern.matcher(document).results().map((MatchResult at) -> new BigDecimal(at.group(1)));
  }

  /** The shop's period and a terminal's. */
  private void reports() throws Exception {
    var invoice = bill("4.00");
    invoice.setCashierId("C07");
    var ers = pay(till, invoice, null).ers();
    var ids = Map.of("transactionPeriodId", period(Map.of()));
    var details = report("STD_RECON_003.xml", 0, ids);
    expect("details hold the payment", details.contains(ers), true);
    var summary = report("Shop.xml", 0, ids);
    var sum = amounts(details, "SalesAmount").reduce(BigDecimal.ZERO, BigDecimal::add);
    expect("details add up", List.of(sum), amounts(summary, "SalesTotal").toList());
    report("STD_RECON_999.xml", 41, ids);
    report("Shop.xml", 23, Map.of("transactionPeriodId", UNKNOWN_PAYMENT));
    var id = period(Map.of("TERMINALID", tillId));
    var own = Map.of("TERMINALID", tillId, "transactionPeriodId", id);
    expect("the terminal's payment", report("STD_RECON_007.xml", 0, own).contains(ers), true);
    var totals = amounts(report("STD_RECON_006.xml", 0, own), "SalesTotal");
    expect("the terminal's total", totals.count(), 1L);
  }

  /** Answers that every client meets one day. */
  private void errors() throws Exception {
    var wrong = api.cancelInvoice(terminal(tillId, "wrong"), null);
    var name = codes("wrong password", 20, wrong).getResultDescription();
    expect("its name", name, "AUTHENTICATION_FAILED");
    var stranger = terminal(UNKNOWN_TERMINAL, TERMINAL_PASSWORD);
    codes("unknown terminal", 29, api.cancelInvoice(stranger, null));
    var nobody = context("nobody", "RESELLERUSER", "9900", "x");
    codes("unknown shop", 37, api.registerTerminal(nobody, null, null, null));
    codes("a terminal registers", 21, api.registerTerminal(till, null, null, null));
    codes("a shop sends a bill", 21, api.sendInvoice(shop(), null, null));
    for (var reference : List.of(UNKNOWN_REFERENCE, ask("foreign"))) {
      var status = codes("foreign status", 54, api.getPaymentStatus(till, reference, 0));
      expect("no version", status.getVersion(), 0);
      codes("foreign update", 54, api.updateInvoice(till, reference, titled("x"), null));
      codes("foreign cancel", 54, api.cancelInvoice(till, reference));
      codes("foreign commit", 54, api.commitReservation(till, null, reference));
    }
    codes("sendInvoice, three decimals", 49, api.sendInvoice(till, bill("5.005"), null));
    codes("sendInvoice, zero", 11, api.sendInvoice(till, bill("0.00"), null));
    var unreachable = bill("1.00");
    unreachable.setNotificationUrl("ftp://x.example/");
    codes("sendInvoice, bad notificationUrl", 64, api.sendInvoice(till, unreachable, null));
    var reference = reserve(1, null);
    poll(till, reference, InvoiceStatus.CANCELED);
    var late = api.commitReservation(till, euros("2.50"), reference);
    codes("commitReservation, late", 96, late);
    expect("the customer's money", ask("outcome"), "RELEASED -");
  }

  /** What the WSDL has besides. */
  private void otherOperations() {
    codes("benchmarkingNop", 0, api.benchmarkingNop());
    var session = codes("getClientSessionInfo", 63, api.getClientSessionInfo(till, "5d0c-77a1"));
    expect("no entries", session.getParameters().getEntry().size(), 0);
    codes("requestTopup", 91, api.requestTopup(till, null, null, null, null, null, null));
    var change = "changePrincipalPassword";
    codes(change + ", short", 22, api.changePrincipalPassword(till, null, "abc"));
    codes(change, 0, api.changePrincipalPassword(till, null, OTHER_PASSWORD));
    codes("the old password", 20, api.cancelInvoice(till, null));
    var changed = terminal(tillId, OTHER_PASSWORD);
    codes(change + " back", 0, api.changePrincipalPassword(changed, null, TERMINAL_PASSWORD));
  }

  /** The till goes. */
  private void farewell() {
    codes("unregisterTerminal", 0, api.unregisterTerminal(till));
    codes("unregisterTerminal again", 29, api.unregisterTerminal(till));
  }

  public static void main(String[] words) throws Exception {
    var client = new Client(words);
    client.scenario("registration", client::registration);
    client.scenario("bill", client::unpaidBill);
    client.scenario("machine", client::machine);
    client.scenario("till", client::atTheTill);
    client.scenario("web shop", client::webShop);
    client.scenario("refund", () -> client.refund());
    client.scenario("receipt", client::receipt);
    client.scenario("loyalty", client::loyalty);
    client.scenario("reports", client::reports);
    client.scenario("errors", client::errors);
    client.scenario("other operations", client::otherOperations);
    client.scenario("farewell", client::farewell);
    System.exit(client.failed ? 1 : 0);
  }
}
