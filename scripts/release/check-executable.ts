import { readHeader } from "./executable-header.ts";
import { checkSignature } from "./macho-signature.ts";
import { signAdHoc } from "./sign-macho.ts";
import type { Target } from "./targets.ts";

/** Throws for an executable that is not for that platform, or whose signature macOS would refuse. */
export function checkExecutable(target: Target, bytes: Uint8Array): void {
  const { format, architecture, interpreter } = readHeader(bytes);
  const [found, wanted] = [
    { format, architecture, interpreter },
    { ...target, interpreter: target.interpreter },
  ];
  for (const key of ["format", "architecture", "interpreter"] as const)
    if (found[key] !== wanted[key])
      throw new Error(`${target.name}: its ${key} is ${found[key]}, and not ${wanted[key]}`);
  if (format !== "mach-o") return;
  const { faults } = checkSignature(bytes);
  if (faults.length > 0) throw new Error(`${target.name}: signature: ${faults.join("; ")}`);
}

/** The executable as it is, or signed again where what it bears is false. Other formats need no signature. */
export function withTrueSignature(target: Target, bytes: Uint8Array): Uint8Array {
  if (target.format !== "mach-o" || checkSignature(bytes).faults.length === 0) return bytes;
  return signAdHoc(bytes, "mcpzip");
}
