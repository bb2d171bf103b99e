"""Background work: a job is our own row, created in the transaction of whoever asks."""

from relief_ops.jobs.models import JobRow, JobState
from relief_ops.jobs.services import cancel, claim, create, finish, report_progress, run_due

__all__ = [
    "JobRow",
    "JobState",
    "cancel",
    "claim",
    "create",
    "finish",
    "report_progress",
    "run_due",
]
