"""The name servers look for: `wsgi:app`.

Nothing made while the parts load is ever thrown away: the collector rests meanwhile, and then
leaves it out of every later round, which would hold up each open socket for a tenth of a second.
"""

import gc

gc.disable()

from relief_ops.app import create_app  # noqa: E402

app = create_app()

gc.collect()
gc.freeze()
gc.enable()
