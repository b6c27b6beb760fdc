/**
 * A machine's link to its reseller over MQTT: one client per machine, so that each has a last will
 * of its own (docs/decisions/0052). QoS 0 throughout, because the messages carry their own
 * acknowledgements; protocol 3.1.1, which every broker speaks.
 */

import { Socket } from 'node:net';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { commandTopic, messageTopic, stateTopic, type MachineMessage } from '@seqr-ups/contract';
import { parseCommand } from './command.ts';
import type { Log } from './log.ts';
import type { Machine } from './machine.ts';

/** A connection without a sign of life for one and a half times this is given up by the broker. */
const KEEPALIVE_S = 10;
/** How long the broker may take to accept a connection, in ms. */
const CONNECT_TIMEOUT_MS = 5000;
/** First pause before connecting again, in ms; it doubles up to {@link RECONNECT_MAX_MS}. */
const RECONNECT_FIRST_MS = 100;
/** Longest pause before connecting again, in ms. */
const RECONNECT_MAX_MS = 5000;
/** How long a clean stop waits for the broker, in ms. */
const CLOSE_WAIT_MS = 1000;

/** A running link. */
export type MachineLink = {
  /** Says that the machine is offline and leaves; does not wait long for an absent broker. */
  close(): Promise<void>;
};

/**
 * Links a machine to the broker at `url` (mqtt or mqtts, user and password in it if the broker
 * wants them) and keeps it linked: connecting again with growing pauses for as long as it takes.
 */
export function linkMachine(machine: Machine, url: string, log: Log): MachineLink {
  const { token } = machine.fleet;
  const client = mqtt.connect(url, clientOptions(machine));
  let closing = false;
  let published = '';

  const publishState = (): void => {
    if (!client.connected || closing) return;
    const state = JSON.stringify(machine.linkState(true));
    if (state === published) return;
    published = state;
    client.publish(stateTopic(token), state, { retain: true });
  };

  const unlisten = machine.listen({
    changed: publishState,
    message: (message: MachineMessage) => {
      if (client.connected) client.publish(messageTopic(token), JSON.stringify(message));
    },
  });

  client.on('connect', () => {
    // Small messages both ways: without this each waits 40 ms for the other side's acknowledgement.
    if (client.stream instanceof Socket) client.stream.setNoDelay(true);
    client.options.reconnectPeriod = RECONNECT_FIRST_MS;
    client.subscribe(commandTopic(token), { qos: 0 }, (error) => {
      if (error || closing) return;
      log.info({ machine: token }, 'linked');
      // Only now: whoever sees the machine online can command it.
      published = '';
      publishState();
      machine.setConnected(true);
    });
  });

  client.on('close', () => {
    machine.setConnected(false);
    const { options } = client;
    // Each with a share of chance, so that a fleet does not come back in one instant.
    const doubled = (options.reconnectPeriod ?? RECONNECT_FIRST_MS) * (1.5 + Math.random());
    options.reconnectPeriod = Math.min(doubled, RECONNECT_MAX_MS);
    if (options.will) options.will.payload = lastWill(machine);
  });

  let lastError = '';
  client.on('error', (error) => {
    // A broker that stays away says the same each time; once is enough.
    if (error.message === lastError) return;
    lastError = error.message;
    log.warn({ machine: token, problem: error.message }, 'no connection to the broker');
  });

  client.on('message', (_topic, payload, packet) => {
    // A retained command would be obeyed again at each connect: commands are never retained.
    const parsed = packet.retain ? refusedRetained : parseCommand(payload);
    if (parsed.ok) machine.handle(parsed.command);
    else log.warn({ machine: token, problem: parsed.problem }, 'command ignored');
  });

  return {
    close: async () => {
      unlisten();
      closing = true;
      await leave(client, stateTopic(token), lastWill(machine));
    },
  };
}

const refusedRetained = { ok: false, problem: 'retained' } as const;

function clientOptions(machine: Machine): IClientOptions {
  const { token } = machine.fleet;
  return {
    clientId: `seqr-machine-${token}`,
    protocolVersion: 4,
    clean: true,
    keepalive: KEEPALIVE_S,
    connectTimeout: CONNECT_TIMEOUT_MS,
    reconnectPeriod: RECONNECT_FIRST_MS,
    // A broker that refuses today (its passwords are being set, say) may accept tomorrow.
    reconnectOnConnackError: true,
    // What could not be sent is said again on connecting, from the machine's present state.
    queueQoSZero: false,
    resubscribe: false,
    will: { topic: stateTopic(token), payload: lastWill(machine), qos: 0, retain: true },
  };
}

function lastWill(machine: Machine): Buffer {
  return Buffer.from(JSON.stringify(machine.linkState(false)));
}

async function leave(client: MqttClient, topic: string, offline: Buffer): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      client.end(true);
      resolve();
    }, CLOSE_WAIT_MS);
  });
  const left = async (): Promise<void> => {
    // Leaving in order makes the broker forget the last will, so its message goes out here.
    if (client.connected) await client.publishAsync(topic, offline, { retain: true });
    await client.endAsync();
  };
  await Promise.race([left(), late]);
  clearTimeout(timer);
}
