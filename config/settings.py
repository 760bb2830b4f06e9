"""Settings, in one file for every size of installation. What differs comes from the environment:

DATABASE_URL            a PostgreSQL to use instead of the embedded one
DATABASE_OWNER_URL      the same database for the user who owns its tables, where DATABASE_URL names another (docs/architecture.md)
FINGERPOST_AS_OWNER=1   connect as the owner, to migrate; no page is ever served so
FINGERPOST_DEMONSTRATION=1   the invented county: people to sign in as, a clock of its own
FINGERPOST_HOSTS        host names, separated by commas, that this installation answers to
FINGERPOST_ADDRESS      where people open it, such as https://fingerpost.example.org; else the first of the hosts
FINGERPOST_SECRET_KEY   else one is made once in var/secret_key
FINGERPOST_INSECURE=1   plain HTTP without the demonstration (a trial behind nothing)
FINGERPOST_EMAIL_…      the mail server: config/mail.py lists them; a real installation does not start without
FINGERPOST_DEBUG=1      Django's own debugging; never on a real installation
TRUSTED_PROXIES         addresses or networks, separated by commas, of the proxies whose word on who asks is believed;
                        without it this machine's own on a real installation (127.0.0.1, ::1), and nobody's elsewhere
FINGERPOST_TEST_DB      a name of your own for the test database, to run suites side by side
"""

import os
import secrets
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config import cluster, database, mail
from config.logs import without_repeated_tracebacks
from config.proxies import networks
from config.rooms import ROOMS

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = BASE_DIR / "var"
PAGES = BASE_DIR / "fingerpost" / "pages"
KIT_BUILT = PAGES / "kit" / "built"


def _switched_on(name: str) -> bool:
    return os.environ.get(name, "").strip() == "1"


def _secret_key() -> str:
    """From the environment, else made once and kept where only this user can read it."""
    if given := os.environ.get("FINGERPOST_SECRET_KEY"):
        return given
    file = VAR / "secret_key"
    VAR.mkdir(exist_ok=True)
    try:
        with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as handle:
            handle.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    if key := file.read_text():
        return key
    raise ImproperlyConfigured(f"{file} is empty. Remove it and start again: everybody will have to sign in again.")


DEMONSTRATION = _switched_on("FINGERPOST_DEMONSTRATION")
DEBUG = _switched_on("FINGERPOST_DEBUG")
SECURE = not (DEBUG or DEMONSTRATION or _switched_on("FINGERPOST_INSECURE"))
SECRET_KEY = _secret_key()
ALLOWED_HOSTS = [host for host in os.environ.get("FINGERPOST_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if host]

# The server listens on this machine alone, so on a real installation the proxy in front of it is trusted unless told otherwise.
TRUSTED_PROXIES = [str(one) for one in networks(os.environ.get("TRUSTED_PROXIES", "127.0.0.1, ::1" if SECURE else ""))]
PUBLIC_ADDRESS = os.environ.get("FINGERPOST_ADDRESS", "") or f"{'https' if SECURE else 'http'}://{ALLOWED_HOSTS[0]}"

# --- Rooms ---

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "csp",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    *ROOMS,
]

# No middleware here asks the database anything beyond the session and its user; the second step is looked up once a session.
MIDDLEWARE = [
    "config.proxies.behind_proxies",
    "fingerpost.ground.access.page.nobody_seen_outside_pages",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.sessions.limit_sessions",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.accounts.ask_for_second_step",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Database ---

_database = database.of(os.environ, cluster)
DATABASES = {"default": database.settings(os.environ, cluster)}
# Who migrates, saves and restores: for DATABASES["default"], in the place of the application's own.
DATABASE_OWNER = {part: _database.owner[part] for part in ("USER", "PASSWORD", "OPTIONS")}
DATABASE_ROLES = _database.roles

CACHES = {
    # Shared by every process, because sign-in limits must count across them. Nothing reads it on an ordinary page.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        "OPTIONS": {
            "MAX_ENTRIES": 50_000
        },  # far more than anybody can fill by guessing in an hour: what is full forgets
    },
    "memory": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

# --- Time and words ---

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

# --- Templates and files ---

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": sorted(PAGES.glob("*/templates")) + sorted((BASE_DIR / "fingerpost").glob("demo/templates")),
        "OPTIONS": {"environment": "fingerpost.pages.kit.jinja.environment"},
    },
    {
        # Only for templates that a package brings and the kit has not replaced.
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]
STATIC_URL = "/static/"
STATICFILES_DIRS = [KIT_BUILT] if KIT_BUILT.exists() else []
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/kit/[0-9a-f]{12}/"  # the kit names its folder after what is in it

# Lists of 100 MB are streamed to the disk, never held in memory. The web server refuses what is far bigger.
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
LARGEST_UPLOAD = 150 * 1024 * 1024
LONG_RETURN = 2000  # cases; a service with more has its returns sent by the worker
LONG_LIST = 1024 * 1024  # bytes; what is longer is tried and loaded by the worker
UPLOADS = VAR / "uploads"
MEDIA_ROOT = VAR / "files"

# Which looks at records whoever governs them is shown as unusual. Hours are those of the service's own day.
UNUSUAL_LOOKS = {"families_in_an_hour": 20, "day_begins": 7, "day_ends": 20, "work_follows_within_days": 14}

# --- Jobs ---

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"  # a room's jobs.py, imported when the queue opens

# --- Signing in ---

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "config.passwords.NotCommon"},
    {"NAME": "config.passwords.NotRepeated"},
    {"NAME": "config.passwords.NoName"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "config.accounts.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "config.accounts.name_of"
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_PREVENT_ENUMERATION = True
# Wrong passwords are slowed by config.guessing; what is left here is for codes of the second step, and against floods.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "5/5m/key"}
FEEDBACK_LINK_GUESSES, FEEDBACK_LINK_GUESSES_WITHIN = 20, 5 * 60  # from one address, in seconds
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Fingerpost: "
ACCOUNT_FORMS = {
    "login": "fingerpost.pages.public.forms.SignIn",
    "reauthenticate": "fingerpost.pages.public.forms.PasswordAgain",
    "change_password": "fingerpost.pages.public.forms.ChangePassword",
    "set_password": "fingerpost.pages.public.forms.FirstPassword",
    "reset_password": "fingerpost.pages.public.forms.ForgottenPassword",
    "reset_password_from_key": "fingerpost.pages.public.forms.NewPassword",
}
REQUIRE_SECOND_FACTOR = SECURE
MFA_ADAPTER = "config.accounts.SecondStep"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an administrator gives the address
MFA_FORMS = {
    "authenticate": "fingerpost.pages.public.forms.Code",
    "reauthenticate": "fingerpost.pages.public.forms.CodeAgain",
    "activate_totp": "fingerpost.pages.public.forms.FirstCode",
    "add_webauthn": "fingerpost.pages.public.forms.AddPasskey",
    "edit_webauthn": "fingerpost.pages.public.forms.RenamePasskey",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Fingerpost"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE

SESSION_COOKIE_AGE = 30 * 60  # idle
SESSION_LONGEST = 12 * 60 * 60
SESSION_COOKIE_NAME = "fingerpost_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True

# --- What browsers may do ---

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- Mail and logs ---

globals().update(mail.settings(os.environ))  # EMAIL_…, DEFAULT_FROM_EMAIL: config/mail.py says which

# Paths carry references, never names; form contents, query strings and database messages are kept out (config.logs).
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": "config.logs.WithoutPeople", "format": "{asctime} {levelname} {name} {message}", "style": "{"}
    },
    "filters": {"once": {"()": "django.utils.log.CallbackFilter", "callback": without_repeated_tracebacks}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["once"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "fingerpost": {"level": "INFO"},
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.request": {"level": "ERROR"},
        "procrastinate": {"level": "WARNING"},
    },
}

# Triggers follow the models after every migrate; writing each into migrations too made set-up five times slower.
PGTRIGGER_MIGRATIONS = False
PGTRIGGER_INSTALL_ON_MIGRATE = True
