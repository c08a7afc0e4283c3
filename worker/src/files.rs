//! Files, in the origin-private file system.

use futures::StreamExt;
use opfs::persistent::{DirectoryHandle, Error, app_specific_dir};
use opfs::{
    CreateWritableOptions, DirectoryHandle as _, FileHandle as _, FileSystemRemoveOptions, GetDirectoryHandleOptions,
    GetFileHandleOptions, WritableFileStream as _,
};
use wasm_bindgen::JsValue;

async fn folder(name: &str) -> Result<DirectoryHandle, Error> {
    let options = GetDirectoryHandleOptions { create: true };
    app_specific_dir().await?.get_directory_handle_with_options(name, &options).await
}

fn in_words(error: &JsValue) -> String {
    let message = js_sys::Reflect::get(error, &JsValue::from_str("message")).ok().and_then(|text| text.as_string());
    message.unwrap_or_else(|| "no reason given".to_owned())
}

/// Puts a text into a file.
pub(crate) async fn write(name: &str, file: &str, text: &str) -> Result<(), String> {
    let write = async {
        let options = GetFileHandleOptions { create: true };
        let mut file = folder(name).await?.get_file_handle_with_options(file, &options).await?;
        let options = CreateWritableOptions { keep_existing_data: false };
        let mut stream = file.create_writable_with_options(&options).await?;
        stream.write_at_cursor_pos(text.as_bytes()).await?;
        stream.close().await
    };
    write.await.map_err(|why: Error| in_words(&why))
}

/// The text of a file.
pub(crate) async fn read(name: &str, file: &str) -> Result<String, String> {
    let read = async {
        let options = GetFileHandleOptions { create: false };
        let file = folder(name).await?.get_file_handle_with_options(file, &options).await?;
        file.read().await
    };
    let bytes = read.await.map_err(|why: Error| in_words(&why))?;
    String::from_utf8(bytes).map_err(|_| "the file is not text".to_owned())
}

/// Removes the folders that are named so.
pub(crate) async fn remove(is_ours: impl Fn(&str) -> bool) {
    let remove = async {
        let mut root = app_specific_dir().await?;
        let mut ours = Vec::new();
        {
            let mut entries = std::pin::pin!(root.entries().await?);
            while let Some(entry) = entries.next().await {
                ours.extend(entry.ok().map(|(name, _)| name).filter(|name| is_ours(name)));
            }
        }
        for name in ours {
            root.remove_entry_with_options(&name, &FileSystemRemoveOptions { recursive: true }).await?;
        }
        Ok(())
    };
    // Where there are no files there is nothing to remove.
    let _: Result<(), Error> = remove.await;
}
