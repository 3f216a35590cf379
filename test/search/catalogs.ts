import type { CatalogTool } from "../../src/core/tool.ts";
import { catalogTool } from "../catalog/examples.ts";

/** `server | name | description | parameters`, as published servers have them. */
const REALISTIC = `
github | create_issue | Create a new issue in a GitHub repository. | owner repo title body assignees labels
github | get_issue | Get details of a specific issue in a GitHub repository | owner repo issue_number
github | list_issues | List issues in a repository with filtering options, such as state, labels and date. | owner repo state labels sort since
github | add_issue_comment | Add a comment to an existing issue | owner repo issue_number body
github | create_pull_request | Create a new pull request in a GitHub repository. The head branch must exist. | owner repo title head base draft
github | merge_pull_request | Merge a pull request | owner repo pull_number merge_method
github | list_commits | Get list of commits of a branch in a GitHub repository | owner repo sha page per_page
github | search_code | Search for code across GitHub repositories. Uses GitHub's query syntax. | q sort order
github | push_files | Push multiple files to a GitHub repository in a single commit | owner repo branch files message
filesystem | read_text_file | Read the complete contents of a file from the file system as text. Handles various encodings and gives detailed errors. | path head tail
filesystem | write_file | Create a new file or completely overwrite an existing file with new content. Use with caution. | path content
filesystem | list_directory | Get a detailed listing of all files and directories in a specified path. | path
filesystem | move_file | Move or rename files and directories. Fails when the destination exists. | source destination
filesystem | search_files | Recursively search for files and directories matching a pattern. | path pattern excludePatterns
slack | slack_post_message | Post a new message to a Slack channel | channel_id text
slack | slack_reply_to_thread | Reply to a specific message thread in Slack | channel_id thread_ts text
slack | slack_get_channel_history | Get recent messages from a channel | channel_id limit
slack | slack_add_reaction | Add a reaction emoji to a message | channel_id timestamp reaction
postgres | query | Run a read-only SQL query | sql
memory | create_entities | Create multiple new entities in the knowledge graph | entities
memory | search_nodes | Search for nodes in the knowledge graph based on a query | query
puppeteer | puppeteer_navigate | Navigate to a URL | url launchOptions
puppeteer | puppeteer_screenshot | Take a screenshot of the current page or a specific element | name selector width height
googleMaps | maps_geocode | Convert an address into geographic coordinates | address
googleMaps | maps_directions | Get directions between two points | origin destination mode
stripe | createCustomer | Creates a customer in Stripe. | name email
stripe | listInvoices | Lists the invoices of a customer; with their status and date. | customer limit status
sentry | resolve_issue | Marks an issue as resolved | issue_id organization
weather | forecast | 查询今天的天气预报 | 城市
odd | constructor | The constructor of toString, valueOf and __proto__ | hasOwnProperty 2024 prototype
odd | help | |
`;

export const REALISTIC_TOOLS: readonly CatalogTool[] = REALISTIC.trim()
  .split("\n")
  .map((line) => {
    const [server = "", name = "", description = "", parameters = ""] = line.split(/ ?\| ?/);
    const words = parameters.split(" ").filter(Boolean);
    const properties = Object.fromEntries(words.map((word) => [word, { type: "string" }]));
    return catalogTool(server, name, { description, inputSchema: { properties } });
  });

export const REALISTIC_QUERIES = [
  "create issue github",
  "list the open issues of a repository",
  "post message to channel",
  "read file",
  "get all commits on a branch",
  "take a screenshot of the page",
  "search",
  "date",
  "how to",
  "天气",
  "constructor",
  "__proto__ toString valueOf hasOwnProperty",
  "2024",
  "merge merge merging merged",
  "nothing whatsoever matches zebra",
  "",
];

const ODD_WORDS =
  "constructor __proto__ toString prototype length 0 1 42 天气预报 Überprüfung get set";

/** Tools of made-up words, few of them common and most rare, as in prose; the same for the same seed. */
export class GeneratedCatalog {
  readonly #words: readonly string[];
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
    const made = Array.from(
      { length: 400 },
      (_, at) => `w${((at * 2_654_435_761) >>> 0).toString(36)}`,
    );
    this.#words = [...ODD_WORDS.split(" "), ...made].toSorted(() => this.#next() - 0.5);
  }

  tools(count: number): CatalogTool[] {
    return Array.from({ length: count }, (_, at) => {
      const names = this.text(this.#upTo(4)).split(" ");
      const properties = Object.fromEntries(
        names.map((name) => [name, { description: this.text(3) }]),
      );
      return catalogTool(`server${at % 7}`, `${this.text(2).replaceAll(" ", "_")}_${at}`, {
        ...(this.#next() < 0.9 && { description: `${this.text(5)}. ${this.text(this.#upTo(60))}` }),
        ...(this.#next() < 0.8 && { inputSchema: { properties } }),
      });
    });
  }

  queries(count: number): string[] {
    return Array.from({ length: count }, () => this.text(1 + this.#upTo(6)));
  }

  text(wordCount: number): string {
    const words = Array.from({ length: wordCount }, () => {
      return this.#words[Math.floor(this.#next() ** 3 * this.#words.length)];
    });
    return words.join(" ");
  }

  #upTo(count: number): number {
    return Math.floor(this.#next() * count);
  }

  /** At least 0 and less than 1; a linear congruential generator. */
  #next(): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#state / 2 ** 32;
  }
}
