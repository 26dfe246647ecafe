//! For tests alone: what every store promises, as claims that each store is held to.
//!
//! A claim is a function over a [`Home`]; its name says what holds. [`conforms!`] makes a test of each. What only one store
//! can show, a file cut off or a transaction held open, is tested beside that store.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "these are tests, whichever crate runs them"
)]
#![expect(missing_docs, reason = "a claim's name says what it claims")]

use muster_store::Writes;

pub mod claims;
pub mod cluster;
pub mod raw;
pub mod scene;

/// A place with one store in it, which can be opened again and again.
pub trait Home {
    /// Opens the store, which is made the first time. What was open before is closed by whoever holds it.
    fn open(&self) -> Box<dyn Writes>;
}

/// Makes a test of each claim. The expression gives a fresh home, or nothing where there can be none.
#[macro_export]
macro_rules! conforms {
    ($home:expr) => {
        $crate::conforms! { @each $home;
            order: each_append_of_a_group_gets_a_later_revision,
            order: reading_on_never_splits_a_change_set,
            order: a_record_is_read_in_order_from_any_place,
            order: a_commit_is_read_as_soon_as_it_is_acknowledged,
            order: the_hashes_of_a_record_are_those_of_its_entries,
            groups: a_group_at_fault_leaves_nothing_of_it,
            groups: an_append_that_does_not_follow_the_record_is_stale,
            groups: an_append_at_odds_with_itself_is_not_written,
            groups: one_group_goes_on_with_what_it_began,
            groups: an_empty_group_is_nothing,
            requests: a_request_id_is_used_once_by_an_agency_and_freely_by_another,
            requests: a_request_id_used_twice_in_a_group_is_refused,
            lists: an_agency_lists_the_incidents_where_it_has_a_seat_newest_first,
            lists: a_seat_given_up_is_no_longer_listed_and_an_append_without_seats_keeps_them,
            lists: the_newest_snapshot_is_read_by_whoever_can_open_it,
            lists: open_incidents_are_behind_until_rule_sets_have_looked_to_their_end,
            lists: the_head_says_what_the_last_append_said,
            walks: a_record_in_order_verifies_and_says_what_it_came_to_at_each_size,
            walks: a_store_in_order_verifies_as_a_whole,
            rule_sets: components_and_settings_are_kept_once_as_first_given,
            rule_sets: the_newest_change_of_an_agency_is_in_force_also_after_a_restart,
            rule_sets: a_change_and_the_entries_that_come_of_it_are_written_together_or_not_at_all,
            rule_sets: settings_that_are_not_kept_are_in_force_nowhere,
            rule_sets: what_a_shadow_made_of_an_incident_is_read_newest_first,
            installs: what_was_approved_last_of_each_agency_and_name_is_in_force_also_after_a_restart,
            installs: an_install_needs_its_component_and_is_decided_once,
            installs: who_acted_without_being_signed_in_comes_back_as_nobody,
            installs: the_envelope_that_came_with_a_proposal_is_kept_as_it_came,
            register: an_import_is_read_back_as_it_was_kept_and_again_after_a_restart,
            register: an_import_that_cannot_be_kept_leaves_every_row_as_it_was,
            register: of_a_row_that_an_import_changes_twice_the_last_is_kept,
            people: what_is_sealed_comes_back_and_the_newest_version_replaces_the_one_before,
            people: an_erased_person_is_gone_and_the_others_are_not,
            people: a_key_wrapped_anew_replaces_the_wrapping,
            people: an_entry_and_what_is_sealed_are_written_together_or_not_at_all,
            payloads: what_is_sealed_is_opened_by_whoever_has_the_keys,
            payloads: what_was_erased_is_gone_and_the_chain_holds_because_a_tombstone_says_so,
            payloads: erasing_what_is_not_sealed_writes_nothing_of_its_group,
            payloads: a_key_is_wrapped_anew_and_what_it_seals_stays,
            audit: rows_stand_in_order_and_are_found_by_incident,
            audit: a_row_and_what_it_is_of_are_written_together_or_not_at_all,
            outbound: a_webhook_is_kept_with_its_progress_until_it_is_deleted,
            outbound: what_was_given_up_is_tried_again_when_it_is_asked_for,
            outbound: what_waits_for_a_webhook_is_counted_behind_its_place,
            outbound: a_letter_is_known_by_its_reference,
            reopening: reopening_after_each_change_set_reads_the_same,
            reopening: what_is_beside_the_record_survives,
            reopening: a_store_keeps_its_id,
        }
    };
    (@each $home:expr; $($family:ident: $claim:ident,)*) => {
        $(#[test]
        fn $claim() {
            if let Some(home) = $home {
                $crate::claims::$family::$claim(&home);
            }
        })*
    };
}
