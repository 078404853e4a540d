"""The settings of a measurement: the house as it runs, on a database of its own, with the floor to compare with."""

from lokaal import environment
from lokaal.settings import *  # noqa: F403
from lokaal.settings import DATABASES

DATABASES = {
    "default": DATABASES["default"]
    | {"NAME": environment.text("LOKAAL_BENCH_DATABASE", "lokaal_bench")}
}
ROOT_URLCONF = "lokaal.bench.urls"
# Every sign-up of the load tool comes from an address of its own, as visitors do (sign_up.lua).
ALLAUTH_TRUSTED_PROXY_COUNT = 1
