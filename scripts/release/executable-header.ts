import type { Architecture, Format } from "./targets.ts";

/** What an executable says of itself. */
export interface ExecutableHeader {
  readonly format: Format;
  /** Undefined for a machine that no release is made for. */
  readonly architecture: Architecture | undefined;
  /** The loader that an ELF file asks for. */
  readonly interpreter?: string | undefined;
}

/** Machine numbers: ELF's `e_machine`, Mach-O's `cputype`, PE's `Machine`. */
const MACHINES: Readonly<Record<Format, Readonly<Record<number, Architecture>>>> = {
  elf: { 0x3e: "x64", 0xb7: "arm64" },
  "mach-o": { 0x0100_0007: "x64", 0x0100_000c: "arm64" },
  pe: { 0x8664: "x64", 0xaa64: "arm64" },
};

const PROGRAM_INTERPRETER = 3;

/** Reads the first bytes of an executable. Throws for what is none, or is cut short. */
export function readHeader(bytes: Uint8Array): ExecutableHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const header = readElf(view) ?? readMachO(view) ?? readPe(view);
    if (header !== undefined) return header;
  } catch (error) {
    throw new Error("the header of the executable is cut short", { cause: error });
  }
  throw new Error("this is neither an ELF, nor a Mach-O, nor a PE executable of 64 bits");
}

/** 64 bits, least significant byte first: all that Bun makes. */
function readElf(view: DataView): ExecutableHeader | undefined {
  if (view.getUint32(0) !== 0x7f45_4c46 || view.getUint16(4) !== 0x0201) return undefined;
  const architecture = MACHINES.elf[view.getUint16(18, true)];
  return { format: "elf", architecture, interpreter: interpreterOf(view) };
}

function interpreterOf(view: DataView): string | undefined {
  const table = Number(view.getBigUint64(32, true));
  const size = view.getUint16(54, true);
  const count = view.getUint16(56, true);
  for (let at = table; at < table + size * count; at += size) {
    if (view.getUint32(at, true) !== PROGRAM_INTERPRETER) continue;
    const offset = Number(view.getBigUint64(at + 8, true));
    const length = Number(view.getBigUint64(at + 32, true));
    const text = new Uint8Array(view.buffer, view.byteOffset + offset, length);
    return new TextDecoder().decode(text).replace(/\0.*$/s, "");
  }
  return undefined;
}

function readMachO(view: DataView): ExecutableHeader | undefined {
  if (view.getUint32(0, true) !== 0xfeed_facf) return undefined;
  return { format: "mach-o", architecture: MACHINES["mach-o"][view.getUint32(4, true)] };
}

function readPe(view: DataView): ExecutableHeader | undefined {
  if (view.getUint16(0) !== 0x4d5a) return undefined;
  const at = view.getUint32(0x3c, true);
  if (view.getUint32(at) !== 0x5045_0000) return undefined;
  return { format: "pe", architecture: MACHINES.pe[view.getUint16(at + 4, true)] };
}
