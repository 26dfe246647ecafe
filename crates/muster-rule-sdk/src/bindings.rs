//! What wit-bindgen makes of `wit/policy.wit`: nothing in here is written by hand.
//!
//! The words of the contract are read from tables and settings as the contract spells them
//! (`health-commissioner`), and so is a citation, so that a row of a table can hold both.

wit_bindgen::generate!({
    path: "../../wit",
    world: "rule-set",
    pub_export_macro: true,
    export_macro_name: "export",
    default_bindings_module: "muster_rule_sdk::bindings",
    runtime_path: "::wit_bindgen::rt",
    additional_derives: [Eq, PartialEq],
    additional_type_attributes: {
        "muster:policy/rules@0.1.0/advice": [#[derive(Default)]],
        "muster:policy/rules@0.1.0/citation": [#[derive(serde::Deserialize)] #[serde(deny_unknown_fields)]],
        "muster:policy/rules@0.1.0/part": [#[derive(serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
        "muster:policy/rules@0.1.0/item-kind": [#[derive(serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
        "muster:policy/rules@0.1.0/answer": [#[derive(serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
        "muster:policy/rules@0.1.0/agency-kind": [#[derive(serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
        "muster:policy/rules@0.1.0/interest": [#[derive(serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
        "muster:policy/rules@0.1.0/office": [#[derive(serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
        "muster:policy/rules@0.1.0/provenance": [#[derive(serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
        "muster:policy/rules@0.1.0/incident-kind": [#[derive(serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
        "muster:policy/rules@0.1.0/failure": [#[derive(serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
        "muster:policy/rules@0.1.0/service-kind": [#[derive(serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
        "muster:policy/rules@0.1.0/phase": [#[derive(serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
        "muster:policy/rules@0.1.0/funder": [#[derive(serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
        "muster:policy/rules@0.1.0/mobility": [#[derive(serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
        "muster:policy/rules@0.1.0/care-status": [#[derive(serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
        "muster:policy/rules@0.1.0/need": [#[derive(serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
        "muster:policy/rules@0.1.0/offer-kind": [#[derive(serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
        "muster:policy/rules@0.1.0/action-status": [#[derive(serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
        "muster:policy/rules@0.1.0/step": [#[derive(serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
        "muster:policy/rules@0.1.0/meeting-kind": [#[derive(serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
        "muster:policy/rules@0.1.0/restriction-kind": [#[derive(serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
        "muster:policy/rules@0.1.0/restriction-basis": [#[derive(serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
    },
});
