// Loads the files of a part. What could not be loaded may be asked for again.
const bytes = {};
const loaded = {};
const get = async (file, how) => {
  const answer = await fetch(new URL("parts/" + file, import.meta.url), how);
  if (!answer.ok) throw new Error(file + ": the server answered " + answer.status);
  return answer.arrayBuffer();
};
const once = (kept, file, make) =>
  (kept[file] ??= make().catch((error) => {
    delete kept[file];
    throw error;
  }));
// WebKit remembers what failed, and would fail again.
const fetched = (file) => once(bytes, file, () => get(file).catch(() => get(file, { cache: "reload" })));
const load = (file) =>
  once(loaded, file, async () => {
    const content = await fetched(file);
    delete bytes[file];
    await WebAssembly.instantiate(content, { __wasm_split: initSync() });
  });
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
// An address without a scenario opens the first one: no need to wait until the program has read it.
if (!new URLSearchParams(location.search).has("scenario")) {
  for (const file of FILES[FIRST]) fetched(file).catch(() => {});
}
