"""Which commune a point lies in.

The index of boxes names the few candidates; shapely decides. Neighbours were simplified one by one, so thin gaps and
overlaps lie between them: where several contain the point, the one that it lies deepest in; where none does, the
nearest within TOLERANCE_DEGREES. The widest gap is 0.0008° from the nearest commune; the price of the tolerance is that
points up to a hundred metres beyond the province's border, itself drawn that roughly, are taken for its own.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

import shapely
from django.db import connection
from shapely.geometry.base import BaseGeometry

TOLERANCE_DEGREES = 0.001  # about 110 m

# Communes whose box, widened by the tolerance, holds the point. Uses boundary_box.
_NEAR = """
SELECT b.id, u.code
  FROM places_boundary b
  JOIN places_unit u ON u.id = b.unit_id
 WHERE b.box && box(point(%(x)s - %(d)s, %(y)s - %(d)s), point(%(x)s + %(d)s, %(y)s + %(d)s))
   AND u.level = 'commune'
   AND b.valid_from <= %(on)s
   AND (b.valid_until IS NULL OR b.valid_until > %(on)s)
   AND u.valid_from <= %(on)s
   AND (u.valid_until IS NULL OR u.valid_until > %(on)s)
 ORDER BY u.code
"""


def ward_code_at(longitude: float, latitude: float, on: date) -> str | None:
    """Code of the commune, or None. Coordinates in degrees, EPSG:4326."""
    where: dict[str, float | date] = {"x": longitude, "y": latitude, "d": TOLERANCE_DEGREES, "on": on}
    with connection.cursor() as cursor:
        cursor.execute(_NEAR, where)
        near = cursor.fetchall()
    point = shapely.Point(longitude, latitude)
    areas: list[tuple[str, BaseGeometry]] = [(code, _area(boundary)) for boundary, code in near]
    inside = [(code, area) for code, area in areas if area.covers(point)]
    if inside:
        return max(inside, key=lambda one: one[1].boundary.distance(point))[0]
    distance, code = min(((area.distance(point), code) for code, area in areas), default=(TOLERANCE_DEGREES + 1, ""))
    return code if distance <= TOLERANCE_DEGREES else None


# Boundaries are replaced, never changed in place: an id means one geometry for ever.
@lru_cache(maxsize=512)
def _area(boundary: Any) -> BaseGeometry:
    with connection.cursor() as cursor:
        cursor.execute("SELECT geometry FROM places_boundary WHERE id = %s", [boundary])
        (geometry,) = cursor.fetchone()
    area = shapely.from_wkb(bytes(geometry))
    shapely.prepare(area)
    return area
