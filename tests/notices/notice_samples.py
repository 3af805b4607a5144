"""An hour, a password and the values of a dossier that the tests of this room agree on."""

from datetime import UTC, date, datetime

from tinhso.kernel.localised import Text
from tinhso.kernel.money import Dong

NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
PASSWORD = "con trâu đi trước cái cày"
VALUES = {
    "dossier_code": "H53.31.02-261120-0001",
    "procedure": Text(vi="Đăng ký khai sinh", en="Birth registration"),
    "agency": Text(vi="Ủy ban nhân dân phường Tân Ninh", en="People's Committee of Tan Ninh ward"),
    "filed_at": datetime(2026, 11, 20, 2, 14, tzinfo=UTC),
    "due_at": datetime(2026, 11, 26, 10, 0, tzinfo=UTC),
    "applicant": "Lò Thị Dấuvết",
    "fee": Dong(50_000),
}
