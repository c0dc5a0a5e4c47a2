"""What gunicorn and the command line start."""

from config import from_environment, share_metrics

settings = share_metrics(from_environment())  # before prometheus-client is imported, which reads it then

from marketplace.app import create_app  # noqa: E402

app = create_app(settings)
