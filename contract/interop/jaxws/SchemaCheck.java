import java.net.URL;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import javax.xml.ws.BindingProvider;
import javax.xml.ws.ProtocolException;
import javax.xml.ws.handler.Handler;
import javax.xml.ws.handler.LogicalHandler;
import javax.xml.ws.handler.LogicalMessageContext;
import javax.xml.ws.handler.MessageContext;

/**
 * Refuses every answer that the schema inside the WSDL does not allow. JAX-WS's own feature for
 * this does not work with the XML parser of Java 17.
 */
final class SchemaCheck implements LogicalHandler<LogicalMessageContext> {
  private final Schema schema;

  private SchemaCheck(Schema schema) {
    this.schema = schema;
  }

  /** Puts the check into a stub. */
  static void into(Object stub, URL wsdl) throws Exception {
    var documents = DocumentBuilderFactory.newInstance();
    documents.setNamespaceAware(true);
    var document = documents.newDocumentBuilder().parse(wsdl.toString());
    var language = XMLConstants.W3C_XML_SCHEMA_NS_URI;
    var found = document.getElementsByTagNameNS(language, "schema").item(0);
    var schema = SchemaFactory.newInstance(language).newSchema(new DOMSource(found));
    List<Handler> handlers = List.of(new SchemaCheck(schema));
    ((BindingProvider) stub).getBinding().setHandlerChain(handlers);
  }

  @Override
  public boolean handleMessage(LogicalMessageContext context) {
    if ((Boolean) context.get(MessageContext.MESSAGE_OUTBOUND_PROPERTY)) return true;
    try {
      schema.newValidator().validate(context.getMessage().getPayload());
      return true;
    } catch (Exception error) {
      throw new ProtocolException("the schema does not allow the answer: " + error.getMessage());
    }
  }

  @Override
  public boolean handleFault(LogicalMessageContext context) {
    return true;
  }

  @Override
  public void close(MessageContext context) {}
}
