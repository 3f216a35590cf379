import { distance } from "fastest-levenshtein";

/**
 * The candidates closest to a mistyped name, best first; those that share too little are left out.
 * Case, `-`, `_` and `.` count as nothing.
 */
export function nearestNames(name: string, candidates: Iterable<string>, limit = 3): string[] {
  const wanted = fold(name);
  const scored: { candidate: string; cost: number }[] = [];
  for (const candidate of candidates) {
    const cost = editCost(wanted, fold(candidate));
    if (cost <= 0.6) scored.push({ candidate, cost });
  }
  scored.sort((a, b) => a.cost - b.cost || a.candidate.localeCompare(b.candidate));
  return scored.slice(0, limit).map(({ candidate }) => candidate);
}

/** Edits per character; a candidate that holds the name, or is held by it, counts as close. */
function editCost(wanted: string, candidate: string): number {
  const edits = distance(wanted, candidate) / Math.max(wanted.length, candidate.length, 1);
  const [shorter, longer] =
    wanted.length < candidate.length ? [wanted, candidate] : [candidate, wanted];
  const isContained = shorter.length >= 3 && longer.includes(shorter);
  return isContained ? Math.min(edits, 0.3) : edits;
}

function fold(name: string): string {
  return name.toLowerCase().replace(/[-_.\s]/g, "");
}
