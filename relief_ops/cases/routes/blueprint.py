"""The blueprint every route of the cases hangs on."""

from apiflask import APIBlueprint

blueprint = APIBlueprint("cases", "relief_ops.cases", template_folder="templates")
