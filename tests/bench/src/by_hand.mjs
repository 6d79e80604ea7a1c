// What somebody would write by hand: the same table, the same row, arguments that are checked, a transaction.
import { DurableObject } from "cloudflare:workers";

const KINDS = ["incoming", "outgoing"];

function checked(entry, ...rest) {
  if (rest.length > 0) throw new TypeError("one argument is taken");
  if (entry === null || typeof entry !== "object") throw new TypeError("entry: expected an object");
  for (const name of Object.keys(entry)) {
    if (name !== "kind" && name !== "text") throw new TypeError(`entry.${name}: unknown field`);
  }
  if (!KINDS.includes(entry.kind)) throw new TypeError("entry.kind: expected incoming or outgoing");
  if (typeof entry.text !== "string") throw new TypeError("entry.text: expected text");
  if (entry.text.length > 2_000_000) throw new RangeError("entry.text: at most 2 MB");
  return entry;
}

export class Tally extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    ctx.storage.sql.exec(
      `CREATE TABLE IF NOT EXISTS "entries" ("_seq" INTEGER PRIMARY KEY, "kind" TEXT NOT NULL, "text" TEXT NOT NULL, "at" INTEGER NOT NULL)`,
    );
  }

  append(...args) {
    const { kind, text } = checked(...args);
    return this.ctx.storage.transactionSync(() => this.#push(kind, text));
  }

  pad(rows, length) {
    const text = "x".repeat(length);
    this.ctx.storage.transactionSync(() => {
      for (let i = 0; i < rows; i++) this.#push("outgoing", text);
    });
  }

  #push(kind, text) {
    const sql = `INSERT INTO "entries" ("kind", "text", "at") VALUES (?, ?, ?) RETURNING "_seq"`;
    const [{ _seq }] = this.ctx.storage.sql.exec(sql, kind, text, Date.now()).toArray();
    return { seq: _seq };
  }
}

export default { fetch: () => new Response("objects only", { status: 404 }) };
