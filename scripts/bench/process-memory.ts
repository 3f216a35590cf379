/** A process's memory in MB of 10^6 bytes. */
export interface Memory {
  readonly rss: number;
  /** Shared pages counted in parts: what the process adds to a machine. */
  readonly pss: number;
  /** What is its own and of no file. */
  readonly private: number;
}

export const CAN_MEASURE_MEMORY = process.platform === "linux";

export async function memoryOf(pid: number): Promise<Memory> {
  const text = await Bun.file(`/proc/${pid}/smaps_rollup`).text();
  return {
    rss: megabytes(text, "Rss"),
    pss: megabytes(text, "Pss"),
    private: megabytes(text, "Private_Clean") + megabytes(text, "Private_Dirty"),
  };
}

/** The most that the process ever held, in MB. */
export async function peakRssOf(pid: number): Promise<number> {
  return megabytes(await Bun.file(`/proc/${pid}/status`).text(), "VmHWM");
}

function megabytes(text: string, field: string): number {
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(text)?.[1];
  return (Number(kilobytes) * 1024) / 1e6;
}
