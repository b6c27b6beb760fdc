/**
 * The one door to PostgreSQL. Everything that reads or writes the database goes through `statement`
 * or `transaction`; nothing else opens, commits, rolls back or retries (`reliability`: one
 * transaction helper).
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError, Pool, TypeOverrides, types as defaultTypes } from 'pg';
import type { CustomTypesConfig, PoolClient, QueryConfig, QueryResult, QueryResultRow } from 'pg';
import type { Result } from './core/refusal.ts';

/** Connections of one program; the database's own limit must hold all programs' together. */
const POOL_SIZE = 16;
/** Longest wait for a free or new connection. */
const CONNECT_TIMEOUT_MS = 5_000;
/** A connection unused for so long is closed. */
const IDLE_TIMEOUT_MS = 30_000;
/** Longest run of one statement, waiting for locks included. */
const STATEMENT_TIMEOUT_MS = 60_000;
/** The server ends a transaction that its program has left open for so long. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 30_000;
/** Attempts at a statement or transaction that the database asks to be tried again. */
const ATTEMPT_LIMIT = 8;
/** Base of the growing, random pause between attempts. */
const RETRY_PAUSE_MS = 4;

/** Texts prepared by one pool; ours are constants of the code, of which there are far fewer. */
const PREPARED_MAX = 512;

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';
/**
 * Where PostgreSQL notices that a prepared statement's columns are other ones since a migration.
 */
const PLAN_OUTDATED = 'RevalidateCachedQuery';

/**
 * Where queries run: inside one transaction, or each by itself (see `Database`). `int8` is read as
 * `bigint`,
 * `timestamptz` as `Date`, `numeric` as text; a `bigint` may be given as a value.
 */
export type Tx = {
  query<R extends QueryResultRow>(
    text: string,
    values?: readonly unknown[],
  ): Promise<QueryResult<R>>;
};

/** A pool of connections to one database. */
export type Database = {
  /**
   * Runs `work` with every query of it a transaction of its own: the cheapest way to run the
   * one-call steps. A query that fails by deadlock or serialization (and so has had no effect) is
   * tried again, a bounded number of times.
   */
  statement<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * Runs `work` in one transaction (READ COMMITTED). A success commits; a refusal or a throw rolls
   * back. On deadlock or serialization failure all of `work` runs again, a bounded number of times,
   * so it must have no effect outside the database. Throws when the COMMIT did not commit; when the
   * connection was lost during COMMIT the outcome is unknown, which the error says, and the caller
   * finds out by its own id.
   */
  transaction<T, R>(work: (tx: Tx) => Promise<Result<T, R>>): Promise<Result<T, R>>;
  /** Waits for the queries under way and closes every connection. */
  close(): Promise<void>;
};

/**
 * Opens a pool on a `postgresql://` address. Connects lazily: an unreachable database shows at the
 * first query.
 * `poolSize` is the highest number of connections, `applicationName` what an operator sees in
 * `pg_stat_activity`.
 */
export function openDatabase(
  url: string,
  options: { poolSize?: number; applicationName?: string } = {},
): Database {
  const pool = new Pool({
    connectionString: url,
    max: options.poolSize ?? POOL_SIZE,
    application_name: options.applicationName ?? 'seqr-ups',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    keepAlive: true,
    // Our statements find rows by their keys, whichever they are: one plan serves every value. It
    // is made once for a connection, perhaps while a table is nearly empty and reading all of it
    // would be cheapest: it must still be right when the table has a million rows.
    options: '-c TimeZone=UTC -c plan_cache_mode=force_generic_plan -c enable_seqscan=off',
    types: typeParsers(),
  });
  // A connection that dies while idle (a restart, a failover) is replaced at the next query, which
  // reports what is wrong.
  pool.on('error', () => {});

  const prepared = preparedStatements();
  const eachByItself: Tx = {
    query: (text, values) => retried(prepared, () => pool.query(prepared.query(text, values))),
  };
  let closed: Promise<void> | undefined;
  return {
    statement: (work) => work(eachByItself),
    transaction: (work) => retried(prepared, () => runTransaction(pool, prepared, work)),
    close: () => (closed ??= pool.end()),
  };
}

/** Type parsers of this pool alone: other users of `pg` in the process keep its defaults. */
function typeParsers(): CustomTypesConfig {
  const types = new TypeOverrides(defaultTypes);
  types.setTypeParser(defaultTypes.builtins.INT8, BigInt);
  return types;
}

/** The names under which a pool's connections keep their statements. */
type PreparedStatements = {
  /** A query with values has a name: each connection parses and plans its text only once. */
  query(text: string, values?: readonly unknown[]): QueryConfig;
  /** Every text is prepared anew, under another name. */
  renew(): void;
};

function preparedStatements(): PreparedStatements {
  const names = new Map<string, string>();
  let generation = 0;
  return {
    query: (text, values) => {
      if (values === undefined || values.length === 0) return { text };
      let name = names.get(text);
      if (name === undefined && names.size < PREPARED_MAX) {
        name = `${generation}.${names.size}`;
        names.set(text, name);
      }
      return { ...(name !== undefined && { name }), text, values: values.slice() };
    },
    renew: () => {
      names.clear();
      generation += 1;
    },
  };
}

async function runTransaction<T, R>(
  pool: Pool,
  prepared: PreparedStatements,
  work: (tx: Tx) => Promise<Result<T, R>>,
): Promise<Result<T, R>> {
  const client = await pool.connect();
  // Without a listener a connection lost between two queries would end the process; the next query
  // reports it.
  const ignore = (): void => {};
  client.on('error', ignore);
  let open = true;
  let broken = false;
  const tx: Tx = {
    query: (text, values) => {
      if (!open) throw new Error('A query was made on a transaction that has ended');
      return client.query(prepared.query(text, values));
    },
  };
  try {
    await client.query('begin');
    const result = await work(tx);
    open = false;
    if (result.ok) await commit(client);
    else await client.query('rollback');
    return result;
  } catch (error) {
    open = false;
    await client.query('rollback').catch(() => (broken = true));
    throw error;
  } finally {
    client.off('error', ignore);
    client.release(broken);
  }
}

/**
 * PostgreSQL answers a COMMIT of an aborted transaction with the tag ROLLBACK and no error: that is
 * a failure.
 */
async function commit(client: PoolClient): Promise<void> {
  let tag: string;
  try {
    tag = (await client.query('commit')).command;
  } catch (error) {
    if (sqlState(error) !== undefined) throw error;
    throw new Error('The connection was lost during COMMIT: its outcome is unknown', {
      cause: error,
    });
  }
  if (tag !== 'COMMIT') throw new Error(`COMMIT was answered ${tag}: nothing was committed`);
}

async function retried<T>(prepared: PreparedStatements, attempt: () => Promise<T>): Promise<T> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt();
    } catch (error) {
      const state = sqlState(error);
      const outdated = error instanceof DatabaseError && error.routine === PLAN_OUTDATED;
      if (outdated) prepared.renew();
      const mayRetry = outdated || state === SERIALIZATION_FAILURE || state === DEADLOCK_DETECTED;
      if (!mayRetry || attempts >= ATTEMPT_LIMIT) throw error;
    }
    await sleep(Math.random() * RETRY_PAUSE_MS * 2 ** attempts);
  }
}

/** The five-character SQLSTATE of an error that PostgreSQL itself raised. */
function sqlState(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined;
}
