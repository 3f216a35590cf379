import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, chownSync, copyFileSync, linkSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { hostTarget, TARGETS } from "../../../scripts/release/targets.ts";
import { TEST_TIMEOUT_MS } from "../../fixtures/poll.ts";
import { InstallHome, leftovers, programText } from "./install-home.ts";

setDefaultTimeout(TEST_TIMEOUT_MS);
const isRoot = process.getuid?.() === 0;
const host = hostTarget().name;
const canInstall = process.platform !== "win32" && Bun.which("xz") !== null;

describe.skipIf(!canInstall)("install.sh", () => {
  describe("when the download is not what it should be", () => {
    const archive = `mcpzip-1.2.3-${host}.tar.xz`;
    const path = "/mcpzip/mcpzip/releases";

    test.each([
      ["altered", archive, { kind: "altered" }, /is not what was released: its checksum is/],
      ["cut in half", archive, { kind: "half" }, /could not be downloaded: curl/],
      [
        "refused by the storage",
        archive,
        { kind: "status", status: 403 },
        /answered with HTTP 403/,
      ],
      [
        "gone",
        `${path}/latest/download/SHA256SUMS`,
        { kind: "status", status: 404 },
        /\(HTTP 404\)/,
      ],
    ] as const)(
      "an archive that is %s leaves the copy that was there",
      async (_, name, fault, said) => {
        await using home = new InstallHome();
        await home.publish("1.2.3");
        home.write(".local/bin/mcpzip", programText("1.0.0", "old"), 0o755);
        home.server.faults.set(name, fault);
        const before = leftovers();
        const { code, stderr } = await home.install();
        expect([code, stderr]).toEqual([1, expect.stringMatching(said)]);
        expect(home.runs()).toBe("old 1.0.0");
        expect(home.beside()).toEqual(["mcpzip"]);
        expect(leftovers()).toEqual(before);
      },
    );

    test("a version that there is not is named, with where to look", async () => {
      await using home = new InstallHome();
      await home.publish("1.2.3");
      const { code, stderr } = await home.install(["--version", "9.9.9"]);
      expect(code).toBe(1);
      expect(stderr).toContain("download/v9.9.9/SHA256SUMS (HTTP 404)");
      expect(stderr).toContain(`fix   see which versions there are: ${home.server.address}`);
    });

    test("a release without this platform is named", async () => {
      await using home = new InstallHome();
      await home.publish(
        "1.2.3",
        TARGETS.filter(({ name }) => name !== host),
      );
      const { code, stderr } = await home.install();
      expect([code, stderr]).toEqual([1, expect.stringContaining(`has nothing for ${host}`)]);
    });

    test("a server that is away is named", async () => {
      await using home = new InstallHome();
      const { address } = home.server;
      home.server[Symbol.dispose]();
      const { code, stderr } = await home.install();
      expect([code, stderr]).toEqual([1, expect.stringContaining(`${address}/latest/download/`)]);
    });

    test("Ctrl-C leaves everything as it was", async () => {
      await using home = new InstallHome();
      await home.publish("1.2.3");
      home.write(".local/bin/mcpzip", programText("1.0.0", "old"), 0o755);
      const before = leftovers();
      expect(await home.interruptAt(archive)).toBe(130);
      expect(home.runs()).toBe("old 1.0.0");
      expect(home.beside()).toEqual(["mcpzip"]);
      expect(leftovers()).toEqual(before);
    });

    test("a program that does not start here replaces nothing", async () => {
      await using home = new InstallHome();
      await home.publish("1.2.3");
      home.write(".local/bin/mcpzip", programText("1.0.0", "old"), 0o755);
      // What a program linked with another C library comes to.
      home.fake("chmod", 'printf "#!/no/such/loader\\n" >"$2"; exec /bin/chmod "$@"');
      const { code, stderr } = await home.install();
      expect([code, stderr]).toEqual([1, expect.stringContaining("does not run here")]);
      expect(home.runs()).toBe("old 1.0.0");
      expect(home.beside()).toEqual(["mcpzip"]);
    });
  });

  describe("where a copy is already", () => {
    test("puts the new one in its place at one stroke", async () => {
      await using home = new InstallHome();
      await home.publish("1.2.3");
      const old = programText("1.0.0", "old");
      home.write(".local/bin/mcpzip", old, 0o755);
      // Who has it open goes on with the old file.
      linkSync(home.file, join(home.path, "held"));
      expect((await home.install()).code).toBe(0);
      expect(home.read(join(home.path, "held"))).toBe(old);
      expect(home.runs()).toBe(`${host} 1.2.3`);
    });

    test("replaces one that is running, which runs on", async () => {
      await using home = new InstallHome();
      await home.publish("1.2.3");
      mkdirSync(dirname(home.file), { recursive: true });
      copyFileSync(Bun.which("cat") ?? "", home.file);
      const running = Bun.spawn([home.file], { stdin: "pipe", stdout: "pipe" });
      expect(await home.install()).toMatchObject({ code: 0, stderr: "" });
      running.stdin.write("still here");
      await running.stdin.end();
      expect(await new Response(running.stdout).text()).toBe("still here");
      expect(home.runs()).toBe(`${host} 1.2.3`);
    });

    test("two installers at once leave one whole program", async () => {
      await using home = new InstallHome();
      await home.publish("1.2.3");
      const both = await Promise.all([home.install(), home.install()]);
      expect(both.map(({ code }) => code)).toEqual([0, 0]);
      expect(home.runs()).toBe(`${host} 1.2.3`);
      expect(home.beside()).toEqual(["mcpzip"]);
    });

    test("leaves a link alone, which is another installation's", async () => {
      await using home = new InstallHome();
      await home.publish("1.2.3");
      const cellar = home.write(
        "Cellar/mcpzip/1.0.0/bin/mcpzip",
        programText("1.0.0", "brew"),
        0o755,
      );
      mkdirSync(dirname(home.file), { recursive: true });
      symlinkSync(cellar, home.file);
      const { code, stderr } = await home.install();
      expect([code, stderr]).toEqual([1, expect.stringContaining(`a link to ${cellar}`)]);
      expect(home.runs()).toBe("brew 1.0.0");
    });

    test("leaves a folder of that name alone", async () => {
      await using home = new InstallHome();
      mkdirSync(home.file, { recursive: true });
      const { code, stderr } = await home.install();
      expect([code, stderr]).toEqual([1, expect.stringContaining("is a folder")]);
    });
  });

  describe("without the right to write there", () => {
    test("says so, and downloads nothing", async () => {
      await using home = new InstallHome();
      const dir = join(home.path, "locked");
      mkdirSync(dir);
      chmodSync(dir, 0o555);
      const { code, stderr } = await home.install(["--dir", dir], { asNobody: true });
      chmodSync(dir, 0o755);
      expect([code, stderr]).toEqual([
        1,
        `mcpzip: ${dir} cannot be written to\n  fix   pass --dir DIRECTORY\n`,
      ]);
      expect(home.server.asked).toEqual([]);
    });

    test("says so where nothing can be unpacked", async () => {
      await using home = new InstallHome();
      const TMPDIR = join(home.path, "gone");
      const { code, stderr } = await home.install([], { env: { TMPDIR } });
      expect([code, stderr]).toEqual([
        1,
        `mcpzip: no folder can be made in ${TMPDIR}\n  fix   set TMPDIR to a folder that can be written to\n`,
      ]);
      expect(home.server.asked).toEqual([]);
    });

    test("says so where the folder cannot even be made", async () => {
      await using home = new InstallHome();
      const file = home.write("a file", "");
      const { code, stderr } = await home.install(["--dir", join(file, "bin")]);
      expect([code, stderr]).toEqual([1, expect.stringContaining("cannot be made")]);
    });

    test.skipIf(!isRoot)("leaves a program alone that belongs to another user", async () => {
      await using home = new InstallHome();
      home.write(".local/bin/mcpzip", programText("1.0.0", "root"), 0o755);
      chmodSync(dirname(home.file), 0o777);
      const { code, stderr } = await home.install([], { asNobody: true });
      expect([code, stderr]).toEqual([1, expect.stringContaining("belongs to another user")]);
      expect(home.runs()).toBe("root 1.0.0");
    });

    test.skipIf(!isRoot)(
      "root puts nothing into the home of another user unless told to",
      async () => {
        await using home = new InstallHome();
        await home.publish("1.2.3");
        chownSync(home.path, 65534, 65534);
        const { code, stderr } = await home.install();
        expect([code, stderr]).toEqual([1, expect.stringContaining("which is another user's")]);
        expect(home.beside()).toEqual([]);
        expect((await home.install(["--dir", join(home.path, "opt")])).code).toBe(0);
      },
    );
  });
});
