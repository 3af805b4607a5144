"""A day, an hour and a password that the tests of this room agree on."""

from datetime import UTC, date, datetime

NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
PASSWORD = "con trâu đi trước cái cày"
