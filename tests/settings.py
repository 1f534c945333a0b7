"""The site with a home folder that is thrown away, without what would only make tests slow."""

import atexit
import os
import shutil
import tempfile
from dataclasses import replace

# in memory where there is room: what tests write need not outlive a power cut
_MEMORY, _ROOM = "/dev/shm", 4 * 1024**3
_roomy = os.path.isdir(_MEMORY) and shutil.disk_usage(_MEMORY).free > _ROOM
_home = tempfile.mkdtemp(prefix="lianqiao-test-", dir=_MEMORY if _roomy else None)
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["LIANQIAO_HOME"] = _home
# the tests' Chromium keeps its driver's loop running in the thread the tests run in
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from lianqiao.site.settings import *  # noqa: E402, F403

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MAIL_ON = True
# tests that change a pack's files let it be looked at each time
PACK_LOOK_EVERY_S = 3600
# tests that publish ask for it with the fixture `publishing`
PUBLISHED_LOOK_EVERY_S = None
# stories go on for weeks in one browser; tests of sessions say how long theirs last
SIGN_IN = replace(SIGN_IN, session_hours=100_000, idle_minutes=100_000)  # noqa: F405
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # a file, as in service: a database in memory has one writer by nature and no second process
    DATABASES["default"]["TEST"] = {"NAME": f"{_home}/test.sqlite3"}  # noqa: F405
