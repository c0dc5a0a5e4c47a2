"""Days that are not what their weekday says, as an operator imported them."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("notice_year", sa.Integer(), nullable=False),
        sa.Column("is_working", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_day")),
    )
    op.create_index("ix_calendar_day_notice_year", "calendar_day", ["notice_year"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_calendar_day_notice_year", "calendar_day")

    op.drop_table("calendar_day")
