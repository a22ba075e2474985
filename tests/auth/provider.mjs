// The npm package oidc-provider as an issuer on loopback, with new keys at each start:
// node provider.mjs <its module> <port> <audience> <scopes>
// A resource such as urn:ES256 receives access tokens that are JWTs with this algorithm.
import { generateKeyPairSync } from "node:crypto";
import { pathToFileURL } from "node:url";

const [module, port, audience, scope] = process.argv.slice(2);
const { default: Provider } = await import(pathToFileURL(module));

const KINDS = {
  RS256: ["rsa", { modulusLength: 2048 }],
  PS256: ["rsa", { modulusLength: 2048 }],
  ES256: ["ec", { namedCurve: "P-256" }],
  EdDSA: ["ed25519", {}],
};
const keys = Object.entries(KINDS).map(([alg, kind]) => ({
  ...generateKeyPairSync(...kind).privateKey.export({ format: "jwk" }),
  alg,
  kid: `${alg}-${process.pid}`,
  use: "sig",
}));
const job = {
  client_id: "nightly-job",
  client_secret: "secret",
  grant_types: ["client_credentials"],
  redirect_uris: [],
  response_types: [],
};

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [job],
  jwks: { keys },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_context, resource) => ({
        accessTokenFormat: "jwt",
        audience,
        jwt: { sign: { alg: resource.slice("urn:".length) } },
        scope,
      }),
    },
  },
});
provider.listen(Number(port), "127.0.0.1");
