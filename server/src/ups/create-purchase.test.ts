import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  INVOICE_BODY,
  assertSystemError,
  http,
  openResellers,
} from '../../test/reseller-endpoint.ts';

let resellers: Awaited<ReturnType<typeof openResellers>>;
before(async () => {
  resellers = await openResellers();
});
after(() => resellers.close());

test('the request has exactly four fields, two headers and the purchase as its key', async () => {
  const { answer, reseller } = await resellers.callOnce(http('200 OK', INVOICE_BODY));
  assert.deepEqual(answer, { kind: 'INVOICE', invoiceReference: '20261123104512345' });
  const [head, body] = (reseller.requests[0] ?? '').split('\r\n\r\n');
  assert.match(head ?? '', /^POST \/seqr\/createPurchase HTTP\/1\.1\r\n/);
  assert.match(head ?? '', /\r\naccept: application\/json\r\n/i);
  assert.match(head ?? '', /\r\ncontent-type: application\/json;charset=UTF-8\r\n/i);
  assert.match(head ?? '', /\r\nidempotency-key: 0199a1b2-0000-7000-8000-000000000001/i);
  assert.equal(
    body,
    '{"reservationToken":"kiosk-0417","reservationAmount":"15.00",' +
      '"currency":"EUR","msisdn":"46700000001"}',
  );
});

for (const status of [
  '201 Created',
  '202 Accepted',
  '204 No Content',
  '301 Moved',
  '302 Found',
  '400 Bad',
  '404 Not Found',
  '500 Broken',
  '503 Busy',
  '999 Odd',
]) {
  test(`row 3: status ${status} is SYSTEM_ERROR even with a valid body`, async () => {
    const { answer } = await resellers.callOnce(
      http(status, status.startsWith('204') ? '' : INVOICE_BODY),
    );
    const reference = status.startsWith('204') ? null : '20261123104512345';
    assertSystemError(answer, new RegExp(`^HTTP ${status.slice(0, 3)}: `), reference);
  });
}

test('row 3: a redirect is not followed', async (t) => {
  const target = await resellers.start(http('200 OK', INVOICE_BODY));
  t.after(() => target.close());
  const { answer } = await resellers.callOnce(
    http('307 Temporary Redirect', '', `Location: ${target.origin}/seqr/createPurchase`),
  );
  assertSystemError(answer, /^HTTP 307/);
  assert.equal(target.connections(), 0);
});

test('row 3: of a wrong answer only the first KiB is kept', async () => {
  const { answer } = await resellers.callOnce(http('500 Broken', `<html>${'x'.repeat(9_000)}`));
  assert.ok(answer.kind === 'ERROR' && answer.detail.length < 1_100);
});

const GARBAGE: Readonly<Record<string, string | Buffer>> = {
  HTML: '<html><body>Welcome</body></html>',
  'an empty body': '',
  'a JSON text': '"20261123104512345"',
  'a JSON array': `[${INVOICE_BODY}]`,
  'JSON null': 'null',
  'cut JSON': '{"invoiceReferenceId":"2026',
  'no known field': '{"reference":"20261123104512345"}',
  'both fields null or empty': '{"invoiceReferenceId":null,"errorCode":""}',
  'a reference that is a number': '{"invoiceReferenceId":20261123104512345}',
  'UTF-16': Buffer.from(INVOICE_BODY, 'utf16le'),
  'Latin-1': Buffer.from('{"errorCode":"DEVICE_IN_USE","text":"h\u00e4"}', 'latin1'),
};

for (const [what, body] of Object.entries(GARBAGE)) {
  test(`row 4: ${what} is SYSTEM_ERROR`, async () => {
    const { answer } = await resellers.callOnce(http('200 OK', body));
    assertSystemError(answer, /./);
  });
}

test('row 4: any content type is read when the body is JSON', async () => {
  for (const headers of [
    'Content-Type: text/html',
    'Content-Type: application/json;charset=latin1',
    'X-None: 1',
  ]) {
    const { answer } = await resellers.callOnce(http('200 OK', INVOICE_BODY, headers));
    assert.equal(answer.kind, 'INVOICE');
  }
});

for (const code of [
  '"device_in_use"',
  '" DEVICE_IN_USE"',
  '"OUT_OF_COFFEE"',
  '5',
  '["DEVICE_IN_USE"]',
  'true',
]) {
  test(`row 5: errorCode ${code} is SYSTEM_ERROR and the original is kept`, async () => {
    const { answer } = await resellers.callOnce(http('200 OK', `{"errorCode":${code}}`));
    assertSystemError(answer, /errorCode/);
  });
}

for (const code of [
  'INSUFFICIENT_FUNDS',
  'DEVICE_IN_USE',
  'DEVICE_UNAVAILABLE',
  'INVOICING_ERROR',
  'SYSTEM_ERROR',
]) {
  test(`a reseller's ${code} is handed on as it is`, async () => {
    const { answer } = await resellers.callOnce(http('200 OK', `{"errorCode":"${code}"}`));
    assert.deepEqual(answer, { kind: 'ERROR', code, detail: '', invoiceReference: null });
  });
}

test('row 6: with both fields the error wins and the invoice is named', async () => {
  const both = '{"invoiceReferenceId":"20261123104512345","errorCode":"DEVICE_IN_USE"}';
  const { answer } = await resellers.callOnce(http('200 OK', both));
  assert.deepEqual(answer, {
    kind: 'ERROR',
    code: 'DEVICE_IN_USE',
    detail: '',
    invoiceReference: '20261123104512345',
  });
});

test('row 6: null and "" count as absent', async () => {
  for (const absent of ['null', '""']) {
    const body = `{"invoiceReferenceId":"20261123104512345","errorCode":${absent}}`;
    const { answer } = await resellers.callOnce(http('200 OK', body));
    assert.deepEqual(answer, { kind: 'INVOICE', invoiceReference: '20261123104512345' });
  }
});
