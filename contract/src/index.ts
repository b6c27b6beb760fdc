/**
 * The SEQR wire, declared once: what the platform, resellers, machines and the wallet say to one
 * another. No I/O.
 */

export * from './create-purchase.ts';
export * from './device.ts';
export * from './machine-face.ts';
export * from './machine-link.ts';
export * from './money.ts';
export * from './operation-codes.ts';
export * from './operations.ts';
export * from './panel.ts';
export * from './push.ts';
export * from './qr.ts';
export * from './result-codes.ts';
export * from './signed-text.ts';
export * from './soap.ts';
export * from './spending.ts';
export * from './trust.ts';
export * from './wallet.ts';
export { escapeText } from './xml-output.ts';
export type { OperationDeclaration } from './schema.ts';
