// Nobody waits for an instance that is gone.
//
// All objects of an isolate share one wasm instance. After a trap (a panic, a stack overflow, exhausted memory)
// worker-build's Proxy makes a new one at the next call, and every Promise that the old one had promised stays pending
// for ever. So each is registered here, and rejected when the instance is marked as dead.

import { WorkerEntrypoint } from "cloudflare:workers";
import "./worker/index.js"; // first: it makes the flag that is watched below

const pending = new Set();
let panic; // what the panic hook wrote last

// worker-build's flag, watched: the panic hook sets it, and so do the handlers below.
const state = globalThis.__worker_init_state;
let critical = state.criticalError;
Object.defineProperty(state, "criticalError", {
  configurable: true,
  enumerable: true,
  get: () => critical,
  set(value) {
    critical = value;
    if (value) queueMicrotask(rejectPending);
  },
});

// Traps without a panic hook (stack overflow, out of memory) in a microtask reach nobody but this event. `e.error` may be
// missing on some; whatever it is, an uncaught error of wasm is one of these two.
addEventListener("error", (event) => {
  if (isTrap(event.error)) state.criticalError = true;
});

// The panic hook prints "Critical" and an Error with the panic's text: remembered, so that the caller can read it.
const consoleError = console.error;
console.error = (...args) => {
  if (args[0] === "Critical" && args[1] instanceof Error) panic = args[1].message.replace(/^Rust panic: /, "");
  consoleError.apply(console, args);
};

function isTrap(error) {
  return error instanceof WebAssembly.RuntimeError || (error instanceof RangeError && /call stack/i.test(error.message));
}

function rejectPending() {
  if (pending.size === 0) return;
  const error = failure("isolate_reset", panic ?? "a trap", true);
  for (const reject of pending) reject(error);
  pending.clear();
}

function failure(code, why, retryable) {
  const error = new Error(`${code}: ${why}`);
  error.name = "DurablyError";
  return Object.assign(error, { code, status: retryable ? 503 : 500, retryable });
}

// An error that left wasm: a trap becomes an error that says so, anything else goes on as it is.
function raised(error) {
  if (!isTrap(error)) return error;
  state.criticalError = true;
  const why = panic ?? error.message;
  panic = undefined;
  return failure("panicked", why, false);
}

// A Promise of wasm that ends, whatever becomes of the instance.
function settled(promise) {
  return new Promise((resolve, reject) => {
    pending.add(reject);
    promise.then(
      (value) => {
        pending.delete(reject);
        resolve(value);
      },
      (error) => {
        pending.delete(reject);
        reject(raised(error));
      },
    );
  });
}

// Calls into wasm. The answer is a string, an Error to throw, or a Promise of a string.
function enter(call, finish) {
  let answer;
  panic = undefined;
  try {
    answer = call();
  } catch (error) {
    throw raised(error);
  }
  if (typeof answer === "string") return finish(answer);
  if (answer instanceof Promise) return settled(answer).then(finish);
  throw answer;
}

// JSON that keeps 64-bit integers: BigInt in both directions, where a number would be rounded.
const outgoing = (_key, value) => {
  if (typeof value === "bigint") return JSON.rawJSON(value.toString());
  if (value instanceof Uint8Array) return base64(value);
  if (value instanceof ArrayBuffer) return base64(new Uint8Array(value));
  return value;
};

const incoming = (_key, value, { source }) =>
  typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(source) ? BigInt(source) : value;

function parse(json) {
  // The reviver costs more than parsing: it runs only where a number has 16 digits.
  return /\d{16}/.test(json) ? JSON.parse(json, incoming) : JSON.parse(json);
}

function base64(bytes) {
  if (bytes.toBase64) return bytes.toBase64();
  let binary = "";
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(binary);
}

function parseBytes(json) {
  const text = JSON.parse(json);
  return Uint8Array.fromBase64 ? Uint8Array.fromBase64(text) : Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}

const asIs = (text) => text;

// An object of a class: what the exported class calls.
export function object(Class, ctx, env) {
  const inner = new Class(ctx, env);
  return {
    call: (method, args) => enter(() => inner.call(method, JSON.stringify(args, outgoing)), parse),
    bytes: (method, args) => enter(() => inner.call(method, JSON.stringify(args, outgoing)), parseBytes),
    envelope: (envelope) => enter(() => inner.envelope(envelope), asIs),
  };
}

// The Worker's entrypoint, with `fetch` and nothing else: each free function of wasm would be public RPC.
export function worker(Entrypoint) {
  return class extends WorkerEntrypoint {
    async fetch(request) {
      try {
        const inner = new Entrypoint(this.ctx, this.env);
        return await settled(inner.fetch(request));
      } catch (error) {
        return problem(raised(error));
      }
    }
  };
}

function problem(error) {
  const status = error.status ?? 500;
  const body = {
    type: "about:blank",
    title: status === 503 ? "Service Unavailable" : "Internal Server Error",
    status,
    detail: status === 503 ? "the instance was reset while the request was pending; it may be repeated" : "the request failed",
    code: error.code ?? "internal",
  };
  consoleError.call(console, error);
  const headers = { "content-type": "application/problem+json", "cache-control": "no-store" };
  if (status === 503) headers["retry-after"] = "1";
  return Response.json(body, { status, headers });
}
