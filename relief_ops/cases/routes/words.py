"""What the screens call states, verdicts and the like."""

from relief_ops.cases.rules.means import Category
from relief_ops.cases.rules.states import Purpose, Relation, State
from relief_ops.i18n import lazy
from relief_ops.plugins import Verdict

STATES = {
    State.WAITING: lazy("Waiting for papers"),
    State.ACCEPTED: lazy("Application accepted"),
    State.TRANSFERRED: lazy("Handed over"),
    State.VERIFYING: lazy("Verifying means"),
    State.VISITED: lazy("Visited at home"),
    State.REVIEWED: lazy("Review closed"),
    State.ON_NOTICE: lazy("On public notice"),
    State.APPROVED: lazy("Application approved"),
    State.PAID: lazy("Paid out"),
    State.CLOSED: lazy("Case closed"),
    State.NOT_ACCEPTED: lazy("Not accepted"),
    State.REFUSED: lazy("Application refused"),
    State.TERMINATED: lazy("Terminated"),
    State.REFERRED: lazy("Referred to charity"),
}
SHAPES = {
    State.WAITING: "watch",
    State.ACCEPTED: "ok",
    State.TRANSFERRED: "ok",
    State.VERIFYING: "ok",
    State.VISITED: "ok",
    State.REVIEWED: "ok",
    State.ON_NOTICE: "ok",
    State.APPROVED: "ok",
    State.PAID: "ok",
}
STEPS = {
    State.WAITING: lazy("Wait for papers"),
    State.ACCEPTED: lazy("Accept the application"),
    State.TRANSFERRED: lazy("Hand over"),
    State.VERIFYING: lazy("Verify means"),
    State.VISITED: lazy("Note the home visit"),
    State.REVIEWED: lazy("Close the review"),
    State.ON_NOTICE: lazy("Put on public notice"),
    State.APPROVED: lazy("Approve the application"),
    State.PAID: lazy("Note the payment"),
    State.CLOSED: lazy("Close the case"),
    State.NOT_ACCEPTED: lazy("Do not accept"),
    State.REFUSED: lazy("Refuse the application"),
    State.TERMINATED: lazy("Terminate"),
    State.REFERRED: lazy("Refer to charity"),
}
VERDICTS = {
    Verdict.GRANT: lazy("Accept the application"),
    Verdict.INCOMPLETE: lazy("Told once what is missing"),
    Verdict.REFUSE: lazy("Not accepted"),
    Verdict.NOT_APPLICABLE: lazy("Does not concern"),
}
VERDICT_SHAPES = {Verdict.GRANT: "ok", Verdict.INCOMPLETE: "watch"}
DUE = {
    "investigation": lazy("Investigation and first opinion"),
    "feedback": lazy("Feedback"),
    "approval": lazy("Approval"),
    "notice": lazy("End of the public notice"),
    "written_answer": lazy("Written answer"),
    "": lazy("No clock runs"),
}
RELATIONS = {
    Relation.HEAD: lazy("Head of household"),
    Relation.SPOUSE: lazy("Spouse"),
    Relation.CHILD: lazy("Child"),
    Relation.PARENT: lazy("Parent"),
    Relation.SIBLING: lazy("Sibling"),
    Relation.GRANDCHILD: lazy("Grandchild"),
    Relation.GRANDPARENT: lazy("Grandparent"),
    Relation.OTHER: lazy("Other relation"),
}
PURPOSES = {
    Purpose.VERIFICATION: lazy("Verification of means"),
    Purpose.CONTACT: lazy("Getting in touch"),
    Purpose.PAYMENT: lazy("Payment"),
    Purpose.CORRECTION: lazy("Correction"),
    Purpose.COMPLAINT: lazy("Complaint"),
}
CHOICES = {
    Category.NONE: lazy("not recognised"),
    Category.LIVING_ALLOWANCE: lazy("allowance household"),
    Category.DESTITUTE: lazy("destitute person"),
    Category.MARGINAL: lazy("marginal household"),
    Category.EXPENDITURE_POOR: lazy("household made poor by expenses"),
    "minor": lazy("minor damage"),
    "severe": lazy("severe damage"),
    "collapsed": lazy("collapsed"),
    "fire": lazy("fire"),
    "accident": lazy("accident"),
    "illness": lazy("sudden illness"),
    "disaster": lazy("disaster"),
    "expense": lazy("expenses rising sharply"),
    "other": lazy("other hardship"),
    "vagrant": lazy("vagrant asking for help"),
}
CONTEXT = {
    "states": STATES,
    "shapes": SHAPES,
    "steps": STEPS,
    "verdicts": VERDICTS,
    "verdict_shapes": VERDICT_SHAPES,
    "due_words": DUE,
    "relations": RELATIONS,
    "purposes": PURPOSES,
    "choices": CHOICES,
}
