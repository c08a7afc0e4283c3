//! One of a few, side by side: radio buttons, so that the keyboard and screen readers know them already.

use leptos::prelude::*;

/// `options` are the labels; `selected` the place of the one that is picked.
#[component]
pub(super) fn Choice(
    /// What is chosen, for those who do not see it; also the name of the group.
    legend: &'static str,
    #[prop(into)] options: Signal<Vec<String>>,
    #[prop(into)] selected: Signal<usize>,
    on_select: impl Fn(usize) + Copy + Send + 'static,
    /// How it looks: `tabs` or `segments`.
    class: &'static str,
) -> impl IntoView {
    let items = move || {
        let items = options.get().into_iter().enumerate().map(move |(place, label)| {
            view! {
                <label>
                    <input
                        type="radio"
                        name=legend
                        prop:checked=move || selected.get() == place
                        on:change=move |_| on_select(place)
                    />
                    <span>{label}</span>
                </label>
            }
        });
        items.collect_view()
    };
    view! {
        <fieldset class=format!("choice {class}")>
            <legend class="unseen">{legend}</legend>
            {items}
        </fieldset>
    }
}
