"""Every command of the product, given to the application."""

from flask import Flask

from marketplace.cli import (
    audit,
    backup,
    calendar,
    demo,
    exports,
    imports,
    listings,
    match,
    organisations,
    prepare,
    search,
    taxonomy,
    users,
    worker,
)

COMMANDS = (
    audit.group,
    backup.backup,
    backup.restore,
    calendar.group,
    demo.group,
    exports.export,
    imports.import_,
    listings.lifecycles,
    listings.policies,
    match.match_files,
    organisations.group,
    prepare.prepare,
    search.group,
    taxonomy.group,
    users.group,
    worker.worker,
)


def register(app: Flask) -> None:
    for command in COMMANDS:
        app.cli.add_command(command)
