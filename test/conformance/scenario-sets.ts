import type { ScenarioSet } from "./suite.ts";

const NOT_OFFERED = "an authorization extension that mcpzip does not offer";

/** Where a listed failure passes, or another scenario fails, the test of that scenario fails. */
export const SCENARIO_SETS: readonly ScenarioSet[] = [
  {
    title: "0.1.16",
    release: "conformance-stable",
    size: 26,
    expectedFailures: { "auth/cross-app-access-complete-flow": NOT_OFFERED },
  },
  {
    title: "0.2 on the 2025-11-25 wire",
    release: "conformance-next",
    wire: "2025-11-25",
    size: 29,
    expectedFailures: {
      "auth/enterprise-managed-authorization": NOT_OFFERED,
      "auth/dpop": NOT_OFFERED,
      "auth/dpop-nonce": NOT_OFFERED,
      "auth/wif-jwt-bearer": NOT_OFFERED,
    },
  },
  {
    title: "0.2 on the 2026-07-28 wire",
    release: "conformance-next",
    wire: "2026-07-28",
    size: 43,
    expectedFailures: {
      "auth/enterprise-managed-authorization": NOT_OFFERED,
      "auth/dpop": NOT_OFFERED,
      "auth/dpop-nonce": NOT_OFFERED,
      "auth/wif-jwt-bearer": NOT_OFFERED,
    },
  },
  {
    title: "0.2, the authorization of 2026-07-28 on the 2025-11-25 wire",
    release: "conformance-next",
    wire: "2025-11-25",
    isForced: true,
    only: /^auth\/(iss-|metadata-issuer|authorization-server-migration|resource-mismatch|offline-access)/,
    size: 11,
    expectedFailures: {},
  },
];
