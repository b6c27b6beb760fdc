import { finishCanceling } from './cancellation.ts';
import { adopt, inBackground, pause, stateOf } from './kit.ts';
import type { Kit, Machine, Session } from './kit.ts';
import { look, watchOffer } from './looking.ts';
import { abandon } from './offering.ts';
import { settle } from './settlement.ts';
import { findOut } from './unlocking.ts';

/** How long the start waits for the platform to say where the open offers stand. */
const LOOK_WITHIN_MS = 2_000;

/**
 * Takes up every session that the journal holds unfinished; machines are taken again before this
 * returns the first time to the event loop. Resolves when each open offer was looked at, or after 2
 * s: the rest goes on by itself. `machineOf` also answers for machines that are not run any more.
 */
export async function resume(kit: Kit, machineOf: (token: string) => Machine): Promise<void> {
  const looks: Promise<void>[] = [];
  for (const record of kit.sessions.unfinished()) {
    const session = adopt(kit, machineOf(record.token), record, kit.sessions.vends(record));
    kit.log('info', 'session taken up', { token: record.token, state: record.state });
    if (record.state === 'OFFERED') looks.push(resumeOffer(kit, session));
    else inBackground(kit, session, goOn(kit, session));
  }
  await Promise.race([Promise.all(looks), pause(kit, LOOK_WITHIN_MS)]);
}

async function resumeOffer(kit: Kit, session: Session): Promise<void> {
  inBackground(kit, session, watchOffer(kit, session));
  try {
    await look(kit, session);
  } catch (error) {
    inBackground(kit, session, Promise.reject(error));
  }
}

async function goOn(kit: Kit, session: Session): Promise<void> {
  switch (stateOf(session)) {
    case 'LEASED':
      return abandon(kit, session);
    case 'UNLOCKING':
    case 'OPEN':
      return findOut(kit, session);
    case 'CANCELING':
      return finishCanceling(kit, session);
    case 'SETTLING':
      return settle(kit, session);
    case 'OFFERED':
    case 'ENDED':
  }
}
