"""What administration adds to the application."""

from relief_ops.admin import events, parameters, routes, sign_in
from relief_ops.auth import events as auth_events
from relief_ops.parameters import events as parameter_events
from relief_ops.plugins import Plugin

PLUGIN = Plugin(
    name="admin",
    blueprints=(sign_in.blueprint, routes.blueprint, parameters.blueprint),
    permissions=(
        "user.write",
        "token.write",
        "user.sign_in",
        "area.read",
        "area.write",
        "parameter.read",
        "parameter.write",
    ),
    events=(
        auth_events.UserChanged,
        auth_events.TokenIssued,
        auth_events.TokenRevoked,
        auth_events.SignedIn,
        auth_events.SignedOut,
        events.AreaMoved,
        events.AreasImported,
        parameter_events.ParameterChanged,
        parameter_events.ParametersLoaded,
    ),
)
