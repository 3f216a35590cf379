import type { Target } from "../../../scripts/release/targets.ts";

/*
 * The smallest files that have the headers of executables: nothing in them runs.
 */

const MACHINE = {
  elf: { x64: 0x3e, arm64: 0xb7 },
  "mach-o": { x64: 0x0100_0007, arm64: 0x0100_000c },
  pe: { x64: 0x8664, arm64: 0xaa64 },
} as const;

const PAGE = 4096;

export function executableFor(target: Target): Uint8Array {
  switch (target.format) {
    case "elf":
      return elf(MACHINE.elf[target.architecture], target.interpreter ?? "");
    case "mach-o":
      return machO(MACHINE["mach-o"][target.architecture]);
    case "pe":
      return pe(MACHINE.pe[target.architecture]);
    default:
      return target.format satisfies never;
  }
}

function elf(machine: number, interpreter: string): Uint8Array {
  const bytes = Buffer.alloc(512);
  bytes.write("\x7fELF\x02\x01\x01", "latin1");
  bytes.writeUInt16LE(machine, 18);
  bytes.writeBigUInt64LE(64n, 32);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(2, 56);
  // The first part is the table's own (PT_PHDR), the second names the interpreter.
  bytes.writeUInt32LE(6, 64);
  bytes.writeUInt32LE(3, 120);
  bytes.writeBigUInt64LE(256n, 128);
  bytes.writeBigUInt64LE(BigInt(interpreter.length + 1), 152);
  bytes.write(interpreter, 256);
  return bytes;
}

/** Three pages and a bit of code, and no true signature behind them. */
export function machO(cpu: number = MACHINE["mach-o"].x64, codeSize = 3 * PAGE + 100): Buffer {
  const bytes = Buffer.alloc(codeSize + 64, "code");
  bytes.fill(0, 0, 1024);
  [0xfeed_facf, cpu, 0, 2, 3, 72 + 72 + 16, 0, 0].forEach((word, at) =>
    bytes.writeUInt32LE(word, at * 4),
  );
  writeSegment(bytes, 32, { name: "__TEXT", offset: 0, size: 2 * PAGE });
  writeSegment(bytes, 104, {
    name: "__LINKEDIT",
    offset: 3 * PAGE,
    size: codeSize + 64 - 3 * PAGE,
  });
  [0x1d, 16, codeSize, 64].forEach((word, at) => bytes.writeUInt32LE(word, 176 + at * 4));
  return bytes;
}

function writeSegment(
  bytes: Buffer,
  at: number,
  { name, offset, size }: { name: string; offset: number; size: number },
): void {
  bytes.writeUInt32LE(0x19, at);
  bytes.writeUInt32LE(72, at + 4);
  bytes.write(name, at + 8);
  bytes.writeBigUInt64LE(BigInt(size), at + 32);
  bytes.writeBigUInt64LE(BigInt(offset), at + 40);
  bytes.writeBigUInt64LE(BigInt(size), at + 48);
}

function pe(machine: number): Uint8Array {
  const bytes = Buffer.alloc(512);
  bytes.write("MZ");
  bytes.writeUInt32LE(0x80, 0x3c);
  bytes.write("PE\0\0", 0x80);
  bytes.writeUInt16LE(machine, 0x84);
  return bytes;
}
