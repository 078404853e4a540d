"""The web application, as gunicorn and other WSGI servers load it."""

import os

from django.core.wsgi import get_wsgi_application

from lokaal import database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lokaal.settings")

database.ensure()
application = get_wsgi_application()
database.refuse_unfit()
