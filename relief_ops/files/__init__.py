"""Files people send: declared, sent in pieces that resume, verified, stored once under their hash.

A file is its owner's until a feature hangs it on a record of its own; who may see it then is
the feature's to say. The bytes lie on the disk, what is known of them in the database.
"""

from relief_ops.files.rules import (
    MOST_BYTES,
    PIECE_MOST,
    FileState,
    Source,
    Told,
)
from relief_ops.files.store import keep_in

__all__ = [
    "MOST_BYTES",
    "PIECE_MOST",
    "FileState",
    "Source",
    "Told",
    "keep_in",
]
