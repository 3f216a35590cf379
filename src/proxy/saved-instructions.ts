import { errorMessage } from "../core/error.ts";
import { isRecord } from "../core/tool.ts";
import type { Log } from "../platform/log.ts";
import { VERSION } from "../platform/version.ts";

export interface InstructionsFiles {
  readonly configFile: string;
  readonly instructionsFile: string;
}

/**
 * The instructions of the last start, if the config has not changed since: they let a host be answered
 * before anything else is read or even loaded. Undefined when there are none to trust.
 */
export function loadInstructions(files: InstructionsFiles): string | undefined {
  try {
    // Mapped, since every other way to read a file costs start-up more; the file is only ever replaced.
    const bytes = Bun.mmap(files.instructionsFile, { shared: false });
    const saved: unknown = JSON.parse(Buffer.from(bytes).toString());
    if (!isRecord(saved) || saved.key !== keyOf(files.configFile)) return undefined;
    return typeof saved.instructions === "string" ? saved.instructions : undefined;
  } catch {
    // Not there, not readable, or no mapping on this system: then the host waits for the catalog.
    return undefined;
  }
}

/** Keeps the instructions for the next start, where they are new; a disk that refuses costs only time then. */
export async function saveInstructions(
  files: InstructionsFiles,
  instructions: string,
  log: Log,
): Promise<void> {
  if (loadInstructions(files) === instructions) return;
  const { writeFileAtomically } = await import("../platform/atomic-file.ts");
  const content = JSON.stringify({ key: keyOf(files.configFile), instructions });
  try {
    await writeFileAtomically(files.instructionsFile, content);
  } catch (error) {
    log.debug(`${files.instructionsFile} cannot be written (${errorMessage(error)})`);
  }
}

function keyOf(configFile: string): string {
  const { size, lastModified } = Bun.file(configFile);
  return `${VERSION} ${size} ${lastModified}`;
}
