/**
 * The kit of a reseller of SEQR Unattended Payments. `createReseller` is all that most need; the
 * rest is for those who reach machines of their own (`MachinePort`) or call the merchant API for
 * other purposes (`merchantClient`).
 */

export { createReseller } from './reseller.ts';
export type { Interception, MachineOptions, Reseller, ResellerOptions } from './reseller.ts';
export type { MachineSettings } from './settings.ts';
export { DEFAULT_SETTINGS } from './settings.ts';
export { mqttLink } from './mqtt-link.ts';
export type { MqttLink, MqttLinkOptions } from './mqtt-link.ts';
export type {
  MachineEvents,
  MachinePort,
  MachineSession,
  PortFailure,
  ReportedVend,
  SessionReport,
  VendRequest,
} from './machine-port.ts';
export { MERCHANT_SOAP_PATH, merchantClient } from './soap-client.ts';
export type {
  Answer,
  InvoiceLine,
  MerchantClient,
  MerchantClientOptions,
  MerchantUser,
  ReservationInvoice,
  StatusAnswer,
  Terminal,
  TerminalCalls,
} from './soap-client.ts';
export { caseClient } from './cases.ts';
export type { CaseAnswer, CaseClient } from './cases.ts';
export { RETRY_RULES, pauseMs, verdictOf } from './retry-rules.ts';
export type { Outcome, Verdict } from './retry-rules.ts';
export { JournalRefused, JournalUnwritable } from './journal.ts';
export { CREATE_PURCHASE_PATH, NOTIFICATION_PATH } from './server.ts';
export type { Handlers, ListenOptions } from './server.ts';
export type { Offer, PurchaseAnswer } from './offering.ts';
export type { Log, LogLevel } from './log.ts';
