// What Rust cannot do through bindings alone. Bundled into the Worker by wasm-bindgen.

const ABORT = new Error("rolled back");

export function run(ctx, sql, parameters) {
  ctx.storage.sql.exec(sql, ...parameters);
}

export function rows(ctx, sql, parameters) {
  // Drained at once: an open cursor would see later writes and block DROP TABLE. Not with `raw()`, which crosses into the
  // platform once a row; values keep the order of the columns, since no column's name is a number.
  return ctx.storage.sql.exec(sql, ...parameters).toArray().map(Object.values);
}

// The one number that an INSERT … RETURNING gives.
export function insert(ctx, sql, parameters) {
  const [row] = ctx.storage.sql.exec(sql, ...parameters).toArray();
  return Object.values(row)[0];
}

// undefined when kept or rolled back as asked, else the error that the platform raised.
export function transaction(ctx, body) {
  let inside = false;
  try {
    ctx.storage.transactionSync(() => {
      inside = true;
      const kept = body();
      inside = false;
      if (!kept) throw ABORT;
    });
  } catch (error) {
    if (error === ABORT) return undefined;
    if (inside) {
      // A trap, or any exception of JS that nobody caught below: it left Rust's frames without dropping what they hold, so
      // that the instance is dead. Mark it, and let the error go on to whoever called into it; wasm-bindgen wraps what JS
      // threw, and on the way out makes another trap of it.
      globalThis.__worker_init_state.panic ??= errorText(read(error, "cause") ?? error);
      globalThis.__worker_init_state.criticalError = true;
      throw error;
    }
    return error;
  }
}

function read(value, name) {
  try {
    return value?.[name];
  } catch {
    return undefined;
  }
}

export function random(bytes) {
  crypto.getRandomValues(bytes);
}

export function objectId(ctx) {
  return ctx.id.toString();
}

export function objectName(ctx) {
  return ctx.id.name;
}

// An error for native RPC. Workers RPC carries its name and message; the rest where the platform keeps own properties.
export function failure(json) {
  const { code, message, ...rest } = JSON.parse(json);
  const error = new Error(`${code}: ${message}`);
  error.name = "DurablyError";
  return Object.assign(error, { code, ...rest });
}

// What whatever was thrown says. Anything can be thrown: an object whose properties throw, a Symbol, nothing.
export function errorText(error) {
  try {
    if (error instanceof Error) return String(error.message);
    const json = typeof error === "object" && error !== null ? JSON.stringify(error) : undefined;
    return String(json ?? error);
  } catch {
    return "an error that cannot be shown";
  }
}

// The body as text, or the status of what is wrong with it: larger than `max` bytes (counted as it streams, because
// Content-Length is only a claim), late or silent for too long, no UTF-8.
export async function readBody(request, max) {
  if (!request.body) return "";
  const reader = request.body.getReader();
  const chunks = [];
  let size = 0;
  const end = Date.now() + BODY_MILLIS;
  for (;;) {
    const next = await within(reader.read(), Math.min(SILENCE_MILLIS, end - Date.now()));
    if (next === LATE) return giveUp(reader, 408);
    if (next.done) break;
    size += next.value.byteLength;
    if (size > max) {
      await discard(reader);
      return 413;
    }
    chunks.push(next.value);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return 400;
  }
}

// Reads what is left of a body that nobody wants, so that the client gets to read the answer. Whether there was anything.
export async function drain(request) {
  return Boolean(request.body) && !request.bodyUsed && (await discard(request.body.getReader()));
}

// A body that nobody wants is read up to this many bytes and for this long.
const DRAIN_BYTES = 8 * 1024 * 1024;
const DRAIN_MILLIS = 5000;
// A body that is wanted may be silent for this long, and take this long in all: as long as Node's `requestTimeout` and
// nginx's and Apache's limits together allow, which clients know. A byte now and then would otherwise hold it for ever.
const SILENCE_MILLIS = 30_000;
const BODY_MILLIS = 300_000;

async function discard(reader) {
  let read = 0;
  const end = Date.now() + DRAIN_MILLIS;
  try {
    while (read < DRAIN_BYTES) {
      const next = await within(reader.read(), end - Date.now());
      if (next === LATE) return giveUp(reader, true);
      if (next.done) return read > 0;
      read += next.value.byteLength;
    }
  } catch {
    // The client went away; there is nobody left to answer.
  }
  return giveUp(reader, true);
}

// A reader that gives up must say so, or the connection waits for it.
function giveUp(reader, answer) {
  reader.cancel().catch(() => {});
  return answer;
}

const LATE = Symbol("late");

// What a promise gives, or LATE. The timer is cleared: one that runs keeps an object awake.
async function within(promise, millis) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve(LATE), millis);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

// KV has this long to answer.
const KV_MILLIS = 10_000;

async function ofKv(promise) {
  const answer = await within(promise, KV_MILLIS);
  if (answer === LATE) throw new Error(`no answer within ${KV_MILLIS / 1000} s`);
  return answer;
}

// The bytes under a key; null if there are none. `ttl`: seconds for which KV itself may keep them; undefined asks anew.
export async function kvGet(kv, key, ttl) {
  return ofKv(kv.get(key, { type: "arrayBuffer", ...(ttl && { cacheTtl: ttl }) }));
}

export async function kvPut(kv, key, text) {
  return ofKv(kv.put(key, text));
}
