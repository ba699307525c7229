// Signs one payload with every key it is given, with `jsonwebtoken` and `jose`, as far as each knows the algorithm.
//
// Standard input: {"claims": {...}, "keys": [{"alg": "...", "jwk": {...}}]}, private keys or secrets.
// Standard output: [{"signer": "...", "alg": "...", "crv": "...", "token": "..."}].
// First argument: the folder that has node_modules.
import { createPrivateKey, createSecretKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(join(process.argv[2], "package.json"));
const jsonwebtoken = require("jsonwebtoken");
const { SignJWT, importJWK } = await import(pathToFileURL(require.resolve("jose")).href);

const HEADER = { kid: "2026-01", typ: "JWT" };

function keyObject(jwk) {
  return jwk.kty === "oct"
    ? createSecretKey(Buffer.from(jwk.k, "base64url"))
    : createPrivateKey({ key: jwk, format: "jwk" });
}

const signers = {
  jsonwebtoken: ({ alg, jwk }, claims) =>
    jsonwebtoken.sign(claims, keyObject(jwk), { algorithm: alg, noTimestamp: true, header: HEADER }),
  jose: async ({ alg, jwk }, claims) =>
    new SignJWT(claims).setProtectedHeader({ ...HEADER, alg }).sign(await importJWK(jwk, alg)),
};

const unknown = {
  jsonwebtoken: ({ alg }) => alg === "EdDSA",
  jose: ({ jwk }) => jwk.crv === "Ed448",
};

const { claims, keys } = JSON.parse(readFileSync(0, "utf8"));
const signed = [];
for (const [signer, sign] of Object.entries(signers)) {
  for (const key of keys.filter((key) => !unknown[signer](key))) {
    const token = await sign(key, claims);
    signed.push({ signer, alg: key.alg, crv: key.jwk.crv ?? null, token });
  }
}
process.stdout.write(JSON.stringify(signed));
