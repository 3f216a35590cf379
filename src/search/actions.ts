import { compileVerbs } from "./compile-verbs.ts" with { type: "macro" };
import { ACTIONS, type Action } from "./action.ts";

/** Not the same, and yet one is often what is meant by the other. */
const RELATED: ReadonlySet<string> = new Set([
  "read list",
  "read search",
  "read run",
  "list search",
  "create run",
  "create send",
  "create update",
  "create move",
  "update move",
  "stop delete",
]);

/** By the stem of a verb. */
const VERBS: ReadonlyMap<string, Action> = new Map(compileVerbs());

export function actionOf(stem: string): Action | undefined {
  return VERBS.get(stem);
}

/** The action of the first verb among the stems. */
export function firstAction(stems: readonly string[]): Action | undefined {
  for (const stem of stems) {
    const action = VERBS.get(stem);
    if (action !== undefined) return action;
  }
  return undefined;
}

export function areRelated(one: Action, other: Action): boolean {
  return RELATED.has(`${one} ${other}`) || RELATED.has(`${other} ${one}`);
}

/** The actions of one tool, packed into a number. */
export interface Traits {
  /** What the name says it does. */
  readonly action: Action | undefined;
  /** What its first words say it does: `Creates or updates …`. */
  readonly described: readonly Action[];
  readonly isReadOnly: boolean;
}

const ACTION_BITS = 4;
const READ_ONLY = 1 << (ACTION_BITS + ACTIONS.length);

export function packTraits({ action, described, isReadOnly: reads }: Traits): number {
  let packed = action === undefined ? 0 : ACTIONS.indexOf(action) + 1;
  for (const each of described) packed |= 1 << (ACTION_BITS + ACTIONS.indexOf(each));
  return reads ? packed | READ_ONLY : packed;
}

export function actionIn(traits: number): Action | undefined {
  return ACTIONS[(traits & ((1 << ACTION_BITS) - 1)) - 1];
}

export function isDescribed(traits: number, action: Action): boolean {
  return (traits & (1 << (ACTION_BITS + ACTIONS.indexOf(action)))) !== 0;
}

export function isReadOnly(traits: number): boolean {
  return (traits & READ_ONLY) !== 0;
}
