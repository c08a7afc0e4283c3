// Loads the files of a part. What could not be loaded may be asked for again.
const loading = {};
const once = (name, load) =>
  (loading[name] ??= load(name).catch((error) => {
    delete loading[name];
    throw error;
  }));
const get = (file, how) => interleave.get("parts/" + file, how);
// WebKit remembers what failed, and would fail again.
const fetched = (file) => get(file).catch(() => get(file, { cache: "reload" }));
const opened = async (file) => WebAssembly.compile(await fetched(file));
// What is too small for a file of its own is a section of one that all have in common.
const content = async (set) =>
  FILES[set] ? fetched(FILES[set]) : WebAssembly.Module.customSections(await once(SMALL, opened), set)[0];
const instantiate = async (set) => WebAssembly.instantiate(await content(set), { __wasm_split: initSync() });
const needed = (set) => set.split("-");
const parts = {};
for (const part of new Set(Object.keys(FILES).flatMap(needed))) {
  const sets = Object.keys(FILES).filter((set) => needed(set).includes(part));
  parts["__wasm_split_load_" + part] = (call, data) => {
    const answer = (success) => initSync().__indirect_function_table.get(call)(data, success);
    Promise.all(sets.map((set) => once(set, instantiate))).then(
      () => answer(true),
      (error) => {
        console.error(error);
        answer(false);
      },
    );
  };
}
