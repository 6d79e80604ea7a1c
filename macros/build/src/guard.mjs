// Nobody waits for an instance that is gone.
//
// All objects of an isolate share one wasm instance. After a trap (a panic, a stack overflow, exhausted memory)
// worker-build's Proxy makes a new one at the next call, and every Promise that the old one had promised stays pending
// for ever. So each is registered here, and rejected when the instance is marked as dead.

import { WorkerEntrypoint } from "cloudflare:workers";
import "./worker/index.js"; // first: it makes the flag that is watched below

const pending = new Map(); // how to reject a Promise, and the call that it answers
let panic; // what the panic hook wrote last
let newest; // the object that was made last

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
// missing on some. Whatever it is, it went through frames of Rust's, which were left without dropping what they hold.
addEventListener("error", (event) => {
  bury(event.error ?? event);
});

// The panic hook prints "Critical" and an Error with the panic's text: remembered, so that the caller can read it. So does
// worker-build's Proxy with the trap that follows, which says less.
const PANIC = "Rust panic: ";
const consoleError = console.error;
console.error = (...args) => {
  if (args[0] === "Critical" && args[1]?.message?.startsWith(PANIC)) panic = args[1].message.slice(PANIC.length);
  consoleError.apply(console, args);
};

function isTrap(error) {
  return error instanceof WebAssembly.RuntimeError || (error instanceof RangeError && /call stack/i.test(error.message));
}

// The instance is dead. A new one takes its place at once: timers and answers that the old one waits for would still call
// into it, and run in a heap that nobody vouches for. Called where no frame of wasm is on the stack any more.
function bury(error) {
  panic ??= state.panic ?? error?.cause?.message ?? error?.message; // wasm-bindgen wraps what JS threw
  state.criticalError = true;
  try {
    // worker-build's Proxy makes the instance new before it makes an object.
    if (newest) new newest.Class(newest.ctx, newest.env);
  } catch (failed) {
    consoleError.call(console, failed); // the next call tries again, and gets to see why
  }
}

function rejectPending() {
  const why = panic ?? "a trap";
  for (const [reject, call] of pending) {
    // Which call it was that trapped is known if it was one that awaits: the runtime says whose turn it is.
    reject(call !== undefined && call === state.working ? failure("panicked", why, false) : failure("isolate_reset", why, true));
  }
  pending.clear();
  state.working = undefined;
  panic = state.panic = undefined;
}

function failure(code, why, retryable) {
  const error = new Error(`${code}: ${why}`);
  error.name = "DurablyError";
  return Object.assign(error, { code, status: retryable ? 503 : 500, retryable });
}

// An error that left wasm: a trap becomes an error that says so, anything else goes on as it is.
function raised(error) {
  if (!isTrap(error)) return error;
  bury(error);
  return failure("panicked", panic, false);
}

// A Promise of wasm that ends, whatever becomes of the instance.
function settled(promise) {
  return new Promise((resolve, reject) => {
    pending.set(reject, state.begun); // the runtime's number of the call that it just began
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
function enter(call, text, finish) {
  let answer;
  panic = state.panic = undefined;
  try {
    answer = call(text);
  } catch (error) {
    // Whatever it is, it went through frames of Rust's.
    bury(error);
    throw failure("panicked", panic, false);
  }
  if (typeof answer === "string") return finish(answer);
  if (answer instanceof Promise) return settled(answer).then(finish);
  throw answer;
}

// JSON that keeps 64-bit integers: BigInt in both directions, where a number would be rounded.
// What JSON would make something else of (NaN is null to it, a Map is an empty object) is refused.
function outgoing(key, value) {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "undefined":
      return value;
    case "number":
      if (value === 0) return Object.is(value, -0) ? JSON.rawJSON("-0") : 0;
      return Number.isFinite(value) ? value : refuse(key, value);
    case "bigint":
      return JSON.rawJSON(value.toString());
    case "object":
      if (value === null) return this[key] === null ? null : refuse(key, this[key]); // a Date that is none
      if (value instanceof Uint8Array) return base64(value);
      if (value instanceof ArrayBuffer) return base64(new Uint8Array(value));
      if (Array.isArray(value) || PLAIN.includes(Object.getPrototypeOf(value))) return value;
  }
  return refuse(key, value);
}

const PLAIN = [Object.prototype, null];

function refuse(key, value) {
  const what = value instanceof Date ? "a Date that is none" : typeof value === "object" ? `a ${value.constructor?.name}` : String(value);
  const message = `expected text, numbers, booleans, bytes, lists or plain objects, found ${what}`;
  const fields = [{ field: key, message }];
  const error = new Error(`bad_arguments: the arguments don't fit: ${key}: ${message}`);
  throw Object.assign(error, { name: "DurablyError", code: "bad_arguments", status: 422, retryable: false, fields });
}

// Not inside of `enter`: arguments nested too deep overflow the stack here, which is no fault of the instance.
function write(args) {
  return JSON.stringify(args, outgoing);
}

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
  newest = { Class, ctx, env };
  return {
    call: (method, args) => enter((text) => inner.call(method, text), write(args), parse),
    bytes: (method, args) => enter((text) => inner.call(method, text), write(args), parseBytes),
    envelope: (envelope) => enter((text) => inner.envelope(text), envelope, asIs),
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
