"""Invented policy terms for the tests: the tiers of 2014 in a period that holds the drill."""

TIERS = [
    {"from_cm": 20, "to_cm": 50, "amount_yuan": 500},
    {
        "from_cm": 50,
        "to_cm": 100,
        "from_included": True,
        "to_included": True,
        "amount_yuan": 1000,
    },
    {"from_cm": 100, "amount_yuan": 2000},
]


def policy_body(**changes):
    return {
        "title": "试验保单",
        "starts_on": "2013-01-01",
        "ends_on": "2013-12-31",
        "premium_yuan": 38000000,
        "source": "演练",
        "sections": [{"code": "property", "limit_yuan": 300000000, "per_claim_max_yuan": 2000}],
        "tiers": TIERS,
    } | changes
