import type { Finding } from "./finding.ts";

/** Tokens are renewed a minute before their end, so more than that makes them end unseen. */
const TOLERATED_SECONDS = 60;

/** Compares our clock with those of the HTTP servers that were asked; one alone may be wrong itself. */
export function checkClock(findings: readonly Finding[]): Finding[] {
  const skews = findings.flatMap(({ facts, server }) => {
    const skew = facts?.clock_skew_seconds;
    return typeof skew === "number" ? [{ skew, server }] : [];
  });
  if (skews.length === 0) return [];
  const sorted = skews.map(({ skew }) => skew).toSorted((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  if (Math.abs(median) <= TOLERATED_SECONDS) return [...skews.flatMap(wrongThere), agreed(median)];
  const side = median > 0 ? "behind" : "ahead of";
  const servers = skews.length === 1 ? `that of "${skews[0]?.server}"` : "those of the servers";
  return [
    {
      check: "clock",
      level: "fail",
      message: `this machine's clock is ${spell(median)} ${side} ${servers}: tokens seem valid that are not, or the other way round`,
      fix: "set the clock, or let the system set it (NTP)",
      facts: { clock_skew_seconds: median },
    },
  ];
}

function agreed(median: number): Finding {
  const message = `within ${Math.max(1, Math.abs(median))} s of the servers' clocks`;
  return { check: "clock", level: "ok", message, facts: { clock_skew_seconds: median } };
}

function wrongThere({ skew, server }: { skew: number; server: string | undefined }): Finding[] {
  if (Math.abs(skew) <= TOLERATED_SECONDS) return [];
  const message = `the clock of "${server}" is ${spell(skew)} off, unlike the others'`;
  return [{ check: "clock", level: "note", message }];
}

function spell(seconds: number): string {
  const size = Math.abs(seconds);
  return size < 120 ? `${size} s` : `${Math.round(size / 60)} min`;
}
