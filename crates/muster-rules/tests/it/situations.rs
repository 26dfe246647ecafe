//! Situations to evaluate.

use muster_record::situation::Situation;

/// A home with one person, one bed on offer, and three agencies, one of which placed the person.
pub(crate) fn rosebank() -> Situation {
    serde_json::from_str(
        r#"{
            "incident": "0192f0000000700080000000000000ab", "title": "Rosebank", "kind": "provider-failure",
            "failures": ["enforcement", "emergency"], "phase": "responding", "authority": "council",
            "region": "West Midlands", "exercise": true, "opened_at": "2024-03-04T09:00:00Z",
            "notified_at": "2024-03-04T08:30:00Z", "care_stops_at": "2024-03-07T08:30:00Z",
            "as_of": "2024-03-04T10:00:00.750Z",
            "services": [{
                "id": "rosebank-house", "kind": "nursing", "national": "unknown", "regulated": "yes",
                "authority": "council", "beds": 31, "brand": "Rosebank Group", "risk_level": 4
            }],
            "participants": [
                { "agency": "council", "kind": "council", "interest": "financial-and-operational", "is_lead": true,
                  "offices": ["director-of-adult-social-services"], "joined_at": "2024-03-04T09:00:00Z" },
                { "agency": "icb", "kind": "health-commissioner", "interest": "operational", "is_lead": false,
                  "offices": ["director-of-nursing-and-clinical-transformation"], "joined_at": null }
            ],
            "people": [{
                "reference": "person-1", "service": "rosebank-house", "funder": "other-council",
                "placed_by": "far-council", "mobility": "bariatric", "needs": ["dementia", "end-of-life"],
                "needs_known": "yes", "stays_with": ["person-2"], "status": "in-hospital",
                "moved_at": "2024-03-04T09:45:00Z"
            }],
            "figures": {
                "people": { "at_least": 1, "at_most": 4 }, "needs_not_known": { "at_least": 0, "at_most": 0 },
                "by_service": [["rosebank-house", { "at_least": 1, "at_most": 4 }]],
                "by_status": [["in-hospital", { "at_least": 1, "at_most": 4 }]],
                "by_funder": [["other-council", { "at_least": 1, "at_most": 4 }]],
                "by_mobility": [["bariatric", { "at_least": 1, "at_most": 4 }]],
                "by_need": [["dementia", { "at_least": 1, "at_most": 4 }]],
                "by_placing_authority": [["far-council", { "at_least": 1, "at_most": 4 }]]
            },
            "facts": [
                { "key": "fire", "value": { "answer": "no" }, "entry": 5, "at": "2024-03-04T09:10:00Z" },
                { "key": "staff", "value": { "number": -7 }, "entry": 6, "at": "2024-03-04T09:11:00Z" },
                { "key": "cause", "value": { "text": "flood" }, "entry": 7, "at": "2024-03-04T09:12:00Z" },
                { "key": "power", "value": { "at": "2024-03-04T12:00:00Z" }, "entry": 8, "at": "2024-03-04T09:13:00Z" }
            ],
            "offers": [{
                "reference": "offer-1", "agency": "icb", "kind": "staff-hours", "quantity": 12, "taken": 3,
                "as_of": "2024-03-04T09:20:00Z", "detail": [["skill", "nurse"]]
            }],
            "actions": [{
                "number": 2, "key": "emergency-closure/E07", "title": "Call families", "owner": "council",
                "due": "2024-03-04T12:00:00Z", "status": "blocked", "done_at": null
            }],
            "restrictions": [{
                "number": 1, "kind": "hours", "basis": "temporary", "placed_at": "2024-03-04T09:30:00Z",
                "lifted_at": null
            }],
            "meetings": [{
                "number": 3, "kind": "quality-peer-support-group", "at": "2024-03-04T11:00:00Z", "held_at": null,
                "minuted": false
            }],
            "recommendations": [{
                "number": 5, "panel": "quality-peer-support-group", "to": ["head-of-commissioning-and-quality"],
                "at": "2024-03-04T09:35:00Z", "followed_by": 4
            }],
            "decisions": [{
                "number": 4, "office": "dass-lead", "question": "regional-failure/who", "chosen": "we do",
                "at": "2024-03-04T09:40:00Z"
            }],
            "milestones": [{ "key": "phase/responding", "at": "2024-03-04T09:05:00Z", "entry": 9 }],
            "related": [{
                "incident": "0192f0000000700080000000000000cd", "relation": "same-provider",
                "authority": "far-council", "brand": "Rosebank Group"
            }],
            "withheld": ["people"],
            "tags": [{ "of": "rosebank-house", "name": "postcode-area", "value": "CV" }]
        }"#,
    )
    .unwrap()
}
