"""Files of things."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "stored_file",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("subject_kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "secrecy",
            sa.Enum(
                "public",
                "internal",
                "trade_secret",
                name="secrecy_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("is_stripped", sa.Boolean(), nullable=False),
        sa.Column("uploaded_by", NUMBER, nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "scan",
            sa.Enum(
                "waiting",
                "clean",
                "unscanned",
                name="scan_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_scan_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scan_error", sa.String(length=200), nullable=True),
        sa.CheckConstraint("size > 0", name=op.f("ck_stored_file_size_is_positive")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_stored_file_sha256_has_64_digits")),
        sa.CheckConstraint("scan <> 'clean' OR scanned_at IS NOT NULL", name=op.f("ck_stored_file_clean_was_scanned")),
        sa.ForeignKeyConstraint(
            ["uploaded_by"], ["user_account.id"], name=op.f("fk_stored_file_uploaded_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("public_id", name=op.f("uq_stored_file_public_id")),
    )
    op.create_index(op.f("ix_stored_file_sha256"), "stored_file", ["sha256"], unique=False)
    op.create_index("ix_stored_file_subject", "stored_file", ["subject_kind", "subject_id", "id"], unique=False)
    op.create_index("ix_stored_file_scan_next_scan_at", "stored_file", ["scan", "next_scan_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_stored_file_scan_next_scan_at", "stored_file")
    op.drop_index("ix_stored_file_subject", "stored_file")
    op.drop_index(op.f("ix_stored_file_sha256"), "stored_file")
    op.drop_table("stored_file")
