"""What administration adds to the application."""

from relief_ops.admin import (
    account,
    areas,
    events,
    import_pages,
    jobs,
    log_pages,
    parameters,
    routes,
    sign_in,
    users,
    work,
)
from relief_ops.auth import events as auth_events
from relief_ops.i18n import lazy
from relief_ops.parameters import events as parameter_events
from relief_ops.plugins import NavEntry, Plugin

PLUGIN = Plugin(
    name="admin",
    blueprints=(
        sign_in.blueprint,
        account.blueprint,
        routes.blueprint,
        users.blueprint,
        log_pages.blueprint,
        work.blueprint,
        areas.blueprint,
        import_pages.blueprint,
        parameters.blueprint,
    ),
    permissions=(
        "user.write",
        "token.write",
        "user.sign_in",
        "area.read",
        "area.write",
        "parameter.read",
        "parameter.write",
        "user.read",
        "user.disable",
        "job.read",
        "job.cancel",
        "audit.read",
    ),
    events=(
        auth_events.UserChanged,
        auth_events.TokenIssued,
        auth_events.TokenRevoked,
        auth_events.SignedIn,
        auth_events.SignedOut,
        auth_events.PasswordChanged,
        auth_events.SecondFactorSet,
        auth_events.SessionsEnded,
        auth_events.UserDisabled,
        auth_events.LinkIssued,
        auth_events.DenialDigest,
        events.AreaMoved,
        events.AreasImported,
        events.ImportAsked,
        events.CodesImported,
        events.ZoneChanged,
        events.JobCancelled,
        events.LogExported,
        parameter_events.ParameterChanged,
        parameter_events.ParametersLoaded,
    ),
    jobs=(jobs.OUTLINES,),
    nav=(
        NavEntry(
            id="log",
            title=lazy("Log"),
            endpoint="log.show",
            icon="notebook",
            permission="event.read",
            order=80,
        ),
        NavEntry(
            id="admin",
            title=lazy("Admin"),
            endpoint="users.front",
            icon="settings",
            permission="user.read",
            order=90,
        ),
    ),
)
