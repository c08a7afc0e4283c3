// Loads the files of a part. What could not be loaded may be asked for again.
const loaded = {};
const get = (file, how) => interleave.get("parts/" + file, how);
// WebKit remembers what failed, and would fail again.
const fetched = (file) => get(file).catch(() => get(file, { cache: "reload" }));
const instantiate = async (file) => WebAssembly.instantiate(await fetched(file), { __wasm_split: initSync() });
const load = (file) =>
  (loaded[file] ??= instantiate(file).catch((error) => {
    delete loaded[file];
    throw error;
  }));
// A name says which parts need the file, and ends with what its content is called by.
const needed = (file) => file.split("-").slice(0, -1);
const parts = {};
for (const part of new Set(FILES.flatMap(needed))) {
  const files = FILES.filter((file) => needed(file).includes(part));
  parts["__wasm_split_load_" + part] = (call, data) => {
    const answer = (success) => initSync().__indirect_function_table.get(call)(data, success);
    Promise.all(files.map(load)).then(
      () => answer(true),
      (error) => {
        console.error(error);
        answer(false);
      },
    );
  };
}
