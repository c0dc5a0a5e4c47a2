"""Owners are reminded once of each end of a listing."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("achievement", sa.Column("reminded_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("achievement") as batch:
        batch.drop_column("reminded_until")
