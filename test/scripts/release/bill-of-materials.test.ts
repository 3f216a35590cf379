import { expect, test } from "bun:test";
import packageJson from "../../../package.json";
import { billOfMaterials } from "../../../scripts/release/bill-of-materials.ts";
import { bundledPackages } from "../../../scripts/release/bundled-packages.ts";
import { lockedPackages } from "../../../scripts/release/locked-packages.ts";
import { isRecord } from "../../../src/core/tool.ts";

const MADE_AT = 1_795_000_000;
const locked = lockedPackages();
const materials = { ...locked, bundled: await bundledPackages(), madeAt: MADE_AT };
const bill = billOfMaterials(materials);

function records(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
const components = records(bill.components);

function scopeOf(name: string): unknown {
  return components.find((each) => each.name === name)?.scope;
}

test("has what CycloneDX 1.6 requires", () => {
  expect(bill).toMatchObject({ bomFormat: "CycloneDX", specVersion: "1.6", version: 1 });
  expect(bill.serialNumber).toMatch(
    /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  for (const { type, name, version, scope, licenses } of components) {
    expect(["library", "platform"]).toContain(String(type));
    expect(["required", "excluded"]).toContain(String(scope));
    expect([name, version]).toEqual([expect.any(String), expect.any(String)]);
    const [license = {}, ...others] = records(licenses);
    expect(others).toEqual([]);
    expect(Object.keys(license).join()).toMatch(/^(license|expression)$/);
  }
});

test("names each component once, and every dependency is one of them", () => {
  const root =
    isRecord(bill.metadata) && isRecord(bill.metadata.component) ? bill.metadata.component : {};
  const refs = [root, ...components].map((each) => each["bom-ref"]);
  expect(new Set(refs).size).toBe(refs.length);
  const dependencies = records(bill.dependencies);
  expect(dependencies.map(({ ref }) => ref).toSorted()).toEqual(refs.toSorted());
  for (const { dependsOn } of dependencies)
    for (const ref of Array.isArray(dependsOn) ? dependsOn : []) expect(refs).toContain(ref);
});

test("has every dependency of package.json, in the version that is pinned, with its hash", () => {
  for (const [name, version] of Object.entries(packageJson.dependencies)) {
    const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
    const found = components.find((each) => each.purl === purl);
    expect(found?.hashes).toEqual([
      { alg: "SHA-512", content: expect.stringMatching(/^[0-9a-f]{128}$/) },
    ]);
  }
});

test("has no development tool, and Bun, of which the executable is made", () => {
  const names = components.map(({ name }) => name);
  expect(names).not.toContain("oxlint");
  expect(components).toContainEqual(
    expect.objectContaining({ name: "bun", version: packageJson.packageManager.slice(4) }),
  );
});

test("tells what is in the executable from what only stands behind a dependency", () => {
  expect(scopeOf("citty")).toBe("required");
  expect(scopeOf("express")).toBe("excluded");
  const known = new Set(locked.packages.map(({ folder }) => folder));
  expect([...materials.bundled].filter((folder) => !known.has(folder))).toEqual([]);
});

test("is the same for the same tree, and has another number for another", () => {
  expect(billOfMaterials(materials)).toEqual(bill);
  const other = billOfMaterials({ ...materials, madeAt: MADE_AT + 1 });
  expect(other.serialNumber).not.toBe(bill.serialNumber);
});
