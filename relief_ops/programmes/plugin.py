"""What the general programmes add: seven of the eight; disaster relief is its own module's."""

from relief_ops.plugins import Plugin
from relief_ops.programmes import (
    destitute_support,
    education_aid,
    employment_aid,
    housing_aid,
    living_allowance,
    medical_aid,
    temporary_aid,
)

PLUGIN = Plugin(
    name="programmes",
    programmes=(
        living_allowance.PROGRAMME,
        destitute_support.PROGRAMME,
        medical_aid.PROGRAMME,
        education_aid.PROGRAMME,
        housing_aid.PROGRAMME,
        employment_aid.PROGRAMME,
        temporary_aid.PROGRAMME,
    ),
)
