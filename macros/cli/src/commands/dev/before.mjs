// Made by `cargo durably dev`: the Worker as it is deployed, and what only development has. While a newer build does not
// succeed, its answers say so in a header, and /.durably/build shows why.
import App from "./entry.mjs";
export { /* classes */ } from "./entry.mjs";

const BUILD = "BUILD_ID";
const BOARD = "BOARD_ADDRESS";
const FRESH = 250; // milliseconds for which an answer of the board holds

let known = { at: -Infinity, why: null };

async function failed() {
  if (Date.now() - known.at > FRESH) {
    let why = null; // with `dev` gone there is nothing to tell
    try {
      const answer = await fetch(BOARD, { signal: AbortSignal.timeout(1000) });
      ({ why } = await answer.json());
    } catch {}
    known = { at: Date.now(), why };
  }
  return known.why;
}

function page(why) {
  const escaped = why?.replace(/[&<>]/g, (letter) => `&#${letter.charCodeAt(0)};`);
  const text = why === null
    ? "<h1>The build that is served is the newest one</h1>"
    : `<h1>The build failed</h1><p>What is served is the last one that succeeded.</p><pre>${escaped}</pre>`;
  const style = "body{font:16px/1.5 system-ui;margin:2rem auto;max-width:72rem;padding:0 1rem}pre{overflow:auto;padding:1rem;background:#8882}";
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Build</title><style>${style}</style>${text}</html>`;
  return new Response(html, { headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" } });
}

export default class extends App {
  async fetch(request) {
    const why = await failed();
    const asked = new URL(request.url).pathname === "/.durably/build";
    const answer = asked ? page(why) : await super.fetch(request);
    if (answer.webSocket || (why === null && !asked)) return answer;
    const told = new Response(answer.body, answer);
    if (asked) told.headers.set("Durably-Build-Id", BUILD);
    if (why !== null) told.headers.set("Durably-Build", "failed");
    return told;
  }
}
