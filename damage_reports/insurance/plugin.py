"""What the catastrophe insurance adds to the application."""

from damage_reports.insurance import events, queries, routes
from relief_ops.i18n import lazy
from relief_ops.plugins import Check, NavEntry, Plugin

PLUGIN = Plugin(
    name="insurance",
    blueprints=(routes.blueprint,),
    permissions=(
        "claim.read",
        "claim.register",
        "claim.survey",
        "claim.approve",
        "policy.write",
    ),
    events=(
        events.PolicyWritten,
        events.ClaimRegistered,
        events.ClaimSurveyed,
        events.ClaimMoved,
        events.ClaimApproved,
    ),
    nav=(
        NavEntry(
            id="insurance",
            title=lazy("Insurance"),
            endpoint="insurance.insurance_page",
            icon="shield",
            permission="claim.read",
            order=60,
        ),
    ),
    checks=(Check(id="insurance_limits", run=queries.limits_that_disagree),),
)
