import { oneLine } from "../../core/one-line.ts";
import { bold, cyan, dim, green, red, yellow } from "../style.ts";
import type { Finding, Level } from "./finding.ts";

/** A line is broken here; paths and addresses are not. */
const WIDTH = 88;
const LEVEL_WIDTH = 6;
const CHECK_WIDTH = 11;
/** Stands for a server's name; no text that is printed holds it. */
const NAME = "\u0000";
const MARGIN = " ".repeat(LEVEL_WIDTH + CHECK_WIDTH);

const COLOUR: Readonly<Record<Level, (text: string) => string>> = {
  ok: green,
  note: cyan,
  warn: yellow,
  fail: (text) => bold(red(text)),
};

/** A title, and below it a row for each finding: level, check, message, why, fix. */
export function renderBlock(title: string, findings: readonly Finding[]): string {
  return [bold(oneLine(title)), ...findings.flatMap(rowsOf), ""].join("\n");
}

/** The last block: what to do, the failures first, each once. */
export function renderTodo(findings: readonly Finding[]): string {
  const todo = todoOf(findings);
  if (todo.length === 0) return bold("Nothing to do.");
  const rows = todo.map((each, index) => {
    const number = `${index + 1}.`.padStart(4);
    return `${number} ${wrapped(each, 5).join("\n")}`;
  });
  return [bold("To do"), ...rows].join("\n");
}

/** Equal advice for several servers is one thing to do. */
export function todoOf(findings: readonly Finding[]): string[] {
  const advice = (["fail", "warn"] as const).flatMap((level) =>
    findings.flatMap(({ level: own, fix, server = "" }) =>
      own === level && fix !== undefined ? [{ fix: oneLine(fix), server }] : [],
    ),
  );
  const byKind = Map.groupBy(advice, ({ fix, server }) => fix.replaceAll(`"${server}"`, NAME));
  return [...byKind].map(([kind, same]) => {
    const servers = [...new Set(same.map(({ server }) => server))];
    if (kind.includes(NAME))
      return kind.replaceAll(NAME, servers.map((each) => `"${each}"`).join(", "));
    const unnamed = servers.filter((each) => !kind.includes(each));
    return unnamed.length === 0 ? kind : `${unnamed.join(", ")}: ${kind}`;
  });
}

function rowsOf({ level, check, server, message, why, fix }: Finding): string[] {
  const mark = COLOUR[level](level.padEnd(LEVEL_WIDTH));
  const [first = "", ...others] = wrapped(withoutSubject(message, server), MARGIN.length);
  return [
    `${mark}${check.padEnd(CHECK_WIDTH)}${first}`,
    ...others,
    ...(why ?? "").split("\n").flatMap((line, at) => labelled(at === 0 ? "why" : "", line)),
    ...(fix === undefined || level === "ok" ? [] : labelled("fix", oneLine(fix))),
  ];
}

/** The block's title names the server already. */
function withoutSubject(message: string, server: string | undefined): string {
  const subject = `server "${server}"`;
  if (!message.startsWith(subject)) return message;
  return message.slice(subject.length).replace(/^:? /, "");
}

/** Frames of code keep their white space; other text is broken at spaces. */
function labelled(label: "why" | "fix" | "", text: string): string[] {
  if (text === "") return [];
  const isFrame = /^[ >] *\d* *\|/.test(text);
  const [first = "", ...others] = isFrame ? [printable(text)] : wrapped(text, MARGIN.length + 5);
  const begin = isFrame ? MARGIN : `${MARGIN}${dim(label.padEnd(3))}  `;
  return [`${begin}${first}`, ...others];
}

/** The text in lines that fit; each but the first begins with the indent. */
function wrapped(text: string, indent: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of printable(text).split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && indent + Bun.stringWidth(longer) > WIDTH) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  lines.push(line);
  return lines.map((each, index) => (index === 0 ? each : " ".repeat(indent) + each));
}

/** Servers are not trusted: their words must not move the cursor. */
function printable(text: string): string {
  return oneLine(text);
}
