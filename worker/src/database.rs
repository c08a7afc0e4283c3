//! Rows in tables, in `IndexedDB`.

use idb::{Database, DatabaseEvent, Error, Factory, ObjectStoreParams, TransactionMode};
use js_sys::{Array, Function, JsString, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

const TABLES: [&str; 2] = ["users", "posts"];

/// A connection: each request has its own, as the programs have it.
async fn open(name: &str) -> Result<Database, Error> {
    let mut request = Factory::new()?.open(name, Some(1))?;
    request.on_upgrade_needed(|event| {
        let Ok(database) = event.database() else { return };
        for table in TABLES {
            let mut params = ObjectStoreParams::new();
            params.auto_increment(true);
            // Without its table the first request to it says what is wrong.
            let _ = database.create_object_store(table, params);
        }
    });
    request.await
}

/// Does something with a connection, which is closed whatever comes of it: a database with an open one cannot be removed.
async fn connected<T>(name: &str, call: impl AsyncFnOnce(&Database) -> Result<T, Error>) -> Result<T, String> {
    let in_words = |why: Error| why.to_string();
    let database = open(name).await.map_err(in_words)?;
    let done = call(&database).await;
    database.close();
    done.map_err(in_words)
}

/// Adds a row to a table.
pub(crate) async fn put(name: &str, table: &str, row: &str) -> Result<(), String> {
    let add = async |database: &Database| {
        let transaction = database.transaction(&[table], TransactionMode::ReadWrite)?;
        transaction.object_store(table)?.add(&JsValue::from_str(row), None)?.await?;
        transaction.await.map(drop)
    };
    connected(name, add).await
}

/// The rows of a table, a line each.
pub(crate) async fn rows(name: &str, table: &str) -> Result<String, String> {
    let read = async |database: &Database| {
        let transaction = database.transaction(&[table], TransactionMode::ReadOnly)?;
        let rows = transaction.object_store(table)?.get_all(None, None)?.await?;
        transaction.await?;
        let rows: Vec<String> = rows.iter().filter_map(JsValue::as_string).collect();
        Ok(rows.join("\n"))
    };
    connected(name, read).await
}

/// Removes the database of this name, and those that are named so.
pub(crate) async fn remove(is_ours: impl Fn(&str) -> bool, name: &str) {
    let Ok(factory) = Factory::new() else { return };
    let mut names = all().await.unwrap_or_default();
    names.push(name.to_owned());
    for name in names.iter().filter(|name| is_ours(name)) {
        if let Ok(removed) = factory.delete(name) {
            let _ = removed.await;
        }
    }
}

/// The names of all databases of this site, where the browser tells.
async fn all() -> Result<Vec<String>, JsValue> {
    let databases = Reflect::get(&js_sys::global(), &JsString::from("indexedDB"))?;
    let list: Function = Reflect::get(&databases, &JsString::from("databases"))?.dyn_into()?;
    let list: Promise = list.call0(&databases)?.dyn_into()?;
    let list: Array = JsFuture::from(list).await?.dyn_into()?;
    let name = |database: JsValue| Reflect::get(&database, &JsString::from("name")).ok()?.as_string();
    Ok(list.iter().filter_map(name).collect())
}
