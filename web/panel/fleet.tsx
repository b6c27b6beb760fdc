import type { PanelMachineJson } from '@seqr-ups/contract';
import { useEffect } from 'preact/hooks';
import { Icon } from '../design/icon.tsx';
import { fleet, online, watchFleet } from './machines.ts';
import { ProductArt } from './parts/product-art.tsx';
import { STATE_WORDS, TEXT } from './text.ts';

/** How many products a card draws; more would be too small to tell apart. */
const SHOWN = 2;

/** All machines of this process, each a link to its front. */
export function FleetPage() {
  useEffect(() => watchFleet(), []);
  useEffect(() => {
    document.title = TEXT.fleet;
  }, []);
  return (
    <div class="page">
      <header class="page-head">
        <h1>{TEXT.fleet}</h1>
        <p class="soft">{TEXT.fleetLead}</p>
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
                <Card machine={machine} />
              </li>
            ))}
          </ul>
        )}
      </main>
    </div>
  );
}

function Card({ machine }: { readonly machine: PanelMachineJson }) {
  const { token, name, place, state, products } = machine;
  return (
    <a class="fleet-card card" href={`/${encodeURIComponent(token)}`} data-state={state}>
      <span class="fleet-art">
        {products.slice(0, SHOWN).map((product) => (
          <ProductArt key={product.slot} name={product.name} slot={product.slot} />
        ))}
      </span>
      <span class="fleet-words">
        <strong>{name}</strong>
        <span class="soft small">
          {place === null ? '' : `${place} · `}
          {TEXT.number(token)}
        </span>
        <span class="fleet-state small">
          <span class="lamp" aria-hidden="true" />
          {STATE_WORDS[state]}
        </span>
      </span>
    </a>
  );
}
