// Recomputes every vector with node:crypto. Exits 1 on the first difference.
import { createHash, createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { strict as assert } from "node:assert";

const here = new URL(".", import.meta.url);
const schemes = {
  signing: ["method", "target", "body-sha256-hex", "timestamp", "nonce", "idempotency-key"],
  webhook: ["timestamp", "nonce", "body-sha256-hex"],
};
let count = 0;
for (const [room, components] of Object.entries(schemes)) {
  for (const file of readdirSync(new URL(room, here)).filter((name) => name.endsWith(".json"))) {
    const vector = JSON.parse(readFileSync(new URL(`${room}/${file}`, here), "utf8"));
    const scheme = { components, separator: "\n", encoding: "hex", secret: "utf8", ...vector.signing };
    const body = "body_base64" in vector ? Buffer.from(vector.body_base64, "base64") : Buffer.from(vector.body, "utf8");
    const digest = createHash("sha256").update(body).digest();
    const parts = {
      method: vector.method,
      target: vector.path_and_query,
      "body-sha256-hex": digest.toString("hex"),
      "body-sha256-base64": digest.toString("base64"),
      timestamp: vector.timestamp,
      nonce: vector.nonce,
      "idempotency-key": vector.idempotency_key ?? "",
      "client-id": vector.client_id ?? "",
    };
    const base = scheme.components.map((component) => parts[component]).join(scheme.separator);
    const key = Buffer.from(vector.secret, scheme.secret);
    const signature = createHmac("sha256", key).update(base, "utf8").digest(scheme.encoding);
    assert.equal(vector.body_sha256, parts["body-sha256-hex"], file);
    assert.equal(vector.base_string, base, file);
    assert.equal(vector.signature, signature, file);
    count += 1;
  }
}
assert.ok(count > 0);
console.log(`node: ${count} vectors agree`);
