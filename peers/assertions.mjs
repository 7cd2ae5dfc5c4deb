// Judges passkey assertions with @simplewebauthn/server: one JSON case a line on standard input, one verdict a line on
// standard output, {"verified": true} or {"verified": false, "why": "..."}.
import readline from "node:readline";
import { verifyAuthenticationResponse } from "@simplewebauthn/server";

for await (const line of readline.createInterface({ input: process.stdin })) {
  const given = JSON.parse(line);
  let verdict;
  try {
    const { verified } = await verifyAuthenticationResponse({
      response: {
        id: given.assertion.id,
        rawId: given.assertion.id,
        type: "public-key",
        clientExtensionResults: {},
        response: {
          authenticatorData: given.assertion.authenticatorData,
          clientDataJSON: given.assertion.clientDataJSON,
          signature: given.assertion.signature,
        },
      },
      expectedChallenge: given.challenge,
      expectedOrigin: given.origin,
      expectedRPID: "localhost",
      requireUserVerification: true,
      credential: {
        id: given.assertion.id,
        publicKey: new Uint8Array(Buffer.from(given.publicKey, "base64url")),
        counter: given.counter,
      },
    });
    verdict = { verified, why: verified ? "" : "signature" };
  } catch (error) {
    verdict = { verified: false, why: String(error.message) };
  }
  process.stdout.write(JSON.stringify(verdict) + "\n");
}
