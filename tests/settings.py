"""Settings of the tests: the house as it runs, with quick hashing, mail in memory, files found without collecting."""

from lokaal.settings import *  # noqa: F403
from lokaal.settings import BASE_DIR, DATABASES, STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = STORAGES | {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
STATIC_ROOT = BASE_DIR / ".local" / "static-tests"
DATABASES["default"]["OPTIONS"].pop("pool", None)  # threads of a test close their own connections
LOOK_STRICT = True  # an unknown pictogram fails the test
FOOTER_SECONDS = 0  # the footer costs its one query on every page, so that counts are fixed
