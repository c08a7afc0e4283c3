//! The answer, over the lanes: the speedup with its operands, or how long each variant takes.

use leptos::prelude::*;

use super::page::{Page, Phase, Shared};
use crate::scenarios::Compare;
use crate::timeline::{seconds, speedup};

#[component]
pub(super) fn Answer(page: Page) -> impl IntoView {
    let items = move || {
        let scenario = page.scenario();
        let speedups = scenario.compare == Compare::Speedup && scenario.variants.len() > 1;
        let first = usize::from(speedups);
        let items = (first..scenario.variants.len()).map(|variant| {
            if speedups { faster(page, variant).into_any() } else { duration(page, variant).into_any() }
        });
        items.collect_view()
    };
    view! {
        <section class="answer" class:many=move || { page.scenario().variants.len() > 2 } aria-label="The answer">
            {items}
        </section>
    }
}

fn ideal(page: Page, variant: usize) -> Option<Shared> {
    page.ideal.with(|ideal| ideal.get(variant).cloned())
}

/// The real run, once every variant's is over.
fn measured(page: Page, variant: usize) -> Option<Shared> {
    (page.phase.get() == Phase::Finished).then(|| page.real(variant)).flatten()
}

fn faster(page: Page, variant: usize) -> impl IntoView {
    let scenario = page.scenario();
    let (baseline, title) = (scenario.variants[0].title, scenario.variants[variant].title);
    let operands = move |of: fn(Page, usize) -> Option<Shared>| {
        Some((of(page, 0)?.0.timeline.until, of(page, variant)?.0.timeline.until))
    };
    let ideal = move || operands(ideal);
    let measured = move || operands(measured);
    let factor = move || {
        let (baseline, time) = measured().or_else(ideal)?;
        Some(speedup(baseline, time).map_or_else(|| "–".to_owned(), |speedup| speedup.show()))
    };
    let times = move || ideal().map(|(baseline, time)| format!("{} → {}", seconds(baseline), seconds(time)));
    let real = move || {
        let (baseline, time) = measured()?;
        Some(format!("measured {} → {}{}", seconds(baseline), seconds(time), late(page, variant)))
    };
    view! {
        <div class="result">
            <p class="factor" data-testid=format!("factor-{}", scenario.variants[variant].id)>
                {factor}<small>"×"</small>
            </p>
            <p class="formula">
                <b>{times}</b>
                <span>{format!("{baseline} ÷ {title}")}</span>
                <span class="measured">{real}</span>
            </p>
        </div>
    }
}

fn duration(page: Page, variant: usize) -> impl IntoView {
    let shown = page.scenario().variants[variant];
    let time = move || {
        let run = measured(page, variant).or_else(|| ideal(page, variant))?;
        Some(format!("{:.2}", run.0.timeline.until.as_secs_f64()))
    };
    let real = move || {
        let ideal = ideal(page, variant)?.0.timeline.until;
        measured(page, variant).map(|_| format!("measured; ideal {}{}", seconds(ideal), late(page, variant)))
    };
    view! {
        <div class="result">
            <p class="factor" data-testid=format!("time-{}", shown.id)>{time}<small>" s"</small></p>
            <p class="formula">
                <b>{shown.title}</b>
                <span class="measured">{real}</span>
            </p>
        </div>
    }
}

fn late(page: Page, variant: usize) -> String {
    let late = page.real(variant).and_then(|run| run.0.lateness_millis());
    late.map_or_else(String::new, |millis| format!(", timers late by {millis:.1} ms at p95"))
}
