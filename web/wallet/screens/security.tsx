import type { DeviceJson } from '@seqr-ups/contract';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { canLock, lockId, switchOff, switchOn } from '../app-lock.ts';
import { shortTime } from '../dates.ts';
import { devices, lose, ownDevice, refreshDevices, signAct } from '../device.ts';
import { installation } from '../installation.ts';
import { go } from '../route.ts';
import { removeDevice } from '../security-api.ts';
import { forgetSession } from '../session.ts';
import { TEXT } from '../text.ts';
import { List, ListButton, ListLink } from '../parts/list.tsx';
import { PinPad } from '../parts/pin-pad.tsx';
import { type Failure, leadsAway, Refusal } from '../parts/refusal.tsx';
import { Notice, Screen } from '../parts/screen.tsx';
import { Section } from '../parts/section.tsx';
import { Toggle } from '../parts/toggle.tsx';
import '../security.css';

/** Who may pay from this account, and what keeps others out. */
export function Security() {
  const removing = useSignal<DeviceJson | null>(null);
  const removed = useSignal<string | null>(null);
  useEffect(() => {
    void refreshDevices();
  }, []);
  if (removing.value !== null) {
    return (
      <Removal
        device={removing.value}
        keep={() => {
          removing.value = null;
        }}
        onRemoved={(name) => {
          removed.value = name;
          removing.value = null;
        }}
      />
    );
  }
  const choose = (device: DeviceJson): void => {
    removing.value = device;
  };
  return (
    <Screen title={TEXT.security.title} back={{ screen: 'ACCOUNT' }} layout="narrow">
      {removed.value === null ? null : (
        <Notice tone="good" icon="check">
          {TEXT.security.device.removed(removed.value)}
        </Notice>
      )}
      <Here remove={choose} />
      <Others remove={choose} />
      <Section title={TEXT.security.pin.section}>
        <List>
          <ListLink to={{ screen: 'PIN' }} icon="keyboard" title={TEXT.security.pin.open} />
          <ListLink to={{ screen: 'UNLOCK' }} icon="unlocked" title={TEXT.security.unlock.open} />
        </List>
      </Section>
      <Lock />
    </Screen>
  );
}

type RemoveProps = { readonly remove: (device: DeviceJson) => void };

/** This device, and what it may do. */
function Here({ remove }: RemoveProps) {
  const own = ownDevice.value;
  const words = TEXT.security.device;
  const id = own.state === 'ACTIVE' ? own.id : null;
  const device = (devices.value ?? []).find((one) => one.id === id);
  const needed = installation.value?.deviceSignature === 'REQUIRED';
  const absent = own.state !== 'ACTIVE' && own.state !== 'UNABLE' && own.state !== 'UNKNOWN';
  return (
    <Section title={words.here}>
      {own.state === 'UNABLE' ? (
        <Notice tone={needed ? 'bad' : 'plain'} icon="info" title={TEXT.security.wait.unableTitle}>
          {needed ? TEXT.security.wait.unable : words.notNeeded}
        </Notice>
      ) : null}
      {device === undefined ? null : (
        <List>
          <DeviceRow device={device} remove={remove} />
        </List>
      )}
      {absent ? (
        <List>
          <ListLink
            to={{ screen: 'ENROL' }}
            icon="locked"
            tone="wait"
            title={words.letIn}
            note={needed ? words.absent : words.notNeeded}
          />
        </List>
      ) : null}
    </Section>
  );
}

/** The other devices of the customer; those that wait come first. */
function Others({ remove }: RemoveProps) {
  const own = ownDevice.value;
  const ownId = own.state === 'ACTIVE' ? own.id : own.state === 'PENDING' ? own.device.id : null;
  const others = (devices.value ?? []).filter(({ id }) => id !== ownId);
  return (
    <Section title={TEXT.security.device.others}>
      {devices.value === null ? (
        <p class="soft">{TEXT.loading}</p>
      ) : others.length === 0 ? (
        <p class="soft">{TEXT.security.device.none}</p>
      ) : (
        <List>
          {others.map((device) => (
            <DeviceRow key={device.id} device={device} remove={remove} />
          ))}
        </List>
      )}
    </Section>
  );
}

function DeviceRow({ device, remove }: RemoveProps & { readonly device: DeviceJson }) {
  const words = TEXT.security.device;
  if (device.state === 'PENDING') {
    return (
      <ListLink
        to={{ screen: 'DEVICE', id: device.id }}
        icon="person"
        tone="wait"
        title={device.name}
        note={words.pending}
      />
    );
  }
  const used = device.lastUsedAt ?? device.createdAt;
  // Its signature is what the server would ask for.
  const able =
    ownDevice.value.state === 'ACTIVE' || installation.value?.deviceSignature !== 'REQUIRED';
  return (
    <ListButton
      icon="phone"
      tone="good"
      title={device.name}
      note={words.used(shortTime(used))}
      {...(able && { value: words.remove })}
      disabled={!able}
      onClick={() => {
        remove(device);
      }}
    />
  );
}

type RemovalProps = {
  readonly device: DeviceJson;
  readonly keep: () => void;
  readonly onRemoved: (name: string) => void;
};

function Removal({ device, keep, onRemoved }: RemovalProps) {
  const failure = useSignal<Failure | null>(null);
  const words = TEXT.security.device;
  const own = ownDevice.value.state === 'ACTIVE' && ownDevice.value.id === device.id;
  const send = async (pin: string): Promise<void> => {
    failure.value = null;
    const signature = await signAct('REMOVE_DEVICE', device.id);
    const answer = await removeDevice(device.id, { pin, device: signature });
    const gone = answer.kind === 'PROBLEM' && answer.problem.code === 'NOT_FOUND';
    if (answer.kind !== 'OK' && !gone) {
      failure.value = answer;
      return;
    }
    if (!own) {
      await refreshDevices();
      onRemoved(device.name);
      return;
    }
    go({ screen: 'HOME' }, { replace: true });
    await lose();
    forgetSession('REMOVED');
  };
  return (
    <Screen title={words.removeTitle} layout="pin">
      <p class="pin-for">{own ? words.removeOwn : words.removeNote(device.name)}</p>
      <Refusal failure={failure.value} />
      {leadsAway(failure.value) ? null : <PinPad label={words.removePin} onPin={send} />}
      <button type="button" class="button" data-kind="quiet" onClick={keep}>
        {words.keep}
      </button>
    </Screen>
  );
}

/** The lock of the screen itself, where this browser can ask the phone. */
function Lock() {
  const able = useSignal(false);
  const failed = useSignal(false);
  useEffect(() => {
    void canLock().then((can) => {
      able.value = can;
    });
  }, []);
  const on = lockId.value !== null;
  if (!able.value && !on) return null;
  const words = TEXT.security.lock;
  const change = async (): Promise<void> => {
    failed.value = !(on ? await switchOff() : await switchOn(TEXT.product));
  };
  return (
    <Section title={words.section}>
      <List>
        <Toggle
          icon="locked"
          title={words.setting}
          note={words.note}
          on={on}
          onChange={() => void change()}
        />
      </List>
      {failed.value ? (
        <Notice tone="bad" icon="warning">
          {words.refused}
        </Notice>
      ) : null}
    </Section>
  );
}
