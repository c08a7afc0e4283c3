//! The page.

#[cfg(in_parts)]
mod parts;

fn main() {
    #[cfg(in_parts)]
    interleave::ui::mount_with(parts::LOAD);
    #[cfg(all(target_arch = "wasm32", not(in_parts)))]
    interleave::ui::mount();
}
