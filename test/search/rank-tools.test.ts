import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { parseQuery } from "../../src/search/query.ts";
import { catalogTool } from "../catalog/examples.ts";
import { TEST_TIMEOUT_MS } from "../fixtures/poll.ts";
import { buildRanking, idsOf, rank } from "./build-index.ts";
import { REALISTIC_TOOLS } from "./catalogs.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);

const LONG_NAME = "synchronize_all_quarterly_customer_invoices_between_two_ledgers_";

const TOOLS = [
  ...REALISTIC_TOOLS,
  catalogTool("ledger", LONG_NAME.slice(0, 64)),
  catalogTool("ledger", `${LONG_NAME.slice(0, 63)}2`),
  catalogTool("bare", "zap"),
  catalogTool("bare", "list"),
  catalogTool("bare", "get-user_v2"),
  catalogTool("crm", "list", { description: "Lists customers" }),
  catalogTool("ServiceNow", "open_incident", { description: "Opens an incident" }),
  catalogTool("mail", "Zustellung_prüfen", { description: "Überprüft die Straßenanschrift" }),
  catalogTool("mail", "crème_brûlée", { description: "Café recipes" }),
  catalogTool("tasks", "создать_задачу", { description: "Создаёт новую задачу в проекте" }),
  catalogTool("docs", "検索", { description: "社内の文書を検索する" }),
  catalogTool("cal", "event_create", { title: "New event", description: "Adds an event" }),
];

const ranking = await buildRanking(TOOLS);

async function topOf(typed: string, count = 5): Promise<string[]> {
  return idsOf(ranking, typed, count);
}

describe("a tool's exact name comes first", () => {
  const ambiguous = (name: string) => TOOLS.filter((tool) => tool.name === name).length > 1;

  test.each(TOOLS.map((tool) => [tool.qualifiedName, tool] as const))("%s", async (_, tool) => {
    const { qualifiedName, server, name } = tool;
    const typed = [
      qualifiedName,
      `${server} ${name}`,
      `${server}.${name}`,
      qualifiedName.toUpperCase(),
    ];
    for (const each of typed) expect([each, (await topOf(each))[0]]).toEqual([each, qualifiedName]);
    const first = (await topOf(name))[0];
    if (!ambiguous(name)) expect(first).toBe(qualifiedName);
  });

  test("of two tools of one name both come before all others", async () => {
    expect((await topOf("list", 2)).toSorted()).toEqual(["bare__list", "crm__list"]);
  });

  test("however many tools say more about its words", async () => {
    const tools = Array.from({ length: 30 }, (_, at) =>
      catalogTool("github", `issues_${at}`, { description: "Lists GitHub issues. Issue, issues." }),
    );
    const many = await buildRanking([...tools, catalogTool("misc", "githubIssues")]);
    for (const typed of ["github issues", "githubissues", "GITHUB_ISSUES"]) {
      expect((await idsOf(many, typed, 1))[0]).toBe("misc__githubIssues");
    }
  });

  test("even where it is a word that is of no weight in prose", async () => {
    const names = ["get", "about", "how_to"];
    const tools = [...names.map((name) => catalogTool("a", name)), ...REALISTIC_TOOLS];
    const ranked = await buildRanking(tools);
    for (const name of names) {
      expect((await idsOf(ranked, name.replace("_", " ")))[0]).toBe(`a__${name}`);
    }
  });
});

describe("a request finds its tool first", () => {
  test.each([
    ["create issue github", "github__create_issue"],
    ["open a new ticket on github", "github__create_issue"],
    ["read file", "filesystem__read_text_file"],
    ["rename a file", "filesystem__move_file"],
    ["post message to slack channel", "slack__slack_post_message"],
    ["screenshot of the page", "puppeteer__puppeteer_screenshot"],
    ["run sql", "postgres__query"],
    ["directions from Berlin to Bonn", "googleMaps__maps_directions"],
    ["servicenow incident", "ServiceNow__open_incident"],
    ["ServiceNow incident", "ServiceNow__open_incident"],
    ["service now incident", "ServiceNow__open_incident"],
  ])("%s", async (typed, id) => {
    expect((await topOf(typed))[0]).toBe(id);
  });
});

describe("a misspelt request finds its tool among the first five", () => {
  test.each([
    ["crate isue github", "github__create_issue"],
    ["pull reqest merge", "github__merge_pull_request"],
    ["screnshot", "puppeteer__puppeteer_screenshot"],
    ["wirte file", "filesystem__write_file"],
    ["slakc mesage", "slack__slack_post_message"],
    ["list direcotry", "filesystem__list_directory"],
    ["ServiceNow incidents lsit", "ServiceNow__open_incident"],
  ])("%s", async (typed, id) => {
    expect(await topOf(typed)).toContain(id);
  });

  test("a word that the tools know is taken as it stands", async () => {
    const tools = [catalogTool("a", "get_form"), catalogTool("a", "get_from_x", { title: "Fork" })];
    expect((await idsOf(await buildRanking(tools), "form"))[0]).toBe("a__get_form");
  });
});

describe("every script is searched", () => {
  test.each([
    ["天气预报", "weather__forecast"],
    ["文書検索", "docs__検索"],
    ["検索", "docs__検索"],
    ["новую задачу", "tasks__создать_задачу"],
    ["СОЗДАТЬ ЗАДАЧУ", "tasks__создать_задачу"],
    ["cafe", "mail__crème_brûlée"],
    ["café", "mail__crème_brûlée"],
    ["creme brulee", "mail__crème_brûlée"],
    ["überprüft straßenanschrift", "mail__Zustellung_prüfen"],
    ["uberpruft", "mail__Zustellung_prüfen"],
  ])("%s", async (typed, id) => {
    expect((await topOf(typed))[0]).toBe(id);
  });
});

describe("each of several intents has a hit among the first five", () => {
  test.each<[string, string[]]>([
    [
      "list the commits of a branch and post a message to the slack channel",
      ["github__list_commits", "slack__slack_post_message"],
    ],
    [
      "take a screenshot of the page, then write the file and send a slack message",
      ["puppeteer__puppeteer_screenshot", "filesystem__write_file", "slack__slack_post_message"],
    ],
    [
      "convert the address into coordinates; create customer in stripe",
      ["googleMaps__maps_geocode", "stripe__createCustomer"],
    ],
  ])("%s", async (typed, ids) => {
    expect(await topOf(typed)).toEqual(expect.arrayContaining(ids));
  });
});

describe("a filter", () => {
  test("leaves one server's tools, whatever else fits better", async () => {
    const ids = await topOf("server:linear create issue", 50);
    expect(ids).toEqual([]);
    const found = await topOf("server:slack create issue github", 50);
    expect(found.length).toBeGreaterThan(0);
    for (const id of found) expect(id).toStartWith("slack__");
  });

  test("of two servers leaves the tools of both", async () => {
    const ids = await topOf("server:slack server:github message", 50);
    expect(new Set(ids.map((id) => id.split("__")[0]))).toEqual(new Set(["slack", "github"]));
  });

  test("does not take one server's name for the beginning of another's", async () => {
    const tools = [
      catalogTool("git", "log"),
      catalogTool("git_hub", "log"),
      catalogTool("gi", "log"),
    ];
    expect(await idsOf(await buildRanking(tools), "server:git log")).toEqual(["git__log"]);
  });

  test("finds what hundreds of other servers' tools would hide", async () => {
    const description = "May create an issue";
    const tools = Array.from({ length: 900 }, (_, at) =>
      catalogTool(`s${at % 30}`, `create_issue_${at}`, { description }),
    );
    const annotations = { readOnlyHint: true };
    const quiet = catalogTool("quiet", "zap", { description: `Zaps. ${description}`, annotations });
    const many = await buildRanking([...tools, quiet]);
    expect(await idsOf(many, "create issue", 50)).not.toContain("quiet__zap");
    expect(await idsOf(many, "server:quiet create issue")).toEqual(["quiet__zap"]);
    expect(await idsOf(many, "is:read-only create issue")).toEqual(["quiet__zap"]);
  });

  test("for what only reads goes by annotations before names", async () => {
    const tools = [
      catalogTool("a", "list_item"),
      catalogTool("a", "get_item", { annotations: { readOnlyHint: false } }),
      catalogTool("a", "delete_item", { annotations: { readOnlyHint: true } }),
      catalogTool("a", "remove_item"),
      catalogTool("a", "find_item", { annotations: { readOnlyHint: "no" } }),
      catalogTool("a", "item"),
    ];
    const ids = await idsOf(await buildRanking(tools), "is:read-only item");
    expect(ids.toSorted()).toEqual(["a__delete_item", "a__find_item", "a__list_item"]);
  });

  test("does not bring back by its name what it leaves out", async () => {
    expect(await topOf("server:slack github__create_issue", 50)).not.toContain(
      "github__create_issue",
    );
    expect(await topOf("is:read-only github__create_issue", 50)).not.toContain(
      "github__create_issue",
    );
  });
});

describe("whether a request fits", () => {
  test.each([
    "knit a woollen sweater",
    "water the tomatoes in the greenhouse",
    "zebra unicorn",
    "how to",
    "???",
    "",
  ])("not %j", async (typed) => {
    expect(ranking.isWeak(await rank(ranking, typed))).toBeTrue();
  });

  test.each([
    "create issue github",
    "read file",
    "merge pull request",
    "post slack message",
    "zap",
    "list directory contents",
    "server:slack post message",
  ])("%s", async (typed) => {
    expect(ranking.isWeak(await rank(ranking, typed))).toBeFalse();
  });
});

describe("a request of no words finds nothing:", () => {
  test.each(["", " ", "?", "!?…", "--- __ ---", "😀", "server:github", "\u0000\u0001"])(
    "%j",
    async (typed) => {
      expect(await topOf(typed)).toEqual([]);
    },
  );
});

describe("the hits", () => {
  test("come best first, each once", async () => {
    const hits = await rank(ranking, "list issues", 50);
    const scores = hits.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(new Set(hits.map(({ id }) => id)).size).toBe(hits.length);
  });

  test("are the same for the same request", async () => {
    const again = await buildRanking(TOOLS);
    for (const typed of ["list issues", "create", "send message and read file"]) {
      expect(await rank(again, typed)).toEqual(await rank(ranking, typed));
    }
  });

  test.each([1, 3, 1e6, 1e9, Infinity])("are %d at most", async (limit) => {
    const hits = await ranking.rank(parseQuery("create issue"), { limit });
    expect(hits.length).toBeLessThanOrEqual(Math.min(limit, TOOLS.length));
    expect(hits[0]?.id).toBe("github__create_issue");
  });

  test("of a model's similarities are those that it finds nearest, words being equal", async () => {
    const similarities = new Map(TOOLS.map(({ qualifiedName }) => [qualifiedName, 0.1]));
    similarities.set("bare__zap", 0.9);
    const query = parseQuery("quux frobnicate");
    const [first] = await ranking.rank(query, { limit: 5, similarities });
    expect(first?.id).toBe("bare__zap");
  });

  test("need no similarities for every tool", async () => {
    const similarities = new Map([["bare__zap", 0.5]]);
    const query = parseQuery("create issue github");
    const [first] = await ranking.rank(query, { limit: 5, similarities });
    expect(first?.id).toBe("github__create_issue");
  });
});

test("an index of no tools finds nothing", async () => {
  const empty = await buildRanking([]);
  for (const typed of ["create issue", "", "a and b", "server:x y"]) {
    expect(await rank(empty, typed)).toEqual([]);
  }
});
