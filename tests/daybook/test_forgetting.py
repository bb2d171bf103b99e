"""What the day book told of people ends with its time; hours, kinds and counts stay."""

from __future__ import annotations

from tests.evacuation.test_forgetting import close, purge
from tests.factories.daybook import incident, sign_in, volunteer

__all__ = ["purge"]  # a fixture


def test_volunteers_and_accounts_are_forgotten_and_the_book_still_opens(
    manager, shelter, disaster, purge
):
    volunteer_id = volunteer(manager, shelter, disaster, organisation="红十字会")
    sign_in(manager, shelter, volunteer_id)
    incident_id = incident(manager, shelter, disaster, account="何无尽发热")
    close(disaster["id"])

    said = purge("--yes", days=366)

    assert "5 rows of the day book of shelters" in said
    (row,) = manager.get(f"/api/v1/shelters/{shelter}/volunteers").json["volunteers"]
    assert (row["name"], row["phone"], row["organisation"]) == ("", "", "红十字会")
    found = manager.get(f"/api/v1/shelters/{shelter}/incidents/{incident_id}").json
    assert found["has_account"] is False and found["kind"] == "power"
    assert manager.get(f"/shelters/{shelter}/daybook?disaster={disaster['id']}").status_code == 200
    assert sign_in(manager, shelter, volunteer_id).status_code == 409
