// A process of its own: holds a database exclusively until its stdin ends.
import { Database } from "bun:sqlite";

const database = new Database(Bun.argv[2]);
database.run("BEGIN EXCLUSIVE");
process.stdout.write("ready\n");
await Bun.stdin.text();
database.run("ROLLBACK");
database.close();
