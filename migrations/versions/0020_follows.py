"""What people follow."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "follow",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("followed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_follow_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow")),
        sa.UniqueConstraint("user_id", "kind", "subject_id", name=op.f("uq_follow_user_id_kind_subject_id")),
    )
    op.create_index("ix_follow_kind_subject_id", "follow", ["kind", "subject_id"], unique=False)
    op.create_index("ix_follow_user_id_followed_at", "follow", ["user_id", "followed_at", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_follow_user_id_followed_at", "follow")
    op.drop_index("ix_follow_kind_subject_id", "follow")

    op.drop_table("follow")
