"""The day book over the API and as pages: meals, incidents, volunteers."""

from shelters.daybook.routes import area, incident_pages, incidents, meals, page, volunteers
from shelters.daybook.routes.blueprint import blueprint

__all__ = ["area", "blueprint", "incident_pages", "incidents", "meals", "page", "volunteers"]
