<?php

/**
 * Drives the merchant SOAP API with PHP's SoapClient, which shop modules in the field use.
 *
 * Usage: php client.php WSDL MERCHANT USER PASSWORD NOTIFICATIONS (contract/interop/README.md)
 *
 * Compares codes as those modules do, with a strict integer, and sends what they send: an empty
 * userId, a bare date, amounts with four decimals, always version 0.
 */

declare(strict_types=1);

const UNKNOWN_REFERENCE = '20161123000000000';
const UNKNOWN_PAYMENT = '2016112300000000001000001';
const UNKNOWN_TERMINAL = '00000000000000000000000000000000';
const TERMINAL_PASSWORD = 'q7Lw2Zk9Tn4Vb1X';
const OTHER_PASSWORD = 'Zk9Tn4Vb1Xq7Lw2';
const POLL_US = 100_000;
const PATIENCE_S = 30;

require __DIR__ . '/scenarios.php';

/** One line of the protocol. */
function say(string $line): void
{
    echo $line, "\n";
}

/** Has the other side do something; answers what it says about it. */
function ask(string $question): string
{
    say("? $question");
    return trim((string) fgets(STDIN));
}

/** An amount in EUR, with four decimals as shop systems keep them. */
function euros(string $value): array
{
    return ['currency' => 'EUR', 'value' => $value . '00'];
}

/** A merchant with a till of its own. */
final class Merchant
{
    use Scenarios;

    private SoapClient $api;
    private string $seqrId;
    private string $tillId = '';
    private array $till = [];
    public bool $failed = false;

    public function __construct(
        string $wsdl,
        private string $merchant,
        private string $user,
        private string $password,
        private string $notifications,
    ) {
        $this->api = new SoapClient($wsdl, [
            'cache_wsdl' => WSDL_CACHE_NONE,
            'exceptions' => true,
            'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
        ]);
        $this->seqrId = strtoupper(str_replace('-', '', $merchant)) . '1';
    }

    /** Says whether a step went as wanted. */
    private function expect(string $step, mixed $actual, mixed $wanted): void
    {
        if ($actual === $wanted) {
            say("OK $step");
            return;
        }
        $this->failed = true;
        say("DEVIATION $step: " . json_encode($actual) . ' instead of ' . json_encode($wanted));
    }

    /** Calls an operation; answers what stands in `return`. */
    private function call(string $operation, array $request): stdClass
    {
        return $this->api->__soapCall($operation, [$request])->return;
    }

    /** A call whose code alone matters; answers all of it. */
    private function codes(string $step, int $wanted, string $operation, array $request): stdClass
    {
        $answer = $this->call($operation, $request);
        $this->expect($step, $answer->resultCode, $wanted);
        return $answer;
    }

    /** The credentials that every request carries. */
    private function context(string $id, string $type, string $userId, string $password): array
    {
        return [
            'channel' => 'extWS',
            'clientId' => 'PHP ' . PHP_VERSION,
            'clientReference' => 'interop',
            'clientRequestTimeout' => 0,
            'initiatorPrincipalId' => ['id' => $id, 'type' => $type, 'userId' => $userId],
            'password' => $password,
        ];
    }

    /** The credentials of a terminal; shop modules send an empty userId. */
    private function terminal(string $id, string $password): array
    {
        return $this->context($id, 'TERMINALID', '', $password);
    }

    /** The credentials of the shop's user. */
    private function shop(): array
    {
        return $this->context($this->merchant, 'RESELLERUSER', $this->user, $this->password);
    }

    /** A bill of one row, as the Magento module writes it. */
    private function invoice(string $value, array $fields = []): array
    {
        $row = [
            'itemDescription' => 'Espresso',
            'itemQuantity' => '1.0000',
            'itemTaxRate' => '12.5',
            'itemUnit' => '',
            'itemUnitPrice' => euros($value),
            'itemTotalAmount' => euros($value),
        ];
        return $fields + [
            'title' => 'Corner Café',
            'invoiceRows' => ['invoiceRow' => [$row]],
            'totalAmount' => euros($value),
        ];
    }

    /** sendInvoice; answers all of its answer. */
    private function send(array $context, string $value, array $fields = []): stdClass
    {
        $request = ['context' => $context, 'invoice' => $this->invoice($value, $fields)];
        return $this->codes('sendInvoice', 0, 'sendInvoice', $request);
    }

    /** Asks until the invoice is in a state, as shops do; answers the last answer. */
    private function poll(array $context, string $reference, string $status): stdClass
    {
        $end = time() + PATIENCE_S;
        $request = ['context' => $context, 'invoiceReference' => $reference, 'invoiceVersion' => 0];
        do {
            $now = $this->call('getPaymentStatus', $request);
            if ($now->resultCode !== 0 || $now->status === $status) {
                break;
            }
            usleep(POLL_US);
        } while (time() < $end);
        $seen = [$now->resultCode, $now->status ?? null];
        $this->expect("getPaymentStatus, $status", $seen, [0, $status]);
        return $now;
    }

    /** A bill that the customer pays at once; answers reference and last status. */
    private function pay(
        array $context,
        string $value,
        ?string $code = null,
        array $fields = [],
    ): array {
        $fields += ['acknowledgmentMode' => 'NO_ACKNOWLEDGMENT'];
        $sent = $this->send($context, $value, $fields);
        $seen = ask('scan ' . ($code ?? $sent->invoiceQRCode));
        $this->expect("the customer's offer", $seen, "AWAITING_APPROVAL $value");
        $this->expect("the customer's PIN", ask('confirm'), 'CONFIRMING');
        $paid = $this->poll($context, $sent->invoiceReference, 'PAID');
        $this->expect("the customer's receipt", ask('outcome'), "PAID $value");
        return [$sent->invoiceReference, $paid];
    }

    /** The reseller's part of a scan at a machine, up to RESERVED; answers the reference. */
    private function reserve(int $timeoutS, array $fields = []): string
    {
        [, $amount, $currency] = explode(' ', ask('machine'));
        $this->expect('createPurchase, currency', $currency, 'EUR');
        $sent = $this->send($this->till, $amount, $fields + [
            'paymentMode' => 'RESERVATION_REQUIRED_PRELIMINARY_AMOUNT',
            'acknowledgmentMode' => 'NO_ACKNOWLEDGMENT',
            'commitReservationTimeout' => $timeoutS,
        ]);
        $offered = ask("offer $sent->invoiceReference");
        $this->expect("the customer's offer", $offered, "AWAITING_APPROVAL $amount");
        $this->expect("the customer's PIN", ask('confirm'), 'RESERVED');
        return $sent->invoiceReference;
    }

    /** All of it; a scenario that breaks off does not keep the next from running. */
    public function run(): void
    {
        $scenarios = [
            'registration' => $this->registration(...),
            'bill' => $this->bill(...),
            'machine' => $this->machine(...),
            'till' => $this->atTheTill(...),
            'web shop' => $this->webShop(...),
            'refund' => $this->refund(...),
            'receipt' => $this->receipt(...),
            'loyalty' => $this->loyalty(...),
            'reports' => $this->reports(...),
            'errors' => $this->errors(...),
            'other operations' => $this->otherOperations(...),
            'farewell' => $this->farewell(...),
        ];
        foreach ($scenarios as $name => $scenario) {
            say("SCENARIO $name");
            try {
                $scenario();
            } catch (Throwable $error) {
                $this->failed = true;
                $text = preg_replace('/\s+/', ' ', $error->getMessage());
                say('DEVIATION broke off with ' . $error::class . ": $text");
            }
        }
    }
}

if ($argc !== 6) {
    exit("Usage: php client.php WSDL MERCHANT USER PASSWORD NOTIFICATIONS\n");
}
// A notice of PHP's about a field that is not there is a deviation like any other.
set_error_handler(fn ($level, $message) => throw new ErrorException($message));
$client = new Merchant(...array_slice($argv, 1));
$client->run();
exit($client->failed ? 1 : 0);
