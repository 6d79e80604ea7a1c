// The records of the calls that await, `{outcome, keyed, awaited}`. Who writes them when, and what the guard of the entry
// module makes of them, is told in `src/platform/turn.rs`.

const state = () => globalThis.__worker_init_state;

// A call that is about to be promised an answer. Nothing of it is done yet. With `more` it does other things beside what it
// says of itself.
export function begin(keyed, more) {
  const record = { outcome: "not_done", keyed, awaited: undefined, more };
  state().begun = record;
  return record;
}

// Whose turn it is; undefined: nobody's.
export function working(record) {
  if (record) record.turns = (record.turns ?? 0) + 1;
  state().working = record;
}

// In the order of Rust's `Outcome`: a number crosses faster than a text.
const OUTCOMES = ["not_done", "done", "unknown"];

// What becomes of the call that runs now, if the instance is lost from here on. Whether it awaited something before, of which
// an answer that is yet to be made says nothing either.
export function reached(outcome) {
  const { working, entered } = state();
  const record = working ?? entered;
  if (!record) return false;
  const awaited = record.turns > 1;
  // Nobody knows what it did before, or does beside: from here on nothing is promised of the whole.
  if (OUTCOMES[outcome] === "not_done" && (awaited || record.more)) {
    record.mixed = true;
    return awaited;
  }
  record.outcome = OUTCOMES[outcome];
  // A key does not undo what is done in part: a method that awaits would do it again.
  if (record.outcome === "unknown") record.keyed = false;
  return awaited;
}

// The call that runs now may be repeated, whatever becomes of it.
export function keyed() {
  const { working } = state();
  if (working && !working.mixed) working.keyed = true;
}

const OK = '{"ok":';

// A call of another object. With a `status` it is all that the request that runs now is for, which is answered with that
// status: what becomes of the one becomes of the other. The answer comes to JS in any case, also if the instance that asked
// is gone by then.
export function send(stub, envelope, status) {
  const answer = Promise.resolve(stub.__durably(envelope));
  const record = state().working;
  if (!record) return answer;
  const alone = status !== undefined && !record.mixed;
  const heard = (reply) => {
    record.awaited.delete(answer);
    if (!alone) return;
    record.outcome = outcomeOf(reply);
    // The guard sees to it, should the instance be gone.
    if (typeof reply === "string") record.answer = { reply, status };
  };
  if (alone) record.outcome = "unknown";
  record.awaited ??= new Set();
  record.awaited.add(answer);
  answer.then(heard, () => heard());
  return answer;
}

// What is not one of durably's replies, and may be anything, says nothing.
function outcomeOf(reply) {
  if (typeof reply !== "string") return "unknown";
  if (reply.startsWith(OK)) return "done";
  try {
    const outcome = JSON.parse(reply)?.error?.outcome;
    return OUTCOMES.includes(outcome) ? outcome : "unknown";
  } catch {
    return "unknown";
  }
}

// A panic's text, for those who are to be told.
export function panicked(text) {
  state().panic = text;
}

// An alarm clock, which can be stopped.
export class Timer {
  constructor(millis) {
    this.rings = new Promise((resolve) => {
      this.id = setTimeout(resolve, millis);
    });
  }

  stop() {
    clearTimeout(this.id);
  }
}
