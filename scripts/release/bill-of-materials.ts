import packageJson from "../../package.json";
import type { LockedPackage } from "./locked-packages.ts";
import { sha256 } from "./macho-signature.ts";
import { REPOSITORY, REPOSITORY_URL } from "./repository.ts";

type Json = Readonly<Record<string, unknown>>;

export interface Materials {
  /** All that stands behind `dependencies`. */
  readonly packages: readonly LockedPackage[];
  /** Folders of those that package.json names. */
  readonly direct: readonly string[];
  /** Folders of those of which something is in the executable. */
  readonly bundled: ReadonlySet<string>;
  /** Seconds since the epoch. */
  readonly madeAt: number;
}

/** The software bill of materials in CycloneDX 1.6 (cyclonedx.org/docs/1.6/json), the same for the same tree. */
export function billOfMaterials(materials: Materials): Json {
  const { packages, direct, bundled, madeAt } = materials;
  const refs = new Map(packages.map((each) => [each.folder, refOf(each)]));
  const refOfFolder = (folder: string) => refs.get(folder) ?? folder;
  const bill = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      timestamp: new Date(madeAt * 1000).toISOString(),
      lifecycles: [{ phase: "build" }],
      component: MCPZIP,
    },
    components: [BUN, ...packages.map((each) => componentOf(each, bundled))],
    dependencies: [
      { ref: MCPZIP["bom-ref"], dependsOn: [BUN["bom-ref"], ...direct.map(refOfFolder)] },
      { ref: BUN["bom-ref"], dependsOn: [] },
      ...packages.map((each) => ({
        ref: refOf(each),
        dependsOn: each.dependsOn.map(refOfFolder),
      })),
    ],
  };
  return { ...bill, serialNumber: `urn:uuid:${uuidOf(JSON.stringify(bill))}` };
}

const MCPZIP = {
  type: "application",
  "bom-ref": "mcpzip",
  name: "mcpzip",
  version: packageJson.version,
  description: packageJson.description,
  licenses: [{ license: { id: packageJson.license } }],
  purl: `pkg:github/${REPOSITORY}@v${packageJson.version}`,
  externalReferences: [{ type: "vcs", url: REPOSITORY_URL }],
} as const;

const BUN_VERSION = packageJson.packageManager.replace(/^bun@/, "");

/** The runtime, which is most of the executable. */
const BUN = {
  type: "platform",
  "bom-ref": "bun",
  name: "bun",
  version: BUN_VERSION,
  scope: "required",
  licenses: [{ license: { id: "MIT" } }],
  purl: `pkg:github/oven-sh/bun@bun-v${BUN_VERSION}`,
} as const;

/** What a package depends on need not be used: `excluded` is installed for the build and not shipped. */
function componentOf(locked: LockedPackage, bundled: ReadonlySet<string>): Json {
  const { name, version, integrity, license, folder } = locked;
  const [group, bare] = name.startsWith("@") ? name.split("/") : [undefined, name];
  return {
    type: "library",
    "bom-ref": refOf(locked),
    ...(group !== undefined && { group }),
    name: bare,
    version,
    scope: bundled.has(folder) ? "required" : "excluded",
    hashes: [{ alg: "SHA-512", content: hexOf(integrity) }],
    ...(license !== undefined && { licenses: [licenseOf(license)] }),
    purl: purlOf(locked),
  };
}

/** An SPDX identifier, or an expression of several. */
function licenseOf(license: string): Json {
  return /[\s()]/.test(license) ? { expression: license } : { license: { id: license } };
}

function purlOf({ name, version }: LockedPackage): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

/** One version may be installed in two places. */
function refOf(locked: LockedPackage): string {
  return `${purlOf(locked)}#${locked.folder}`;
}

function hexOf(integrity: string): string {
  return Buffer.from(integrity.replace(/^sha512-/, ""), "base64").toString("hex");
}

/** Version 8 (RFC 9562): made from the contents, so that the same tree has the same number. */
function uuidOf(text: string): string {
  const hex = sha256(Buffer.from(text)).toString("hex");
  const variant = "89ab"[Number.parseInt(hex.charAt(16), 16) % 4];
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
