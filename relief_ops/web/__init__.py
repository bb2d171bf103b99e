"""The border: parse, answer, protect. Nothing here knows a feature."""

from relief_ops.web.application import ReliefApp, init_app
from relief_ops.web.offline import enter as enter_app
from relief_ops.web.offline import offline_page
from relief_ops.web.pages import (
    attachment,
    fill_shell,
    local_instant,
    navigation,
    page,
    see_other,
    step_id,
)
from relief_ops.web.parsing import (
    ViewArgs,
    attempt,
    body_digest,
    check,
    days_asked,
    form_fields,
    form_id,
    gives,
    parse,
    takes,
    takes_bytes,
    view_args,
)
from relief_ops.web.security import on_errand, public

__all__ = [
    "ReliefApp",
    "ViewArgs",
    "attachment",
    "attempt",
    "body_digest",
    "check",
    "days_asked",
    "enter_app",
    "fill_shell",
    "form_fields",
    "form_id",
    "gives",
    "init_app",
    "local_instant",
    "navigation",
    "offline_page",
    "on_errand",
    "page",
    "parse",
    "public",
    "see_other",
    "step_id",
    "takes",
    "takes_bytes",
    "view_args",
]
