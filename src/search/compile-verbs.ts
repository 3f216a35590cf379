import { ACTIONS, type Action } from "./action.ts";
import { createStem } from "./stem.ts";

const VERBS: Readonly<Record<Action, string>> = {
  create:
    "create add new make insert generate build open register provision book reserve schedule draft compose append",
  read: "get fetch read show view retrieve describe display check inspect lookup download",
  list: "list enumerate browse all",
  search: "search find query lookup filter discover",
  update:
    "update edit change modify set patch rename mark replace adjust reschedule postpone assign extend",
  delete: "delete remove drop destroy erase clear purge uninstall",
  run: "run execute start invoke trigger launch call deploy",
  stop: "stop cancel kill terminate abort pause shutdown disable",
  send: "send post reply publish share email message notify submit",
  move: "move copy transfer migrate clone duplicate",
};

/** The stem of each verb with its action; no verb stands for two. Run by the bundler, not by the program. */
export function compileVerbs(): [string, Action][] {
  const stem = createStem();
  const actions = new Map<string, Action>();
  for (const action of ACTIONS) {
    for (const verb of VERBS[action].split(" ")) {
      if (!actions.has(stem(verb))) actions.set(stem(verb), action);
    }
  }
  return [...actions];
}
