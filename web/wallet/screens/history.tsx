import type { PurchaseJson, SpendingJson } from '@seqr-ups/contract';
import { useEffect, useRef } from 'preact/hooks';
import { amountText, difference, isZero } from '../../design/amount.ts';
import { Icon } from '../../design/icon.tsx';
import { find, findMore, found, month, search } from '../history.ts';
import { dayOf, dayWords, type Month, monthsSince, monthWords } from '../months.ts';
import { TEXT } from '../text.ts';
import { Empty } from '../parts/empty.tsx';
import { PurchaseList } from '../parts/purchase-list.tsx';
import { Notice, Screen } from '../parts/screen.tsx';

/** A pause in the typing that is long enough to look for what was typed. */
const TYPING_PAUSE_MS = 250;

/** What was bought, by day; one month of it, or what holds some words; and what it came to. */
export function History() {
  useEffect(() => {
    void find();
  }, []);
  const { items, spending, state } = found.value;
  const untouched = month.value === null && search.value.trim() === '';
  const nothing = untouched && items?.length === 0;
  return (
    <Screen title={TEXT.history.title} back={{ screen: 'HOME' }} layout="history">
      {nothing ? (
        <Empty icon="receipt" words={TEXT.history.none} />
      ) : (
        <>
          <div class="history-find">
            <MonthStepper months={monthsSince(spending?.firstAt ?? null)} />
            <Search />
          </div>
          {spending === null ? null : <Spent spending={spending} />}
          <Results items={items} />
        </>
      )}
      {state === 'LOADING' && items === null ? (
        <p class="soft" role="status">
          {TEXT.loading}
        </p>
      ) : null}
      <More />
    </Screen>
  );
}

/** One month back or on, or any of them by the phone's own list. Months are newest first. */
function MonthStepper({ months }: { readonly months: readonly Month[] }) {
  const at = month.value === null ? -1 : months.indexOf(month.value);
  const show = (chosen: Month | null): void => {
    month.value = chosen;
    void find();
  };
  return (
    <div class="month">
      <button
        type="button"
        class="bar-control month-step"
        aria-label={TEXT.after.history.older}
        disabled={at === months.length - 1}
        onClick={() => {
          show(months[at + 1] ?? null);
        }}
      >
        <Icon name="back" />
      </button>
      <span class="month-pick">
        <select
          class="month-choice figures"
          aria-label={TEXT.after.history.month}
          value={month.value ?? ''}
          onChange={(event) => {
            show(event.currentTarget.value === '' ? null : event.currentTarget.value);
          }}
        >
          <option value="">{TEXT.after.history.all}</option>
          {months.map((one) => (
            <option key={one} value={one}>
              {monthWords(one)}
            </option>
          ))}
        </select>
        <Icon name="forward" />
      </span>
      <button
        type="button"
        class="bar-control month-step"
        aria-label={TEXT.after.history.newer}
        disabled={at < 0}
        onClick={() => {
          show(at === 0 ? null : (months[at - 1] ?? null));
        }}
      >
        <Icon name="forward" />
      </button>
    </div>
  );
}

function Search() {
  const timer = useRef<number | undefined>(undefined);
  const input = useRef<HTMLInputElement>(null);
  useEffect(
    () => () => {
      window.clearTimeout(timer.current);
    },
    [],
  );
  const look = (pauseMs: number): void => {
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => void find(), pauseMs);
  };
  return (
    <form
      class="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        look(0);
      }}
    >
      <Icon name="search" />
      <input
        ref={input}
        type="search"
        enterkeyhint="search"
        autocomplete="off"
        maxLength={100}
        aria-label={TEXT.after.history.search}
        placeholder={TEXT.after.history.searchHint}
        value={search.value}
        onInput={(event) => {
          search.value = event.currentTarget.value;
          look(TYPING_PAUSE_MS);
        }}
      />
      {search.value === '' ? null : (
        <button
          type="button"
          class="bar-control search-clear"
          aria-label={TEXT.after.history.clear}
          onClick={() => {
            search.value = '';
            input.current?.focus();
            look(0);
          }}
        >
          <Icon name="cross" />
        </button>
      )}
    </form>
  );
}

/** What the selection came to, by currency, without what was refunded. */
function Spent({ spending }: { readonly spending: SpendingJson }) {
  if (spending.items.length === 0) return null;
  return (
    <section class="spent card" aria-label={TEXT.after.history.spent}>
      {spending.items.map(({ purchases, charged, refunded }) => (
        <div key={charged.currency}>
          <p class="soft small">{TEXT.after.history.spent}</p>
          <p class="spent-amount figures">{amountText(difference(charged, refunded) ?? charged)}</p>
          <p class="soft small figures">
            {TEXT.after.history.paid(purchases)}
            {isZero(refunded)
              ? null
              : ` · ${amountText(charged)}, ${TEXT.after.history.refunded(amountText(refunded))}`}
          </p>
        </div>
      ))}
    </section>
  );
}

function Results({ items }: { readonly items: readonly PurchaseJson[] | null }) {
  const words = search.value.trim();
  return (
    <>
      <p class="sr-only" role="status">
        {items === null || items.length === 0 ? '' : TEXT.after.history.loaded(items.length)}
      </p>
      {items?.length === 0 ? (
        <Empty
          icon={words === '' ? 'receipt' : 'search'}
          words={words === '' ? TEXT.after.history.noneThen : TEXT.after.history.noneFound(words)}
        >
          {words === '' || month.value === null ? null : (
            <button
              type="button"
              class="button"
              onClick={() => {
                month.value = null;
                void find();
              }}
            >
              {TEXT.after.history.everywhere}
            </button>
          )}
        </Empty>
      ) : null}
      {byDay(items ?? []).map(([first, ...others]) => (
        <section key={first.id} class="section day" aria-label={dayWords(first.createdAt)}>
          <h2 class="day-name soft">{dayWords(first.createdAt)}</h2>
          <PurchaseList purchases={[first, ...others]} when="CLOCK" />
        </section>
      ))}
    </>
  );
}

type Day = readonly [PurchaseJson, ...PurchaseJson[]];

/** Neighbours of one day together; the order stays. */
function byDay(items: readonly PurchaseJson[]): Day[] {
  const days: Day[] = [];
  for (const item of items) {
    const last = days.at(-1);
    if (last !== undefined && dayOf(last[0].createdAt) === dayOf(item.createdAt)) {
      days[days.length - 1] = [...last, item];
    } else {
      days.push([item]);
    }
  }
  return days;
}

function More() {
  const { items, cursor, state } = found.value;
  if (state === 'LOST') {
    return (
      <>
        <Notice tone="wait" icon="offline" title={TEXT.offline.title} />
        <button type="button" class="button" data-wide onClick={() => void find()}>
          {TEXT.retry}
        </button>
      </>
    );
  }
  if (cursor === null || items === null) return null;
  return (
    <button
      type="button"
      class="button"
      data-wide
      disabled={state === 'LOADING'}
      onClick={() => void findMore()}
    >
      {state === 'LOADING' ? TEXT.loading : TEXT.history.more}
    </button>
  );
}
