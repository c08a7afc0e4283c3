// Runs python/worker.py on the CPython that pyodide brings: a list of programs a line in, a list of logs a line out.
//
//     node arbiter.mjs FOLDER-OF-NODE-MODULES EXCLUSIONS FILE.py ...

import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [modules, exclusions, ...files] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(resolve(modules, "pyodide/pyodide.mjs")));
const python = await loadPyodide();
for (const file of files) {
  python.FS.writeFile(`/home/pyodide/${basename(file)}`, readFileSync(file));
}
python.runPython(`
import asyncio, sys
sys.path.insert(0, "/home/pyodide")
asyncio._set_running_loop(None)  # The page's own, which never runs here.
import worker
`);
const worker = python.globals.get("worker");
worker.set_up(exclusions);
const { answer } = worker;
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${answer(line)}\n`);
}
