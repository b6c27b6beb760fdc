import { MACHINE_LANGUAGES, type PanelMachineJson } from '@seqr-ups/contract';
import { useEffect } from 'preact/hooks';
import { Icon } from '../design/icon.tsx';
import { Face, hasSlotFaces, SlotFace } from './faces/face.tsx';
import { presentActOf } from './happening.ts';
import { fleet, online, walletUrl, watchFleet } from './machines.ts';
import { SmallDisplay } from './parts/display.tsx';
import { language, LANGUAGE_NAMES, pageAddress, TEXT } from './text.ts';

/** How many slots a card draws; more would be too small to tell apart. */
const SHOWN = 3;

/** All machines of this process, each a link to its front; where a newcomer begins. */
export function FleetPage() {
  useEffect(() => watchFleet(), []);
  useEffect(() => {
    document.title = TEXT.fleet;
  }, []);
  const first = fleet.value?.find(({ state }) => state === 'IDLE')?.token;
  return (
    <div class="page">
      <header class="fleet-head">
        <div>
          <h1>{TEXT.fleet}</h1>
          <p class="soft">{TEXT.fleetLead}</p>
        </div>
        <Steps />
      </header>
      <main>
        {online.value ? null : (
          <div class="notice" data-tone="wait" role="status">
            <Icon name="offline" />
            <div>
              <strong>{TEXT.offline}</strong>
              {TEXT.offlineNote}
            </div>
          </div>
        )}
        {fleet.value === null ? (
          <p class="soft">{TEXT.loading}</p>
        ) : (
          <ul class="fleet">
            {fleet.value.map((machine) => (
              <li key={machine.token}>
                <Card machine={machine} isFirst={machine.token === first} />
              </li>
            ))}
          </ul>
        )}
      </main>
      <footer>
        <nav class="languages" aria-label={TEXT.languages}>
          {MACHINE_LANGUAGES.map((tag) => (
            <a
              key={tag}
              href={`?lang=${tag}`}
              lang={tag}
              hreflang={tag}
              aria-current={tag === language() ? 'true' : undefined}
            >
              {LANGUAGE_NAMES[tag]}
            </a>
          ))}
        </nav>
      </footer>
    </div>
  );
}

function Steps() {
  const [first, ...others] = TEXT.steps;
  return (
    <ol class="steps-line">
      <li>
        {walletUrl.value === null ? (
          first
        ) : (
          <>
            <span>{first}</span>
            <a class="button" data-kind="primary" href={walletUrl.value} target="seqr-wallet">
              {TEXT.openWallet}
            </a>
          </>
        )}
      </li>
      {others.map((step) => (
        <li key={step}>{step}</li>
      ))}
    </ol>
  );
}

type CardProps = { readonly machine: PanelMachineJson; readonly isFirst: boolean };

function Card({ machine, isFirst }: CardProps) {
  const { token, name, place, state } = machine;
  return (
    <a
      class="fleet-card card"
      href={pageAddress(`/${encodeURIComponent(token)}`)}
      data-state={state}
    >
      <Portrait machine={machine} />
      <span class="fleet-words">
        <strong class="fleet-name">{name}</strong>
        <span class="soft small">
          {place === null ? '' : `${place} · `}
          {TEXT.number(token)}
        </span>
        <span class="fleet-state small">
          <span class="lamp" aria-hidden="true" />
          {TEXT.states[state]}
          {isFirst ? <b class="fleet-first">{TEXT.startHere}</b> : null}
        </span>
      </span>
    </a>
  );
}

/** The machine's face in small, with its display, doing what the machine does. */
function Portrait({ machine }: { readonly machine: PanelMachineJson }) {
  const face = {
    machine,
    seen: { items: [], actOf: presentActOf(machine) },
    online: online.value,
  };
  return (
    <span class="portrait" data-face={machine.face} aria-hidden="true">
      <SmallDisplay machine={machine} />
      <span class="portrait-scene">
        {hasSlotFaces(machine) ? (
          machine.products
            .slice(0, SHOWN)
            .map((product) => <SlotFace key={product.slot} {...face} product={product} />)
        ) : (
          <Face {...face} />
        )}
      </span>
    </span>
  );
}
