<?php

/**
 * Drives the merchant SOAP API with PHP's SoapClient, which shop modules in the field use.
 *
 * Usage: php client.php WSDL_URL MERCHANT USER PASSWORD [TERMINAL TERMINAL_PASSWORD RESERVED_INVOICE]
 *
 * Compares codes as those modules do, with a strict integer. Exits with 1 at the first deviation.
 * With the last three arguments it also takes an invoice of 20.00 EUR that a customer has confirmed
 * through update and commit to its receipt.
 */

declare(strict_types=1);

const UNKNOWN_REFERENCE = '20161123000000000';
const TERMINAL_PASSWORD = 'q7Lw2Zk9Tn4Vb1X';

/** Prints a line for a step; ends the program when it went otherwise than wanted. */
function expect(string $step, mixed $actual, mixed $wanted): void
{
    if ($actual !== $wanted) {
        echo "DEVIATION $step: ", json_encode($actual), ' instead of ', json_encode($wanted), "\n";
        exit(1);
    }
    echo "ok        $step: ", json_encode($actual), "\n";
}

/** An amount in EUR. */
function euros(string $value): array
{
    return ['currency' => 'EUR', 'value' => $value];
}

/** The credentials that every request carries; shop modules send an empty userId for terminals. */
function context(string $id, string $type, string $userId, string $password): array
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

/** Calls an operation; answers what stands in `return`. */
function call(SoapClient $api, string $operation, array $request): stdClass
{
    return $api->__soapCall($operation, [$request])->return;
}

/** Registers a terminal as the shop's user; answers its id. */
function register(SoapClient $api, string $merchant, string $user, string $password): string
{
    $new = ['externalTerminalId' => 'interop/php', 'name' => 'Interop, PHP'];
    $joined = context("$merchant/$user", 'RESELLERUSER', '', $password);
    $short = call($api, 'registerTerminal', ['context' => $joined, 'password' => 'abc'] + $new);
    expect('registerTerminal, short password', $short->resultCode, 22);
    $shop = context($merchant, 'RESELLERUSER', $user, $password);
    $request = ['context' => $shop, 'password' => TERMINAL_PASSWORD] + $new;
    $answer = call($api, 'registerTerminal', $request);
    expect('registerTerminal', $answer->resultCode, 0);
    expect('terminalId has 32 digits', strlen($answer->terminalId), 32);
    return $answer->terminalId;
}

/** The life of an invoice that nobody pays, sent as the Magento module does. */
function bill(SoapClient $api, array $till): void
{
    $half = ['context' => $till, 'invoice' => ['totalAmount' => ['currency' => 'EUR']]];
    expect('sendInvoice, half an amount', call($api, 'sendInvoice', $half)->resultCode, 49);
    $row = [
        'itemDescription' => 'Espresso',
        'itemQuantity' => '2.0000',
        'itemTaxRate' => '12.5',
        'itemUnit' => '',
        'itemUnitPrice' => euros('2.5000'),
        'itemTotalAmount' => euros('5.0000'),
    ];
    $invoice = [
        'acknowledgmentMode' => 'NO_ACKNOWLEDGMENT',
        'backURL' => '',
        'cashierId' => 'Web',
        'clientInvoiceId' => '100000017',
        'invoiceRows' => ['invoiceRow' => [$row, $row]],
        'issueDate' => date('Y-m-d'),
        'title' => 'Corner Café',
        'totalAmount' => euros('10.0000'),
    ];
    $sent = call($api, 'sendInvoice', ['context' => $till, 'invoice' => $invoice]);
    expect('sendInvoice', [$sent->resultCode, $sent->resultDescription], [0, 'SUCCESS']);
    $reference = $sent->invoiceReference;
    expect('invoiceQRCode', $sent->invoiceQRCode, "HTTP://SEQR.SE/R$reference");
    $named = ['context' => $till, 'invoiceReference' => $reference];
    $poll = ['invoiceVersion' => 0] + $named;
    $asked = call($api, 'getPaymentStatus', $poll);
    expect('getPaymentStatus', [$asked->resultCode, $asked->status], [0, 'ISSUED']);
    expect('getPaymentStatus, version', $asked->version, 1);
    $change = ['invoice' => ['totalAmount' => euros('9.00')]] + $named;
    expect('updateInvoice', call($api, 'updateInvoice', $change)->resultCode, 0);
    $early = ['amount' => euros('9.00')] + $named;
    expect('commitReservation, not reserved', call($api, 'commitReservation', $early)->resultCode, 96);
    expect('cancelInvoice', call($api, 'cancelInvoice', $named)->resultCode, 0);
    expect('cancelInvoice again', call($api, 'cancelInvoice', $named)->resultCode, 95);
    $late = call($api, 'updateInvoice', $change);
    expect('updateInvoice, cancelled', $late->resultDescription, 'INVOICE_ALREADY_CANCELED');
    $ended = call($api, 'getPaymentStatus', $poll);
    expect('getPaymentStatus, cancelled', [$ended->status, isset($ended->receipt)], ['CANCELED', false]);
}

/** Answers that every client meets one day. */
function refusals(SoapClient $api, array $till): void
{
    $unknown = ['context' => $till, 'invoiceReference' => UNKNOWN_REFERENCE];
    $status = call($api, 'getPaymentStatus', ['invoiceVersion' => 0] + $unknown);
    expect('getPaymentStatus, unknown', [$status->resultCode, $status->version], [54, 0]);
    expect('commitReservation, unknown', call($api, 'commitReservation', $unknown)->resultCode, 54);
    $wrong = ['context' => ['password' => 'wrong'] + $till];
    expect('wrong password', call($api, 'cancelInvoice', $wrong)->resultCode, 20);
    $gone = ['context' => $till];
    expect('unregisterTerminal', call($api, 'unregisterTerminal', $gone)->resultCode, 0);
    expect('unregisterTerminal again', call($api, 'unregisterTerminal', $gone)->resultCode, 29);
}

/** Takes a confirmed invoice of 20.00 EUR to its receipt over 2.50 EUR. */
function settle(SoapClient $api, array $till, string $reference): void
{
    $named = ['context' => $till, 'invoiceReference' => $reference];
    $poll = ['invoiceVersion' => 0] + $named;
    expect('getPaymentStatus, confirmed', call($api, 'getPaymentStatus', $poll)->status, 'RESERVED');
    $row = ['itemDescription' => 'Coffee', 'itemTotalAmount' => euros('2.50')];
    $bill = ['invoiceRows' => ['invoiceRow' => [$row]], 'totalAmount' => euros('2.50')];
    $update = ['invoice' => $bill] + $named;
    expect('updateInvoice, reserved', call($api, 'updateInvoice', $update)->resultCode, 0);
    $above = call($api, 'commitReservation', ['amount' => euros('2.51')] + $named);
    expect('commitReservation, too much', $above->resultCode, 11);
    // As clients of the first WSDL do, which has no amount: the total last updated is charged.
    $done = call($api, 'commitReservation', $named);
    expect('commitReservation without amount', $done->resultCode, 0);
    $again = call($api, 'commitReservation', $named);
    expect('commitReservation again', $again->ersReference, $done->ersReference);
    $paid = call($api, 'getPaymentStatus', $poll);
    expect('getPaymentStatus, paid', [$paid->status, $paid->ersReference], ['PAID', $done->ersReference]);
    expect('receipt', $paid->receipt->paymentReference, $done->ersReference);
    expect('receipt, amount', $paid->receipt->invoice->totalAmount->value, '2.50');
    expect('receipt, row', $paid->receipt->invoice->invoiceRows->invoiceRow->itemDescription, 'Coffee');
}

if (!in_array($argc, [5, 8], true)) {
    exit("Usage: php client.php WSDL_URL MERCHANT USER PASSWORD [TERMINAL PASSWORD RESERVED_INVOICE]\n");
}
[, $wsdl, $merchant, $user, $password] = $argv;
$api = new SoapClient($wsdl, ['cache_wsdl' => WSDL_CACHE_NONE, 'exceptions' => true]);
$terminalId = register($api, $merchant, $user, $password);
$till = context($terminalId, 'TERMINALID', '', TERMINAL_PASSWORD);
bill($api, $till);
refusals($api, $till);
if ($argc === 8) {
    settle($api, context($argv[5], 'TERMINALID', '', $argv[6]), $argv[7]);
}
echo "php: no deviation\n";
