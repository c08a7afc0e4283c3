//! One of a few, side by side: radio buttons, so that the keyboard and screen readers know them already.

use leptos::prelude::*;

use super::markup::flag;
use super::model::Model;
use super::page::Page;

/// Radio buttons for a part of the model.
#[derive(Clone, Copy)]
pub(super) struct Choice {
    /// What is chosen, for those who do not see it; also the name of the group.
    pub(super) legend: &'static str,
    /// How it looks: `tabs` or `segments`.
    pub(super) class: &'static str,
    pub(super) get: fn(&Model) -> usize,
    pub(super) set: fn(&mut Model, usize),
}

impl Choice {
    pub(super) fn view(self, page: Page, options: &[&'static str]) -> impl IntoView + use<> {
        let Self { legend, class, get, set } = self;
        let items: Vec<_> = options
            .iter()
            .copied()
            .enumerate()
            .map(|(place, label)| {
                view! {
                    <label>
                        <input
                            type="radio"
                            name=legend
                            prop:checked=flag(move || page.read(get) == place)
                            on:change=move |_| {
                                page.change(|model| set(model, place));
                                page.write_address(false);
                            }
                        />
                        <span>{label}</span>
                    </label>
                }
            })
            .collect();
        view! {
            <fieldset class=format!("choice {class}")>
                <legend class="unseen">{legend}</legend>
                {items}
            </fieldset>
        }
    }
}
