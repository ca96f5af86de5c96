"""The site as a WSGI application, for gunicorn."""

import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangwu.config.settings")
# While one thread reads a million rows, that which feeds them to the database must not wait 5 ms for each turn.
sys.setswitchinterval(0.001)
application = get_wsgi_application()
