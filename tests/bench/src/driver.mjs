// Calls objects one after another. Clocks inside of a Worker stand still, so whoever asks takes the time.
export default {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    const [, what, variant, object] = pathname.split("/");
    if (what === "empty") return new Response("");
    const namespace = env[variant];
    const stub = namespace.get(namespace.idFromName(object));
    if (what === "pad") {
      await stub.pad(48, 100_000);
      return new Response("");
    }
    const entry = { kind: "incoming", text: "x".repeat(Number(searchParams.get("length"))) };
    const times = Number(searchParams.get("times"));
    let last;
    for (let i = 0; i < times; i++) last = await stub.append(entry);
    return Response.json(last ?? null);
  },
};
