"""What every test of the kernel may ask for."""

import pytest
from kernel_vectors import VIETNAMESE_CALENDAR


@pytest.fixture(scope="session")
def calendar():
    return VIETNAMESE_CALENDAR
