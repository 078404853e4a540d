"""Settings of the house. One file; what differs between houses comes from the environment (see deploy/README.md).

Without DATABASE_URL the house runs on its own embedded PostgreSQL, on this machine only, in demo mode.
"""

from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path

from csp.constants import NONE, SELF
from django.urls import reverse_lazy

from lokaal import database, environment, languages
from lokaal.secrets import kept_secret

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = environment.folder("LOKAAL_DATA", BASE_DIR / ".local")
BUILD_DIR = BASE_DIR / ".local" / "build"

# Where we are ------------------------------------------------------------------------------------

DEMO = database.is_embedded() and environment.flag("LOKAAL_DEMO", default=True)
DEBUG = environment.flag("LOKAAL_DEBUG")
PORT = environment.number("PORT", 8000)

if DEMO:
    SECRET_KEY = kept_secret(DATA_DIR / "secret.key")
    ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
    ORIGIN = f"http://localhost:{PORT}"
else:
    SECRET_KEY = environment.required_text(
        "LOKAAL_SECRET_KEY", why="a long random text that only this house knows."
    )
    ALLOWED_HOSTS = environment.words("LOKAAL_HOSTS")
    ORIGIN = environment.required_text(
        "LOKAAL_ORIGIN", why="the public address of the house, such as https://lokaal.example."
    ).rstrip("/")
SECRET_KEY_FALLBACKS = environment.words("LOKAAL_OLD_SECRET_KEYS")

SITE_NAME = environment.text("LOKAAL_NAME", "Lokaal")
SITE_PHONE = environment.text("LOKAAL_PHONE", "0575 00 12 34")
SITE_EMAIL = environment.text("LOKAAL_EMAIL", "hallo@lokaal.voorbeeld")
#: The municipality's own site for taking part; shown beside the questions when there is one.
PARTICIPATION_URL = environment.web_address("LOKAAL_PARTICIPATION_URL")

FOOTER_SECONDS = 60  # how long each process keeps the centres of the footer

# The apps, in the order in which they may import each other ---------------------------------------

INSTALLED_APPS = [
    "lokaal.people",
    "lokaal.centres",
    "lokaal.outbox",
    "venue",
    "activities",
    "lokaal.portal",
    "lokaal.look",
    "lokaal.portal.apps.HouseAdmin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "django_htmx",
    "phonenumber_field",
    "csp",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lokaal.look.middleware.MaintenanceMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "lokaal.urls"
WSGI_APPLICATION = "lokaal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lokaal.portal.context.house",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "lokaal"
CRISPY_TEMPLATE_PACK = "lokaal"

# Database, cache, jobs ---------------------------------------------------------------------------

DATABASES = {"default": database.configuration(DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Shared by all web processes; nothing in it must be right, only rate limits and the like live there.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # Django's 300 would let an attacker flush the counters by making new ones.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Languages and time ------------------------------------------------------------------------------

LANGUAGE_CODE = languages.SOURCE
LANGUAGES = languages.switched_on(BASE_DIR / "locale")
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Amsterdam"
# How far ahead dates are made for an imported calendar that goes on without an end.
CALENDAR_MONTHS_AHEAD = environment.number("LOKAAL_CALENDAR_MONTHS_AHEAD", 12)
PHONENUMBER_DEFAULT_REGION = "NL"
PHONENUMBER_DEFAULT_FORMAT = "NATIONAL"

# People and how they sign in ---------------------------------------------------------------------

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["lokaal.people.backends.HouseBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = reverse_lazy("account_request_login_code")
LOGIN_REDIRECT_URL = reverse_lazy("portal:my_page")
LOGOUT_REDIRECT_URL = reverse_lazy("portal:home")

ACCOUNT_ADAPTER = "lokaal.outbox.account_mail.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_FORMS = {
    "login": "lokaal.people.forms.PasswordSignInForm",
    "signup": "lokaal.people.forms.SignUpForm",
    "request_login_code": "lokaal.people.forms.AskCodeForm",
    "confirm_login_code": "lokaal.people.forms.SignInCodeForm",
    "confirm_email_verification_code": "lokaal.people.forms.EmailCodeForm",
    "confirm_password_reset_code": "lokaal.people.forms.PasswordCodeForm",
    "add_email": "lokaal.people.forms.NewEmailForm",
    "change_password": "lokaal.people.forms.ChangePasswordForm",
    "set_password": "lokaal.people.forms.SetPasswordForm",
    "reset_password": "lokaal.people.forms.ForgottenPasswordForm",
    "reset_password_from_key": "lokaal.people.forms.NewPasswordForm",
    "reauthenticate": "lokaal.people.forms.PasswordAgainForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = LOGOUT_REDIRECT_URL
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if DEMO else "https"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Six digits are read and typed by everyone; three tries per code, and few codes an hour, keep them from being guessed.
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_RATE_LIMITS = {
    "request_login_code": "20/m/ip,3/m/key,10/h/key,30/d/key",
    "reset_password": "20/m/ip,3/m/key,10/h/key",
    "signup": "10/m/ip,60/h/ip",
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key,30/d/key",
}
# How many proxies of our own stand before us: the last address they add is the visitor's (rate limits count by it).
ALLAUTH_TRUSTED_PROXY_COUNT = int(environment.flag("LOKAAL_BEHIND_PROXY"))
MFA_ADAPTER = "lokaal.people.adapter.MFAAdapter"
MFA_FORMS = {
    "authenticate": "lokaal.people.forms.FactorForm",
    "reauthenticate": "lokaal.people.forms.FactorAgainForm",
    "activate_totp": "lokaal.people.forms.AppForm",
    "add_webauthn": "lokaal.people.forms.PasskeyForm",
    "edit_webauthn": "lokaal.people.forms.PasskeyNameForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO

# Messages to people ------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = environment.text("LOKAAL_MAIL_FROM", f"{SITE_NAME} <{SITE_EMAIL}>")
SERVER_EMAIL = parseaddr(DEFAULT_FROM_EMAIL)[1]
EMAIL_HOST = environment.text("LOKAAL_MAIL_HOST", "localhost")
EMAIL_PORT = environment.number("LOKAAL_MAIL_PORT", 587)
EMAIL_HOST_USER = environment.text("LOKAAL_MAIL_USER")
EMAIL_HOST_PASSWORD = environment.text("LOKAAL_MAIL_PASSWORD")
EMAIL_USE_TLS = environment.flag("LOKAAL_MAIL_TLS", default=True)
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = (
    "django.core.mail.backends.dummy.EmailBackend"  # the outbox itself shows what was sent
    if DEMO
    else "django.core.mail.backends.smtp.EmailBackend"
)
# Dotted path of the class that sends text messages; empty: people with only a phone get paper or a call.
SMS_BACKEND = environment.text(
    "LOKAAL_SMS_BACKEND", "lokaal.outbox.sms.ConsoleBackend" if DEMO else ""
)

# Files -------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / ".local" / "static"
STATICFILES_DIRS = [BASE_DIR / "static", BUILD_DIR]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

# Safety ------------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = not DEMO
SECURE_HSTS_SECONDS = 0 if DEMO else int(timedelta(days=365).total_seconds())
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEMO
SECURE_HSTS_PRELOAD = not DEMO
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if environment.flag("LOKAAL_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = not DEMO
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = int(timedelta(days=30).total_seconds())
CSRF_COOKIE_SECURE = not DEMO
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_AGE = int(timedelta(days=30).total_seconds())
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain"},
        "null": {"class": "logging.NullHandler"},
    },
    "loggers": {
        # Robots knock with made-up names all day; they get page 400, and the log stays readable.
        "django.security.DisallowedHost": {"handlers": ["null"], "propagate": False},
    },
    "root": {"handlers": ["console"], "level": environment.text("LOKAAL_LOG_LEVEL", "WARNING")},
}
