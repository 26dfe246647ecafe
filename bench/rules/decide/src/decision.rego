package bench

import rego.v1

agencies := ["council", "health-commissioner", "regulator", "public-health", "placing-authority", "safeguarding-board"]

matrix := {
	"residential": ["lead", "informed", "involved", "informed", "involved", "informed"],
	"nursing": ["lead", "involved", "involved", "informed", "involved", "informed"],
	"home-support": ["lead", "informed", "involved", "none", "involved", "informed"],
}

otherwise := ["lead", "informed", "informed", "none", "informed", "none"]

risky := [fact.key | some fact in input.facts; startswith(fact.key, "risk/"); fact.value.answer == "yes"]

score := (count(risky) * 2) + floor(count(input.people) / 10)

default level := 1

level := 4 if score >= 16

level := 3 if {
	score >= 10
	score < 16
}

level := 2 if {
	score >= 5
	score < 10
}

involved := [title |
	some service in input.services
	row := object.get(matrix, service.kind, otherwise)
	some i, agency in agencies
	title := concat("", [service.id, ": ", agency, " ", row[i]])
]

decision := array.concat([concat("", ["level ", sprintf("%d", [level])])], involved)
