import type { LoadedConfig } from "../../config/load.ts";
import { positionOf } from "../../config/diagnostic.ts";
import { counted } from "./counted.ts";
import type { Finding } from "./finding.ts";

/** What can be said of the file as a whole; what is wrong with one server stands with that server. */
export function checkConfig({ config, warnings }: LoadedConfig): Finding[] {
  const { servers, faults, path } = config;
  const disabled = [...servers.values()].filter(({ isDisabled }) => isDisabled).length;
  const parts = [
    counted(servers.size + faults.size, "server"),
    ...(disabled > 0 ? [`${disabled} disabled`] : []),
    ...(faults.size > 0 ? [`${faults.size} with mistakes`] : []),
  ];
  return [
    { check: "config", level: "ok", message: `${path}: ${parts.join(", ")}` },
    ...warnings.map((warning): Finding => ({
      check: "config",
      level: "warn",
      message: `${positionOf(warning)}: ${warning.message}`,
      fix: warning.fix,
    })),
  ];
}
