<?php

declare(strict_types=1);

/** What the merchant's software does with the API, one method a scenario. */
trait Scenarios
{
    /** A new till with a sticker. */
    private function registration(): void
    {
        $new = ['externalTerminalId' => 'interop/php', 'name' => 'Interop'];
        $id = "$this->merchant/$this->user";
        $joined = $this->context($id, 'RESELLERUSER', '', $this->password);
        $short = ['context' => $joined, 'password' => 'abc'] + $new;
        $this->codes('registerTerminal, short password', 22, 'registerTerminal', $short);
        $request = ['context' => $this->shop(), 'password' => TERMINAL_PASSWORD] + $new;
        $nameless = array_diff_key($request, ['name' => '']);
        $this->codes('registerTerminal, no name', 56, 'registerTerminal', $nameless);
        $answer = $this->codes('registerTerminal', 0, 'registerTerminal', $request);
        $this->expect('terminalId has 32 digits', strlen($answer->terminalId), 32);
        $this->tillId = $answer->terminalId;
        $this->till = $this->terminal($this->tillId, TERMINAL_PASSWORD);
        $code = ['context' => $this->till, 'seqrId' => $this->seqrId];
        $this->codes('assignSeqrId', 0, 'assignSeqrId', $code);
        $this->codes('assignSeqrId again', 0, 'assignSeqrId', $code);
        $this->codes('assignSeqrId, bad', 53, 'assignSeqrId', ['seqrId' => 'no-code!'] + $code);
    }

    /** The life of an invoice that nobody pays. */
    private function bill(): void
    {
        $half = ['context' => $this->till, 'invoice' => ['totalAmount' => ['currency' => 'EUR']]];
        $this->codes('sendInvoice, half amount', 49, 'sendInvoice', $half);
        $sent = $this->send($this->till, '5.00', [
            'acknowledgmentMode' => 'NO_ACKNOWLEDGMENT',
            'backURL' => '',
            'cashierId' => 'Web',
            'clientInvoiceId' => '100000017',
            'issueDate' => date('Y-m-d'),
        ]);
        $reference = $sent->invoiceReference;
        $this->expect('resultDescription', $sent->resultDescription, 'SUCCESS');
        $this->expect('invoiceQRCode', $sent->invoiceQRCode, "HTTP://SEQR.SE/R$reference");
        $named = ['context' => $this->till, 'invoiceReference' => $reference];
        $this->expect('version', $this->poll($this->till, $reference, 'ISSUED')->version, 1);
        $unnamed = ['context' => $this->till, 'invoiceVersion' => 1];
        $newest = $this->call('getPaymentStatus', $unnamed);
        $this->expect('getPaymentStatus, newest', $newest->status, 'ISSUED');
        $change = ['invoice' => ['totalAmount' => euros('4.50')]] + $named;
        $this->codes('updateInvoice', 0, 'updateInvoice', $change);
        $early = ['amount' => euros('4.50')] + $named;
        $this->codes('commitReservation, not reserved', 96, 'commitReservation', $early);
        $this->codes('cancelInvoice', 0, 'cancelInvoice', $named);
        $this->codes('cancelInvoice again', 95, 'cancelInvoice', $named);
        $late = $this->codes('updateInvoice, cancelled', 95, 'updateInvoice', $change);
        $this->expect('its name', $late->resultDescription, 'INVOICE_ALREADY_CANCELED');
        $ended = $this->poll($this->till, $reference, 'CANCELED');
        $this->expect('no receipt', isset($ended->receipt), false);
    }

    /** The whole unattended purchase: only what was taken is charged. */
    private function machine(): void
    {
        $reference = $this->reserve(600, ['notificationUrl' => "{$this->notifications}machine"]);
        $this->expect('notification', ask('notified machine'), 'yes');
        $held = $this->poll($this->till, $reference, 'RESERVED');
        $this->expect('no receipt yet', isset($held->receipt), false);
        $named = ['context' => $this->till, 'invoiceReference' => $reference];
        $rows = [
            ['itemDescription' => 'Coffee', 'itemTotalAmount' => euros('2.00')],
            ['itemDescription' => 'Cup', 'itemTotalAmount' => euros('0.50')],
        ];
        $taken = ['invoiceRows' => ['invoiceRow' => $rows], 'totalAmount' => euros('2.50')];
        $update = ['invoice' => $taken] + $named;
        $this->codes('updateInvoice, reserved', 0, 'updateInvoice', $update);
        $above = ['amount' => euros('20.01')] + $named;
        $this->codes('commitReservation, too much', 11, 'commitReservation', $above);
        // As clients of the first WSDL do, which has no amount: the total last updated is charged.
        $done = $this->codes('commitReservation without amount', 0, 'commitReservation', $named);
        $final = ['amount' => euros('2.50')] + $named;
        $again = $this->codes('commitReservation again', 0, 'commitReservation', $final);
        $this->expect('one debit', $again->ersReference, $done->ersReference);
        $paid = $this->poll($this->till, $reference, 'PAID');
        $this->expect('ersReference', $paid->ersReference, $done->ersReference);
        $receipt = $paid->receipt;
        $this->expect('receipt', $receipt->paymentReference, $done->ersReference);
        $this->expect('receipt, terminal', $receipt->terminalId, $this->tillId);
        $this->expect('receipt, amount', $receipt->invoice->totalAmount->value, '2.50');
        $items = array_column($receipt->invoice->invoiceRows->invoiceRow, 'itemDescription');
        $this->expect('receipt, rows', $items, ['Coffee', 'Cup']);
        $this->expect("the customer's receipt", ask('outcome'), 'PAID 2.50');
    }

    /** An immediate debit by the sticker at the till, noticed by polling. */
    private function atTheTill(): void
    {
        $code = "HTTP://SEQR.SE/Q$this->seqrId";
        $mode = ['paymentMode' => 'IMMEDIATE_DEBIT'];
        [$reference, $paid] = $this->pay($this->till, '5.00', $code, $mode);
        $this->expect('ersReference has 25 digits', strlen($paid->ersReference), 25);
        $this->expect('receipt', $paid->receipt->invoiceReference, $reference);
        $this->expect('receipt, title', $paid->receipt->invoice->title, 'Corner Café');
        $named = ['context' => $this->till, 'invoiceReference' => $reference];
        $this->codes('cancelInvoice, paid', 50, 'cancelInvoice', $named);
        $this->codes('commitReservation, paid', 96, 'commitReservation', $named);
        $late = ['invoice' => ['title' => 'too late']] + $named;
        $this->codes('updateInvoice, paid', 90, 'updateInvoice', $late);
    }

    /** An immediate debit by the invoice's own code, one of several open ones. */
    private function webShop(): void
    {
        [$id, $password] = explode(' ', ask('shop'));
        $shop = $this->terminal($id, $password);
        $other = $this->send($shop, '7.00');
        $this->pay($shop, '8.00', null, [
            'backURL' => 'https://shop.example/done',
            'notificationUrl' => "{$this->notifications}shop",
        ]);
        $this->expect('notification', ask('notified shop'), 'yes');
        $this->poll($shop, $other->invoiceReference, 'ISSUED');
    }

    /** Parts of a payment go back, each once, and never more than was paid. */
    private function refund(): void
    {
        [$reference, $paid] = $this->pay($this->till, '12.00');
        $ers = $paid->ersReference;
        $refund = function (string $step, int $wanted, array $amount, string $number, string $of) {
            $request = [
                'context' => $this->till,
                'ersReference' => $of,
                'invoice' => [
                    'title' => 'Goods returned',
                    'clientInvoiceId' => $number,
                    'totalAmount' => $amount,
                ],
            ];
            $answer = $this->codes($step, $wanted, 'refundPayment', $request);
            return $answer->ersReference ?? null;
        };
        $first = $refund('refundPayment', 0, euros('5.00'), 'RF-1', $ers);
        $this->expect('a reference of its own', $first !== null && $first !== $ers, true);
        $again = $refund('refundPayment again', 0, euros('5.00'), 'RF-1', $ers);
        $this->expect('one refund', $again, $first);
        $refund('refundPayment, second part', 0, euros('4.00'), 'RF-2', $ers);
        $refund('refundPayment, over the limit', 98, euros('3.01'), 'RF-3', $ers);
        $refund('refundPayment, zero', 11, euros('0.00'), 'RF-4', $ers);
        $dollars = ['currency' => 'USD', 'value' => '1.00'];
        $refund('refundPayment, other currency', 49, $dollars, 'RF-5', $ers);
        $refund('refundPayment, unknown', 23, euros('1.00'), 'RF-6', UNKNOWN_PAYMENT);
        $refund('refundPayment of a refund', 23, euros('1.00'), 'RF-7', $first);
        $shown = explode(' ', ask('refunds'));
        sort($shown);
        $this->expect('refunds in the wallet', $shown, ['4.00', '5.00']);
        $this->poll($this->till, $reference, 'PAID');
    }

    /** A document goes to the customer; SoapClient writes the base64 by itself. */
    private function receipt(): void
    {
        [, $paid] = $this->pay($this->till, '3.00');
        $text = '<p>Tack för köpet</p>';
        $document = [
            'mimeType' => 'text/html',
            'receiptData' => $text,
            'receiptType' => 'PAYMENT_RECEIPT',
        ];
        $none = ['context' => $this->till, 'ersReference' => $paid->ersReference];
        $request = ['receiptDocument' => $document] + $none;
        $this->codes('submitPaymentReceipt', 0, 'submitPaymentReceipt', $request);
        $this->codes('submitPaymentReceipt again', 0, 'submitPaymentReceipt', $request);
        $this->codes('submitPaymentReceipt, no document', 0, 'submitPaymentReceipt', $none);
        $unknown = ['ersReference' => UNKNOWN_PAYMENT] + $request;
        $this->codes('submitPaymentReceipt, unknown', 23, 'submitPaymentReceipt', $unknown);
        $this->expect('documents in the wallet', ask('receipts'), $text);
    }

    /** A customer's stored card lowers the price. */
    private function loyalty(): void
    {
        ask('card COFFEE_CARD 2610400000017');
        $mode = ['acknowledgmentMode' => 'OPTIONAL_ACKNOWLEDGMENT'];
        $reference = $this->send($this->till, '6.00', $mode)->invoiceReference;
        $seen = ask("scan HTTP://SEQR.SE/Q$this->seqrId");
        $this->expect('the customer waits', explode(' ', $seen)[0], 'AWAITING_MERCHANT');
        $asked = $this->poll($this->till, $reference, 'PENDING_ISSUER_ACKNOWLEDGE');
        [$token] = $asked->customerTokens->token;
        $offered = [$token->id, $token->value, $token->status, $token->description];
        $this->expect('token', $offered, ['COFFEE_CARD', '2610400000017', 0, 'Coffee club']);
        $used = ['id' => 'COFFEE_CARD', 'status' => 1, 'value' => '2610400000017'];
        $this->codes('updateInvoice with token', 0, 'updateInvoice', [
            'context' => $this->till,
            'invoiceReference' => $reference,
            'invoice' => $this->invoice('5.40'),
            'tokens' => [$used],
        ]);
        $this->expect("the customer's PIN", ask('confirm'), 'CONFIRMING');
        $paid = $this->poll($this->till, $reference, 'PAID');
        $this->expect('receipt, amount', $paid->receipt->invoice->totalAmount->value, '5.40');
        $this->expect("the customer's receipt", ask('outcome'), 'PAID 5.40');
    }

    /** A parameterMap, absent where it would be empty. */
    private function parameters(array $entries): array
    {
        $entry = [];
        foreach ($entries as $key => $value) {
            $entry[] = ['key' => $key, 'value' => $value];
        }
        return $entry === [] ? [] : ['parameters' => ['parameter' => ['entry' => $entry]]];
    }

    /** Closes the shop's or a terminal's period; answers its id. */
    private function period(array $parameters = []): string
    {
        $request = ['context' => $this->shop()] + $this->parameters($parameters);
        $answer = $this->codes('markTransactionPeriod', 0, 'markTransactionPeriod', $request);
        $id = $answer->transactionPeriodId;
        $this->expect('ersReference is the period', $answer->ersReference, $id);
        return $id;
    }

    /** Executes a report until it is ready; answers its document. */
    private function report(string $name, int $wanted, array $parameters): string
    {
        $end = time() + PATIENCE_S;
        $request = $this->parameters($parameters) + [
            'context' => $this->shop(),
            'reportId' => "Reconciliation/$name",
            'language' => 'en',
        ];
        $answer = $this->call('executeReport', $request);
        while ($answer->resultCode === 2 && time() < $end) {
            usleep(POLL_US);
            $answer = $this->call('executeReport', $request);
        }
        $this->expect("executeReport $name", $answer->resultCode, $wanted);
        if ($answer->resultCode !== 0) {
            return '';
        }
        $report = $answer->report;
        $this->expect('mimeType', $report->mimeType, 'text/html');
        $same = trim($report->content) === trim($report->contentString);
        $this->expect('content is contentString', $same, true);
        return $report->content;
    }

    /** The shop's period and a terminal's. */
    private function reports(): void
    {
        [, $paid] = $this->pay($this->till, '4.00', null, ['cashierId' => 'C07']);
        $ids = ['transactionPeriodId' => $this->period()];
        $texts = fn (string $document, string $name) =>
            preg_match_all("|<$name>(.*)</$name>|", $document, $found) ? $found[1] : [];
        $details = $this->report('STD_RECON_003.xml', 0, $ids);
        $held = in_array($paid->ersReference, $texts($details, 'ErsReference'), true);
        $this->expect('details hold the payment', $held, true);
        $summary = $this->report('Shop.xml', 0, $ids);
        $minor = fn (string $amount) => (int) round((float) $amount * 100);
        $cents = fn (array $amounts) => array_map($minor, $amounts);
        $sum = array_sum($cents($texts($details, 'SalesAmount')));
        $this->expect('details add up', [$sum], $cents($texts($summary, 'SalesTotal')));
        $this->report('STD_RECON_999.xml', 41, $ids);
        $this->report('Shop.xml', 23, ['transactionPeriodId' => UNKNOWN_PAYMENT]);
        $own = ['TERMINALID' => $this->tillId];
        $own += ['transactionPeriodId' => $this->period($own)];
        $rows = $texts($this->report('STD_RECON_007.xml', 0, $own), 'ErsReference');
        $this->expect("the terminal's payment", in_array($paid->ersReference, $rows, true), true);
        $total = $texts($this->report('STD_RECON_006.xml', 0, $own), 'SalesTotal');
        $this->expect("the terminal's total", count($total), 1);
    }

    /** Answers that every client meets one day. */
    private function errors(): void
    {
        $wrong = ['context' => $this->terminal($this->tillId, 'wrong')];
        $answer = $this->codes('wrong password', 20, 'cancelInvoice', $wrong);
        $this->expect('its name', $answer->resultDescription, 'AUTHENTICATION_FAILED');
        $stranger = ['context' => $this->terminal(UNKNOWN_TERMINAL, TERMINAL_PASSWORD)];
        $this->codes('unknown terminal', 29, 'cancelInvoice', $stranger);
        $nobody = ['context' => $this->context('nobody', 'RESELLERUSER', '9900', 'x')];
        $this->codes('unknown shop', 37, 'registerTerminal', $nobody);
        $this->codes('a terminal registers', 21, 'registerTerminal', ['context' => $this->till]);
        $this->codes('a shop sends a bill', 21, 'sendInvoice', ['context' => $this->shop()]);
        foreach ([UNKNOWN_REFERENCE, ask('foreign')] as $reference) {
            $named = ['context' => $this->till, 'invoiceReference' => $reference];
            $asked = ['invoiceVersion' => 0] + $named;
            $status = $this->codes('foreign status', 54, 'getPaymentStatus', $asked);
            $this->expect('no version', $status->version, 0);
            $change = ['invoice' => ['title' => 'x']] + $named;
            $this->codes('foreign update', 54, 'updateInvoice', $change);
            $this->codes('foreign cancel', 54, 'cancelInvoice', $named);
            $this->codes('foreign commit', 54, 'commitReservation', $named);
        }
        $bad = [
            'three decimals' => [49, ['totalAmount' => ['currency' => 'EUR', 'value' => '5.005']]],
            'a word' => [49, ['totalAmount' => ['currency' => 'EUR', 'value' => 'kr 20']]],
            'zero' => [11, ['totalAmount' => euros('0.00')]],
            'bad notificationUrl' => [64, ['notificationUrl' => 'ftp://x.example/']],
        ];
        foreach ($bad as $step => [$code, $fields]) {
            $request = ['context' => $this->till, 'invoice' => $fields + $this->invoice('1.00')];
            $this->codes("sendInvoice, $step", $code, 'sendInvoice', $request);
        }
        $reference = $this->reserve(1);
        $this->poll($this->till, $reference, 'CANCELED');
        $late = ['context' => $this->till, 'invoiceReference' => $reference];
        $late += ['amount' => euros('2.50')];
        $this->codes('commitReservation, late', 96, 'commitReservation', $late);
        $this->expect("the customer's money", ask('outcome'), 'RELEASED -');
    }

    /** What the WSDL has besides. */
    private function otherOperations(): void
    {
        $this->codes('benchmarkingNop', 0, 'benchmarkingNop', []);
        $named = ['context' => $this->till, 'key' => '5d0c-77a1'];
        $session = $this->codes('getClientSessionInfo', 63, 'getClientSessionInfo', $named);
        $this->expect('no entries', $session->parameters->entry ?? [], []);
        $this->codes('requestTopup', 91, 'requestTopup', ['context' => $this->till]);
        $change = 'changePrincipalPassword';
        $old = ['context' => $this->till];
        $this->codes("$change, short", 22, $change, ['newPassword' => 'abc'] + $old);
        $this->codes($change, 0, $change, ['newPassword' => OTHER_PASSWORD] + $old);
        $this->codes('the old password', 20, 'cancelInvoice', $old);
        $new = ['context' => $this->terminal($this->tillId, OTHER_PASSWORD)];
        $this->codes("$change back", 0, $change, ['newPassword' => TERMINAL_PASSWORD] + $new);
    }

    /** The till goes. */
    private function farewell(): void
    {
        $gone = ['context' => $this->till];
        $this->codes('unregisterTerminal', 0, 'unregisterTerminal', $gone);
        $this->codes('unregisterTerminal again', 29, 'unregisterTerminal', $gone);
    }
}
