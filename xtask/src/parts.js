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
const parts = {};
for (const part in FILES) {
  parts["__wasm_split_load_" + part] = (call, data) => {
    const answer = (success) => initSync().__indirect_function_table.get(call)(data, success);
    Promise.all(FILES[part].map(load)).then(
      () => answer(true),
      (error) => {
        console.error(error);
        answer(false);
      },
    );
  };
}
