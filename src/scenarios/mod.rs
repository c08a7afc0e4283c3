//! What people can pick.
//!
//! A scenario is one file here, one line in the list below, and one Python program of the same name in `examples/python/`.
//! The world outside the whole programs stands in `services.rs`.

mod params;
mod parts;
mod prelude;
mod random;
mod selection;
mod services;
mod told;

use std::pin::Pin;

pub use params::{Count, Key, PERCENTS, Param, Percent, SLOWER_AT_MOST, Seconds, Unit, Values};
pub use parts::{Part, Whole};
pub use random::Random;
pub(crate) use selection::quoted;
pub use selection::{
    CLOCKS, Compared, LANGUAGES, LAYERS, LINK_VERSION, PANELS, PINS_AT_MOST, RESERVED, Schedule, Selection, View,
};
pub use told::Told;

use crate::aio::trace::Trace;
use crate::aio::{self, Aio, Host, Options};
use crate::host::virtual_time;
use crate::world::Preparation;

macro_rules! scenarios {
    ($($name:ident,)*) => {
        $(mod $name;)*

        /// Every scenario, in the order of the catalogue.
        #[cfg(not(in_parts))]
        pub static ALL: &[&Scenario] = &[$(&$name::SCENARIO),*];

        /// The outline of every scenario, in the order of the catalogue.
        #[cfg(in_parts)]
        pub static ALL: &[&Scenario] = &[$({
            static VARIANTS: [Variant; $name::SCENARIO.variants.len()] = parts::outlines($name::SCENARIO.variants);
            static OUTLINE: Scenario = $name::SCENARIO.outline(&VARIANTS);
            &OUTLINE
        }),*];

        const COUNT: usize = [$(stringify!($name)),*].len();

        static ANSWERS: [fn(&Told) -> Vec<String>; COUNT] = [$($name::SCENARIO.question.choices),*];

        impl Whole {
            /// The scenarios of this part.
            #[must_use]
            pub const fn of(part: Part) -> Self {
                #[cfg(not(in_parts))]
                let scenarios = [$(&$name::SCENARIO),*];
                #[cfg(in_parts)]
                let scenarios = [$({
                    static REST: Scenario = $name::SCENARIO.without_answers();
                    &REST
                }),*];
                let mut inside = [None; COUNT];
                let mut place = 0;
                while place < COUNT {
                    if scenarios[place].group.part() as u8 == part as u8 {
                        inside[place] = Some(scenarios[place]);
                    }
                    place += 1;
                }
                Self(inside)
            }
        }
    };
}

impl Scenario {
    /// The answers to its question after a run.
    ///
    /// Where the scenarios' code comes in parts these are not in them: nobody chooses before the first drawing is there.
    #[must_use]
    pub fn answers(&self, told: &Told) -> Vec<String> {
        let place = ALL.iter().position(|scenario| scenario.id == self.id);
        place.map_or_else(Vec::new, |place| ANSWERS[place](told))
    }
}

// `cargo fmt` does not follow modules that a macro names: these files are laid out by hand, narrow, as a page shows them.
scenarios! {
    hello,
    lazy_coroutine,
    event_loop,
    three_tasks,
    awaitables,
    gather,
    gather_mixed,
    create_task,
    gather_vs_create_task,
    background_task,
    wait,
    as_completed,
    task_group,
    benchmark,
    batches,
    when_async,
    semaphore,
    lock,
    event,
    condition,
    barrier,
    queue,
    queue_sentinel,
    rate_limit,
    fairness,
    context_manager,
    timer,
    async_iterator,
    async_generator,
    exceptions,
    gather_errors,
    timeout,
    cancellation,
    cancel_loop,
    shield,
    retry,
    safe_fetch,
    double_release,
    blocking,
    forgotten_await,
    lost_task,
    nested_run,
    sequential_awaits,
    sync_async_mix,
    run_in_executor,
    io_models,
    cpu_bound,
    web_scraper,
    http_client,
    database,
    file_io,
    api_server,
    background_email,
    chat,
    testing,
}

/// The chapters of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// First steps
    FirstSteps,
    /// Running things together
    Together,
    /// Coordination
    Coordination,
    /// Resources and streams
    Streams,
    /// When things go wrong
    GoingWrong,
    /// Pitfalls
    Pitfalls,
    /// Threads, processes, the machine
    Machine,
    /// Whole programs
    Programs,
}

impl Group {
    /// Every chapter, in order.
    pub const ALL: [Self; 8] = [
        Self::FirstSteps,
        Self::Together,
        Self::Coordination,
        Self::Streams,
        Self::GoingWrong,
        Self::Pitfalls,
        Self::Machine,
        Self::Programs,
    ];

    /// Its heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::FirstSteps => "First steps",
            Self::Together => "Running things together",
            Self::Coordination => "Coordination",
            Self::Streams => "Resources and streams",
            Self::GoingWrong => "When things go wrong",
            Self::Pitfalls => "Pitfalls",
            Self::Machine => "Threads, processes, the machine",
            Self::Programs => "Whole programs",
        }
    }
}

/// What the comparison of a scenario's variants is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// How many times faster each variant is than the first.
    Speedup,
    /// How long each takes; one is not a faster way to do what another does.
    Durations,
}

/// What a scenario does for real, under a browser's clock. What goes beyond waiting is done by one variant after the other,
/// so that none takes another's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Real {
    /// Its tasks wait for the clock.
    Waits,
    /// It holds up the page's thread.
    Blocks,
    /// It fetches pages of this site.
    Fetches {
        /// And one of which the reader may give the address.
        address: bool,
    },
    /// It keeps rows in a database.
    Database,
    /// It reads and writes files.
    Files,
    /// It keeps processors busy: the page's, and those of workers.
    Computes,
}

impl Real {
    /// Whether it holds up the page's thread.
    #[must_use]
    pub fn blocks(self) -> bool {
        matches!(self, Self::Blocks | Self::Computes)
    }

    /// Whether it asks the [world](crate::world::World) outside for something.
    #[must_use]
    pub fn is_outside(self) -> bool {
        !matches!(self, Self::Waits | Self::Blocks)
    }

    /// What the world is asked for before a run, so that the run finds what its program needs. It need not be undone.
    #[must_use]
    pub fn preparations(self) -> Vec<Preparation> {
        services::preparations(self)
    }

    /// How many workers must answer.
    #[must_use]
    pub fn workers(self, values: &Values) -> usize {
        let set = values.number("workers").filter(|_| self == Self::Computes);
        set.map_or(1, |workers| workers as usize)
    }
}

/// The future of a variant's main task.
pub type Main = Pin<Box<dyn Future<Output = aio::Result<()>>>>;

/// One way to write the scenario's program.
#[derive(Clone, Copy, Debug)]
pub struct Variant {
    /// Its name in commands, goldens and the Python program.
    pub id: &'static str,
    /// Its name on the page.
    pub title: &'static str,
    /// Makes its main task.
    pub main: fn(Values) -> Main,
}

impl Variant {
    /// Starts it on a host; the run goes on for as long as its handle is kept.
    #[must_use]
    pub fn start(&self, host: impl Host + 'static, values: &Values) -> Aio {
        Aio::start_with(host, options(values), (self.main)(values.clone())).0
    }

    /// What it does on an ideal machine.
    #[must_use]
    pub fn ideal(&self, values: &Values) -> Trace {
        virtual_time::run_with(options(values), (self.main)(values.clone())).trace
    }
}

fn options(values: &Values) -> Options {
    Options { slower: values.slower().clone(), ..Options::default() }
}

/// Values that show something of their own.
#[derive(Clone, Copy, Debug)]
pub struct Preset {
    /// Its name on the page.
    pub title: &'static str,
    /// The parameters that it sets; the others get their defaults.
    pub values: &'static [(&'static str, f64)],
}

/// One scenario: a question, the variants that answer it, and what can be changed.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// Its name in URLs and commands, and the name of its files.
    pub id: &'static str,
    /// The chapter that it belongs to.
    pub group: Group,
    /// A few words for the list.
    pub short: &'static str,
    /// The heading of its page.
    pub title: &'static str,
    /// One or two sentences: what to watch for.
    pub watch: &'static str,
    /// What can be changed, in the order of the controls.
    pub params: &'static [Param],
    /// Values worth a button of their own.
    pub presets: &'static [Preset],
    /// The ways to write it; the first is what the others are compared with.
    pub variants: &'static [Variant],
    /// What the comparison is about.
    pub compare: Compare,
    /// What it does when it runs for real.
    pub real: Real,
    /// What to guess before the run.
    pub question: Question,
    /// One or two sentences that say why it came out as it did.
    pub why: fn(&Told) -> String,
}

/// Something that a reader can predict, and a run answers.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// The question.
    pub ask: &'static str,
    /// What may be answered, from the runs and the values. What is right comes first; one that comes twice counts once.
    pub choices: fn(&Told) -> Vec<String>,
}

impl Scenario {
    /// The scenario with this id.
    #[must_use]
    pub fn find(id: &str) -> Option<&'static Self> {
        ALL.iter().copied().find(|scenario| scenario.id == id)
    }

    /// Every parameter at its default.
    #[must_use]
    pub fn defaults(&self) -> Values {
        Values::defaults(self.params)
    }

    /// A preset's values.
    #[must_use]
    pub fn preset(&self, preset: &Preset) -> Values {
        let mut values = self.defaults();
        for (id, number) in preset.values {
            values.set(id, *number);
        }
        values
    }

    /// The traces of all variants on an ideal machine, in order.
    #[must_use]
    pub fn ideal(&self, values: &Values) -> Vec<Trace> {
        self.variants.iter().map(|variant| variant.ideal(values)).collect()
    }
}
