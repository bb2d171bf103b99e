"""The blueprint every route of the insurance hangs on."""

from apiflask import APIBlueprint

blueprint = APIBlueprint("insurance", "damage_reports.insurance", template_folder="templates")
