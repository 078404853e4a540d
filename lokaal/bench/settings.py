"""The settings of a measurement: the house as it runs, on a database of its own, with the floor to compare with."""

from lokaal import environment
from lokaal.settings import *  # noqa: F403
from lokaal.settings import DATABASES

DATABASES = {
    "default": DATABASES["default"]
    | {"NAME": environment.text("LOKAAL_BENCH_DATABASE", "lokaal_bench")}
}
ROOT_URLCONF = "lokaal.bench.urls"
RATE_LIMITS_ON = False
