"""Check-in over HTTP: the phone, the search, the list at the desk."""

from shelters.check_in.routes import api, inside, phone
from shelters.check_in.routes.blueprint import blueprint

__all__ = ["api", "blueprint", "inside", "phone"]
