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
  try {
    ctx.storage.transactionSync(() => {
      if (!body()) throw ABORT;
    });
  } catch (error) {
    if (error === ABORT) return undefined;
    if (globalThis.__worker_init_state.isTrap(error)) {
      // The instance is dead: mark it, and let the trap go on to whoever called into it.
      globalThis.__worker_init_state.criticalError = true;
      throw error;
    }
    return error;
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

// The body as text; null if it is no UTF-8, undefined if it is larger than `max` bytes. Counted as it streams, because
// Content-Length is only a claim.
export async function readBody(request, max) {
  if (!request.body) return "";
  const reader = request.body.getReader();
  const chunks = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > max) {
      await discard(reader);
      return undefined;
    }
    chunks.push(value);
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
    return null;
  }
}

// Reads what is left of a body that nobody wants, so that the client gets to read the answer: an unread body can reset
// the connection (workers-sdk #15709).
export async function drain(request) {
  if (request.body && !request.bodyUsed) await discard(request.body.getReader());
}

const DRAIN_BYTES = 8 * 1024 * 1024;
const DRAIN_MILLIS = 5000;

async function discard(reader) {
  let left = DRAIN_BYTES;
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve({ done: true }), DRAIN_MILLIS);
  });
  try {
    while (left > 0) {
      const { done, value } = await Promise.race([reader.read(), late]);
      if (done) break;
      left -= value.byteLength;
    }
  } catch {
    // The client went away; there is nobody left to answer.
  } finally {
    clearTimeout(timer);
    // A reader that gives up must say so, or the connection waits for it.
    reader.cancel().catch(() => {});
  }
}
