"""Imports in the browser, their files and what came of them."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = ("checking", "checked", "writing", "done", "undoing", "undone")


def upgrade() -> None:
    op.create_table(
        "bulk_import",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("organisation_id", BIG, nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="state_known", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("rows_seen", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_bulk_import_organisation_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_bulk_import_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_import")),
        sa.UniqueConstraint("public_id", name=op.f("uq_bulk_import_public_id")),
    )
    op.create_index("ix_bulk_import_state", "bulk_import", ["state", "id"], unique=False)
    op.create_index("ix_bulk_import_user_id", "bulk_import", ["user_id", "id"], unique=False)

    op.create_table(
        "bulk_import_file",
        sa.Column("import_id", BIG, autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["bulk_import.id"], name=op.f("fk_bulk_import_file_import_id")),
        sa.PrimaryKeyConstraint("import_id", name=op.f("pk_bulk_import_file")),
    )

    op.create_table(
        "bulk_import_outcome",
        sa.Column("id", BIG, nullable=False),
        sa.Column("import_id", BIG, nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("subject_public_id", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["bulk_import.id"], name=op.f("fk_bulk_import_outcome_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_import_outcome")),
        sa.UniqueConstraint(
            "import_id", "row_number", name=op.f("uq_bulk_import_outcome_import_id_row_number")
        ),
    )


def downgrade() -> None:
    op.drop_table("bulk_import_outcome")

    op.drop_table("bulk_import_file")

    op.drop_index("ix_bulk_import_user_id", "bulk_import")
    op.drop_index("ix_bulk_import_state", "bulk_import")
    op.drop_table("bulk_import")
