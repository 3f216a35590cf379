import { expect, test } from "bun:test";
import { checkSignature, readLayout } from "../../../scripts/release/macho-signature.ts";
import { signAdHoc } from "../../../scripts/release/sign-macho.ts";
import { machO } from "./executables.ts";

const PAGE = 4096;

test.each([[3 * PAGE + 100], [4 * PAGE], [4 * PAGE + 1]])(
  "signs %i bytes of code, page by page",
  (codeSize) => {
    const signed = signAdHoc(machO(undefined, codeSize), "mcpzip");
    const pages = Math.ceil(codeSize / PAGE);
    expect(checkSignature(signed)).toEqual({ pages, badPages: 0, faults: [] });
  },
);

test("tells the loader how long the signature is, and that the last segment holds it", () => {
  const signed = signAdHoc(machO(), "mcpzip");
  const { signature, linkEdit } = readLayout(signed);
  expect(signature.offset + signature.size).toBe(signed.length);
  expect(linkEdit.offset + linkEdit.size).toBe(signed.length);
  const inMemory = Buffer.from(signed).readBigUInt64LE(linkEdit.command + 32);
  expect(Number(inMemory)).toBe(0x4000);
});

test("signs the same code to the same bytes, also over an earlier signature", () => {
  const once = signAdHoc(machO(), "mcpzip");
  expect(signAdHoc(machO(), "mcpzip")).toEqual(once);
  expect(signAdHoc(once, "mcpzip")).toEqual(once);
});

test("finds the page in which one byte was changed", () => {
  const signed = signAdHoc(machO(), "mcpzip");
  signed[2 * PAGE + 17]! ^= 1;
  expect(checkSignature(signed)).toMatchObject({
    badPages: 1,
    faults: ["1 of 4 pages differ from their hashes"],
  });
});

test("finds that code was added behind what is signed", () => {
  const signed = Buffer.from(signAdHoc(machO(), "mcpzip"));
  const { signature } = readLayout(signed);
  const directory = signature.offset + 20;
  signed.writeUInt32BE(signature.offset - PAGE, directory + 32);
  expect(checkSignature(signed).faults).toContainEqual(
    expect.stringMatching(/^it covers \d+ bytes/),
  );
});

test.each([
  ["no signature", (bytes: Buffer, at: number) => bytes.writeUInt32BE(0, at), "no signature"],
  ["no directory", (bytes: Buffer, at: number) => bytes.writeUInt32BE(0, at + 20), "no code dir"],
  ["another hash", (bytes: Buffer, at: number) => bytes.writeUInt8(1, at + 20 + 37), "SHA-256"],
])("finds that there is %s", (_, damage, fault) => {
  const signed = Buffer.from(signAdHoc(machO(), "mcpzip"));
  damage(signed, readLayout(signed).signature.offset);
  expect(checkSignature(signed).faults.join()).toContain(fault);
});

test("refuses a file that has no place for a signature", () => {
  const bytes = machO();
  bytes.writeUInt32LE(2, 16);
  expect(() => signAdHoc(bytes, "mcpzip")).toThrow("no place for a signature");
});
