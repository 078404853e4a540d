"""What all tests share: the embedded database runs first, without a pool."""

import os

import pytest


def pytest_configure(config: pytest.Config) -> None:
    from lokaal import database

    database.ensure()
