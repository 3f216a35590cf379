/** A process's memory in MB of 10^6 bytes. */
export interface Memory {
  readonly rss: number;
  /** Shared pages counted in parts, so that it shrinks with the number of instances. */
  readonly pss: number;
  /** Its own pages that belong to no file: the heap. */
  readonly private: number;
}

export const CAN_MEASURE_MEMORY = process.platform === "linux";

export async function memoryOf(pid: number): Promise<Memory> {
  const text = await Bun.file(`/proc/${pid}/smaps_rollup`).text();
  return {
    rss: megabytes(text, "Rss"),
    pss: megabytes(text, "Pss"),
    private: megabytes(text, "Anonymous"),
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
