//! Uses the built page as a person would, in every browser of `E2E_BROWSERS`.
//!
//! | Module          | What it holds                                                          |
//! |-----------------|------------------------------------------------------------------------|
//! | [`stage`]       | where the tests play: a site and a browser for each engine             |
//! | [`page`]        | the page as its readers know it: run, pick, read                       |
//! | [`recording`]   | what the page went through while a run was on                          |
//! | `first_visit` … | the tests, one file for each topic                                     |
//!
//! Each test is counted once for each browser. A test asserts orders, numbers of things, texts and times of the virtual
//! clock; how long something took on this machine's clock is never its business.
#![forbid(unsafe_code)]
#![expect(clippy::print_stderr, reason = "a test program reports on its terminal")]

mod page;
mod recording;
mod stage;

use std::{future::Future, pin::Pin, process::ExitCode, sync::Arc};

use interleave_e2e::{Browser, Result};
use libtest_mimic::{Arguments, Trial};

use page::Page;
use stage::Stage;

/// One test, on a page in a browser.
struct Spec {
    /// Its topic and its name.
    name: &'static str,
    /// The browsers in which it can be told.
    browsers: &'static [Browser],
    run: for<'a> fn(&'a Page<'a>) -> Running<'a>,
}

/// A test that has been started.
type Running<'a> = Pin<Box<dyn Future<Output = Result<()>> + 'a>>;

/// Declares the topics and lists their tests; `in Chromium` marks those that need its `DevTools`.
macro_rules! specs {
    ($($topic:ident { $($name:ident $(in $browser:ident $(and $other:ident)?)?,)+ })+) => {
        $(mod $topic;)+

        /// Every test, in the order in which they are run.
        const SPECS: &[Spec] = &[$($(Spec {
            name: concat!(stringify!($topic), "::", stringify!($name)),
            browsers: specs!(@browsers $($browser $($other)?)?),
            run: |page| Box::pin($topic::$name(page)),
        },)+)+];
    };
    (@browsers) => { &Browser::ALL };
    (@browsers $($browser:ident)+) => { &[$(Browser::$browser),+] };
}

specs! {
    first_visit {
        the_first_scenario_is_drawn_without_pressing_anything,
        nothing_is_asked_for_outside_the_folder,
        only_the_code_that_is_shown_is_asked_for,
        the_console_stays_silent in Chromium,
    }
    catalogue {
        every_scenario_can_be_picked,
        both_languages_are_shown_for_every_scenario,
        the_list_can_be_searched,
        a_scenario_on_its_way_is_announced,
        what_was_picked_last_is_shown,
    }
    runs {
        a_run_is_measured_beside_the_ideal,
        a_run_moves_nothing,
        equal_waits_end_in_the_order_of_their_start,
        unequal_waits_end_in_the_order_of_their_length,
        a_semaphore_lets_its_jobs_in_by_turns,
        blocking_variants_run_one_after_the_other,
        the_lines_that_wait_are_marked,
        a_speed_changed_on_the_way_is_said,
        a_run_tells_how_far_it_has_come,
        a_coarse_clock_is_not_trusted_further_than_it_tells,
        every_scenario_runs_as_it_was_drawn,
        every_scenario_runs_to_its_end,
        a_prediction_is_answered_by_the_run,
        an_order_is_predicted_by_clicking_it,
    }
    outside {
        pages_are_really_fetched,
        a_missing_user_is_really_missing,
        the_readers_own_page_is_fetched_first,
        a_page_that_cannot_be_fetched_is_stood_in_for,
        a_database_and_files_are_used_and_nothing_is_left,
        workers_compute_what_the_loop_computes,
        a_browser_without_workers_gets_the_model,
        a_worker_that_is_missing_gets_the_model,
        a_run_that_is_stopped_leaves_nothing,
        a_blocked_page_shows_that_its_heart_stood_still,
    }
    sweep {
        the_knee_of_a_limit_is_said_and_a_value_taken,
        curves_follow_what_is_picked,
        curves_fit_a_phone,
        curves_that_cannot_be_loaded_can_be_tried_again,
    }
    schedule {
        a_reader_schedules_by_mouse,
        a_reader_schedules_by_keyboard,
        a_schedule_fits_a_phone_and_can_be_tried_again,
    }
    stopping {
        a_stopped_run_can_be_run_again,
        another_scenario_ends_the_run,
        a_changed_parameter_ends_the_run,
    }
    address {
        a_shared_address_opens_what_was_seen,
        back_and_forward_restore_what_was_picked,
        a_preset_and_reset_are_steps_to_go_back,
        a_drag_is_no_step_and_keeps_its_slider,
    }
    broken_address {
        whatever_the_address_says_the_page_works,
        a_text_from_the_address_is_never_markup,
        a_notice_can_be_dismissed,
    }
    keyboard {
        a_run_needs_no_mouse,
        a_slash_searches_and_enter_picks,
        radio_buttons_follow_the_arrows,
        escape_closes_the_sheet,
    }
    phone {
        no_scenario_is_wider_than_the_narrowest_phone,
        the_picker_is_a_sheet,
        a_run_fits_a_phone,
        what_is_to_be_predicted_is_hidden,
    }
    failures {
        a_missing_program_is_said_and_can_be_tried_again,
        a_missing_script_is_said_and_can_be_tried_again,
        a_missing_part_is_said_and_can_be_tried_again,
        what_all_parts_need_can_be_tried_again,
        runs_that_cannot_be_loaded_can_be_tried_again,
        a_missing_worker_is_said_and_stood_in_for,
        a_scenario_that_cannot_be_loaded_leaves_the_one_before,
        a_failure_is_not_talked_over in Chromium,
        missing_code_leaves_the_rest_alone,
        a_page_that_fails_starts_again_with_what_was_picked,
        a_page_that_fails_again_offers_a_way_on,
    }
    hidden {
        a_hidden_page_pauses_its_run,
        a_run_started_while_hidden_waits,
        a_run_that_asks_the_world_outside_goes_on,
        a_tab_that_is_really_left_pauses_its_run in Chromium and Firefox,
    }
    embed {
        an_element_runs_inside_an_article,
        an_element_obeys_its_page,
        an_element_follows_the_theme_of_its_page,
        the_fallback_comes_back,
        a_wrong_attribute_is_said,
        a_sandboxed_frame_needs_nothing_of_its_host,
        a_sandboxed_element_is_heard,
        a_strict_policy_of_the_article_is_obeyed,
        messages_from_elsewhere_are_ignored,
        twenty_elements_load_when_they_are_seen,
        an_author_copies_what_is_shown,
        the_dialog_stays_while_a_run_goes_on in Chromium,
    }
    files {
        every_file_has_what_is_shown,
        a_picture_in_pixels_has_its_colours,
        a_measured_run_is_taken_as_it_was,
        what_fails_is_said,
    }
    views {
        a_scenario_has_a_page_of_its_own,
        a_page_can_be_read_without_scripts,
        a_moment_is_looked_at_and_sent,
        an_address_holds_the_view,
    }
    instrument {
        a_card_tells_what_is_pointed_at,
        layers_are_drawn_and_sent,
        the_axis_can_be_looked_at_nearer,
        what_was_recorded_plays_and_stops,
        a_run_is_held_and_goes_on,
        a_run_stops_at_the_first_failure,
        lines_and_stretches_light_each_other,
        a_job_is_made_slower,
    }
    compare {
        two_runs_are_compared,
        an_earlier_run_is_pinned_beside_the_present_one,
        variants_are_hidden_and_reordered,
        the_ruler_reads_all_variants,
        very_many_rows_are_painted,
    }
    lasting {
        five_hundred_runs_leave_memory_where_it_was in Chromium,
        embeds_that_are_removed_leave_nothing in Chromium,
    }
    offline {
        a_visited_site_needs_no_network,
        the_model_stands_in_for_the_network,
        a_new_version_waits_until_it_is_wanted,
        a_new_version_comes_with_the_next_visit in Chromium and Firefox,
        half_a_new_version_changes_nothing,
        nothing_is_kept_of_a_damaged_site,
        only_what_is_listed_is_kept,
        frames_keep_nothing,
    }
    accessibility {
        the_timelines_are_told_in_words,
        everything_has_a_name_and_one_heading_leads,
        the_theme_follows_the_system in Chromium,
        forced_colours_leave_everything_in_place in Chromium,
        axe_finds_nothing,
        axe_finds_nothing_in_the_dark in Chromium,
        a_run_is_announced_in_a_few_words,
        every_event_can_be_read,
        words_twice_as_large_fit,
        nothing_moves_once_it_is_drawn in Chromium,
    }
    touch {
        two_fingers_look_nearer_and_aside,
        one_finger_taps_and_scrolls,
        a_wheel_looks_nearer_and_aside,
    }
    sound {
        a_run_can_be_heard,
        a_page_without_sound_says_nothing_of_it in Chromium,
    }
}

/// So many tests are run at once, each in another browser, unless `--test-threads` says otherwise.
const AT_ONCE: usize = 2;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Browsers are heavy, and the tests in each take turns.
    arguments.test_threads.get_or_insert(AT_ONCE);
    let browsers = match Browser::wanted() {
        Ok(browsers) => browsers,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let stages: Vec<_> = browsers.into_iter().map(|browser| (browser, Arc::new(Stage::new(browser)))).collect();
    let mut trials = Vec::new();
    // From engine to engine, so that seldom two tests wait for the same one.
    for spec in SPECS {
        let told_here = |(browser, _): &&(Browser, _)| spec.browsers.contains(browser);
        trials.extend(stages.iter().filter(told_here).map(|(browser, stage)| {
            let stage = Arc::clone(stage);
            Trial::test(format!("{browser}::{}", spec.name), move || stage.play(spec))
        }));
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    for (_, stage) in stages {
        for test in stage.unsteady() {
            eprintln!("passed only when it was tried again: {test}");
        }
        stage.close();
    }
    conclusion.exit_code()
}
