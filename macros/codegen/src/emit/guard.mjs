// Nobody waits for an instance that is gone.
//
// All objects of an isolate share one wasm instance. After a trap (a panic, a stack overflow, exhausted memory)
// worker-build's Proxy makes a new one at the next call, and every Promise that the old one had promised stays pending
// for ever. So each is registered here, and rejected when the instance is marked as dead. How this module and the runtime
// take turns is told in the runtime's `platform/turn.rs`.

import { WorkerEntrypoint } from "cloudflare:workers";
import "./worker/index.js"; // first: it makes the flag that is watched below

const pending = new Map(); // what is known of each call that waits, and how to reject it
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

// Whether an error of a Worker's `fetch` ends the instance: a trap, a stack overflow, or any other limit of V8's that is hit
// below a frame of Rust's, which is then left without being cleaned up.
const isTrap = (error) => error instanceof WebAssembly.RuntimeError || error instanceof RangeError;

// Traps without a panic hook (stack overflow, out of memory) in a microtask reach nobody but this event. `e.error` may be
// missing on some. Whatever it is, it went through frames of Rust's, which were left without dropping what they hold.
addEventListener("error", (event) => {
  bury(event.error ?? event);
});

// The instance is dead. A new one takes its place at once: timers and answers that the old one waits for would still call
// into it, and run in a heap that nobody vouches for. Called where no frame of wasm is on the stack any more.
function bury(error) {
  // The runtime's panic hook knows it better; wasm-bindgen wraps what JS threw.
  state.panic ??= textOf(read(read(error, "cause"), "message")) ?? textOf(read(error, "message"));
  state.criticalError = true;
  try {
    // worker-build's Proxy makes the instance new before it makes an object.
    if (newest) new newest.Class(newest.ctx, newest.env);
  } catch (failed) {
    log(failed); // the next call tries again, and gets to see why
  }
}

// Anything can be thrown: nothing at all, a Symbol, an object whose properties throw.
function read(value, name) {
  try {
    return value?.[name];
  } catch {
    return undefined;
  }
}

const textOf = (value) => (typeof value === "string" ? value : undefined);

function log(error) {
  try {
    console.error(error);
  } catch {
    console.error("an error that cannot be shown");
  }
}

// Why a call that waits is rejected. What becomes of it is found out where it was made: promises and timers belong to
// their requests.
class Reset {
  constructor(why, own, awaited) {
    this.why = why;
    this.own = own; // whether it was the call itself that trapped: the runtime says whose turn it was
    this.awaited = [...(awaited ?? [])]; // what it waited for then: an answer may come before this is told
  }
}

function rejectPending() {
  const why = state.panic ?? "a trap";
  for (const [call, reject] of pending) reject(new Reset(why, call === state.working, call.awaited));
  pending.clear();
  state.working = undefined;
  state.panic = undefined;
}

// Others may answer a call that this one waits for, though the instance that asked is gone. They get so long.
const PATIENCE_MILLIS = 500;

async function explained(call, { why, own, awaited }) {
  if (own) return failure("panicked", why, call);
  for (const reply of await heard(awaited)) {
    // Who made another object panic has caused it, too.
    const error = errorOf(reply);
    if (error?.code === "panicked" && !error.domain) return failure("panicked", textOf(error.why) ?? why, call);
  }
  return failure("isolate_reset", why, call);
}

// The error in a reply, which may be anything: it comes from whatever the binding leads to.
function errorOf(reply) {
  if (!textOf(reply)?.startsWith('{"error":')) return undefined;
  try {
    return JSON.parse(reply).error;
  } catch {
    return undefined;
  }
}

async function heard(awaited) {
  if (awaited.length === 0) return [];
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve([]), PATIENCE_MILLIS);
  });
  const answers = Promise.all(awaited.map((answer) => answer.catch(() => undefined)));
  const replies = await Promise.race([answers, late]);
  clearTimeout(timer);
  return replies;
}

function failure(code, why, { outcome, keyed }) {
  const reset = code === "isolate_reset";
  const retryable = reset && (outcome === "not_done" || keyed === true);
  const error = new Error(`${code}: ${why}`);
  error.name = "DurablyError";
  ours.add(error);
  return Object.assign(error, { code, status: reset ? 503 : 500, outcome, retryable, why });
}

const ours = new WeakSet(); // the errors made above: only of these is it known what they say

// A Promise of wasm that ends, whatever becomes of the instance.
function settled(promise, call) {
  return new Promise((resolve, reject) => {
    pending.set(call, reject);
    promise.then(
      (value) => {
        pending.delete(call);
        resolve(value);
      },
      (error) => {
        pending.delete(call);
        reject(error);
      },
    );
  }).catch(async (error) => {
    throw error instanceof Reset ? await explained(call, error) : error;
  });
}

// What the runtime knows of the call that it just promised an answer.
function begun() {
  const call = state.begun ?? { outcome: "unknown", keyed: false };
  state.begun = undefined;
  return call;
}

// Calls into wasm. The answer is a string, an Error to throw, or a Promise of a string.
function enter(call, text, finish) {
  let answer;
  state.panic = state.begun = undefined;
  const entered = (state.entered = { outcome: "not_done", keyed: false });
  try {
    answer = call(text);
  } catch (error) {
    // Whatever it is, it came through frames of Rust's that were not cleaned up.
    bury(error);
    throw failure("panicked", state.panic, entered);
  }
  if (typeof answer === "string") return finish(answer);
  if (answer instanceof Promise) return settled(answer, begun()).then(finish);
  throw answer;
}

// The same for Rust callers, who read an error where they read the answer: what it says crosses everywhere.
function enterEnvelope(call, text) {
  try {
    const answer = enter(call, text, asIs);
    return typeof answer === "string" ? answer : answer.catch(told);
  } catch (error) {
    return told(error);
  }
}

function told(error) {
  const other = { code: "platform", status: 500, outcome: "unknown" };
  const { code, status, outcome, retryable, why } = ours.has(error) ? error : other;
  return JSON.stringify({ error: { code, status, message: textOf(read(error, "message")), outcome, retryable, why } });
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
  throw Object.assign(error, { name: "DurablyError", code: "bad_arguments", status: 422, outcome: "not_done", retryable: false, fields });
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
    bytes: (method, args) => enter((text) => inner.bytes(method, text), write(args), parseBytes),
    envelope: (envelope) => enterEnvelope((text) => inner.envelope(text), envelope),
  };
}

// The Worker's entrypoint, with `fetch` and nothing else: each free function of wasm would be public RPC.
export function worker(Entrypoint) {
  return class extends WorkerEntrypoint {
    async fetch(request) {
      let call = { outcome: "not_done" };
      try {
        const inner = new Entrypoint(this.ctx, this.env);
        state.begun = undefined;
        const response = inner.fetch(request);
        call = begun();
        return await settled(response, call);
      } catch (error) {
        if (isTrap(error)) {
          bury(error);
          return problem(failure("panicked", state.panic, call));
        }
        const reset = ours.has(error) && error.code === "isolate_reset";
        return (reset && this.#answered(call, request)) || problem(error);
      }
    }

    // What the object replied, though the instance that asked it is gone. A new one makes an answer of it.
    #answered({ answer }, { method }) {
      if (answer?.reply === undefined) return undefined;
      // worker-build's Proxy makes the instance new before that.
      return new Entrypoint(this.ctx, this.env).__durably_answered?.(answer.reply, answer.status, method);
    }
  };
}

const DETAIL = {
  not_done: "the instance was reset before anything was done; the request may be repeated",
  done: "the request was done, and its answer is lost: the instance was reset meanwhile",
  unknown: "the instance was reset while the request was pending, and whether it was done is not known: repeat it only with an idempotency key",
};

function problem(error) {
  const other = { status: 500, code: "internal", outcome: "unknown" };
  const { status, code, outcome, retryable } = ours.has(error) ? error : other;
  const body = {
    type: "about:blank",
    title: status === 503 ? "Service Unavailable" : "Internal Server Error",
    status,
    detail: status === 503 ? DETAIL[outcome] : "the request failed; the Worker's log says why",
    code,
    outcome,
  };
  log(error);
  const headers = { "content-type": "application/problem+json", "cache-control": "no-store" };
  if (status === 503 && retryable) headers["retry-after"] = "1";
  return Response.json(body, { status, headers });
}
