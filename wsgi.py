"""What gunicorn and the command line start."""

from config import from_environment
from marketplace.app import create_app

app = create_app(from_environment())
