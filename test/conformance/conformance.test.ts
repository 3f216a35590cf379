import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { TEST_TIMEOUT_MS } from "../fixtures/poll.ts";
import { SCENARIO_SETS } from "./scenario-sets.ts";
import {
  listScenarios,
  runScenario,
  type ListedScenario,
  type ScenarioSet,
  type Verdict,
} from "./suite.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

const CONCURRENCY = 2;

/** The verdicts of a set as they come, two scenarios at a time, in the order of the list. */
function verdictsOf(
  set: ScenarioSet,
  scenarios: readonly ListedScenario[],
): ReadonlyMap<string, Promise<Verdict>> {
  const verdicts = scenarios.map((scenario) => ({
    scenario,
    ...Promise.withResolvers<Verdict>(),
  }));
  const left = [...verdicts];
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      next.resolve(runScenario(set, next.scenario));
      await next.promise.catch(() => {
        // The scenario's own test tells.
      });
    }
  };
  for (let i = 0; i < CONCURRENCY; i++) void work();
  return new Map(verdicts.map(({ scenario, promise }) => [scenario.name, promise]));
}

describe.each(SCENARIO_SETS.map((set) => [set.title, set] as const))("conformance %s", (_, set) => {
  const scenarios = listScenarios(set);
  const known = new Map(Object.entries(set.expectedFailures));
  let verdicts: ReadonlyMap<string, Promise<Verdict>> = new Map();

  beforeAll(() => {
    verdicts = verdictsOf(set, scenarios);
  });

  test("the suite has the scenarios that we know of", () => {
    expect(scenarios).toHaveLength(set.size);
    expect(scenarios.map(({ name }) => name)).toEqual(expect.arrayContaining([...known.keys()]));
  });

  for (const { name } of scenarios) {
    const why = known.get(name);
    test(`${name} ${why === undefined ? "passes" : `fails: ${why}`}`, async () => {
      const { hasPassed, report } = (await verdicts.get(name)) ?? { hasPassed: false, report: "" };
      if (hasPassed === (why === undefined)) return;
      throw new Error(why === undefined ? report : "passes now: take it off the expected failures");
    });
  }
});
