"""Background work: a job is our own row, created in the transaction of whoever asks."""

from relief_ops.jobs.beats import beat, working
from relief_ops.jobs.models import JobRow, JobState
from relief_ops.jobs.services import cancel, claim, create, finish, report_progress, run_due

__all__ = [
    "JobRow",
    "JobState",
    "beat",
    "cancel",
    "claim",
    "create",
    "finish",
    "report_progress",
    "run_due",
    "working",
]
