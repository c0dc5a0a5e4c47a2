"""The outbox of the search index."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_outbox",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_outbox")),
    )
    op.create_index("ix_search_outbox_due", "search_outbox", ["failed_at", "next_at", "id"], unique=False)
    op.create_index(op.f("ix_search_outbox_subject"), "search_outbox", ["subject"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_search_outbox_subject"), "search_outbox")
    op.drop_index("ix_search_outbox_due", "search_outbox")

    op.drop_table("search_outbox")
