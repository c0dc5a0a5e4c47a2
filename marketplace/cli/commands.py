"""Every command of the product, given to the application."""

from flask import Flask

from marketplace.cli import audit, demo, imports, listings, organisations, prepare, search, users, worker

COMMANDS = (
    audit.group,
    demo.group,
    imports.import_,
    listings.lifecycles,
    listings.policies,
    organisations.group,
    prepare.prepare,
    search.group,
    users.group,
    worker.worker,
)


def register(app: Flask) -> None:
    for command in COMMANDS:
        app.cli.add_command(command)
