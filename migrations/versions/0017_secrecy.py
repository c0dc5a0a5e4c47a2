"""Achievements say how secret is what their listing leaves out."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

NAME = "ck_achievement_secrecy_known"


def upgrade() -> None:
    with op.batch_alter_table("achievement") as batch:
        batch.add_column(sa.Column("secrecy", sa.String(length=32), nullable=False, server_default="public"))
        batch.create_check_constraint(op.f(NAME), "secrecy IN ('public', 'internal', 'trade_secret')")
    with op.batch_alter_table("achievement") as batch:
        batch.alter_column("secrecy", existing_type=sa.String(length=32), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("achievement") as batch:
        batch.drop_constraint(op.f(NAME), type_="check")
        batch.drop_column("secrecy")
