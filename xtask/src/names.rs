//! Short names for what the wasm imports from its script.
//!
//! wasm-bindgen calls each after what it does and a hash of it, in the script and once more in the wasm. Nobody reads them
//! there, and hashes are what compresses least: together they were a thirtieth of a first visit.

use anyhow::{Context, Result, anyhow, bail};
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{ImportSection, Module, RawSection};
use wasmparser::{Parser, Payload};

/// How the names begin that wasm-bindgen makes.
const LONG: [&str; 2] = ["__wbg_", "__wbindgen_"];

/// The same wasm and script, which call what wasm-bindgen has named `_0`, `_1` and so on.
///
/// # Errors
/// When the wasm cannot be read, or the script does not define what it imports.
pub(crate) fn shorten(wasm: &[u8], script: &str) -> Result<(Vec<u8>, String)> {
    let mut module = Module::new();
    let mut script = script.to_owned();
    let mut count = 0;
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload.context("the wasm cannot be read")?;
        if let Payload::ImportSection(reader) = payload {
            let mut imports = ImportSection::new();
            for import in reader.into_imports() {
                let import = import?;
                let entity = RoundtripReencoder.entity_type(import.ty).map_err(|error| anyhow!("{error}"))?;
                if LONG.iter().any(|long| import.name.starts_with(long)) {
                    let short = format!("_{count}");
                    count += 1;
                    script = renamed(&script, import.name, &short)?;
                    imports.import(import.module, &short, entity);
                } else {
                    imports.import(import.module, import.name, entity);
                }
            }
            module.section(&imports);
        } else if let Some((id, range)) = payload.as_section() {
            let data = wasm.get(range.start as usize..range.end as usize).context("a section ends too late")?;
            module.section(&RawSection { id, data });
        }
    }
    Ok((module.finish(), script))
}

/// A script in which something is called otherwise: where it is defined, which is the only place that knows its name.
fn renamed(script: &str, name: &str, short: &str) -> Result<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_$".contains(c);
    let whole = |at: &usize| !script[..*at].ends_with(is_part) && !script[*at + name.len()..].starts_with(is_part);
    let places: Vec<usize> = script.match_indices(name).map(|(at, _)| at).filter(whole).collect();
    let [at] = places.as_slice() else { bail!("the script names {name} {} times, not once", places.len()) };
    Ok([&script[..*at], short, &script[at + name.len()..]].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{EntityType, TypeSection};

    fn wasm(names: &[&str]) -> Vec<u8> {
        let (mut module, mut types, mut imports) = (Module::new(), TypeSection::new(), ImportSection::new());
        types.ty().function([], []);
        for name in names {
            imports.import("./a_bg.js", name, EntityType::Function(0));
        }
        module.section(&types).section(&imports);
        module.finish()
    }

    #[test]
    fn both_sides_get_the_same_names() {
        let long = ["__wbg_log_0123456789abcdef", "other", "__wbindgen_throw_1"];
        let script = "{ __wbg_log_0123456789abcdef: () => {}, other: 1,\n__wbindgen_throw_1: function() {} }";
        let (short, script) = shorten(&wasm(&long), script).expect("they belong together");
        assert_eq!(short, wasm(&["_0", "other", "_1"]));
        assert_eq!(script, "{ _0: () => {}, other: 1,\n_1: function() {} }");
    }

    #[test]
    fn a_script_that_does_not_fit_is_an_error() {
        for script in ["", "__wbg_a_1 __wbg_a_1", "__wbg_a_12"] {
            assert!(shorten(&wasm(&["__wbg_a_1"]), script).is_err(), "{script}");
        }
    }
}
