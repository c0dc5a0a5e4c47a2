"""Departments of organisations, with their members and things; rules and requests of an organisation's own approval."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PARTS = ("membership", "achievement", "challenge")
"""Tables whose rows may belong to a department."""
OF_THE_WHOLE = "ck_membership_owner_of_the_whole"


def upgrade() -> None:
    op.create_table(
        "department",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("organisation_id", NUMBER, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_department_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
        sa.UniqueConstraint("organisation_id", "name", name=op.f("uq_department_organisation_id_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_department_public_id")),
    )
    for table in PARTS:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("department_id", NUMBER, nullable=True))
            batch.create_foreign_key(op.f(f"fk_{table}_department_id"), "department", ["department_id"], ["id"])
            if table == "membership":
                batch.create_check_constraint(op.f(OF_THE_WHOLE), "role <> 'owner' OR department_id IS NULL")
    op.create_index("ix_membership_department_id", "membership", ["department_id"], unique=False)

    op.create_table(
        "approval_rule",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("organisation_id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("department_id", NUMBER, nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_approval_rule_department_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_approval_rule_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_rule")),
    )
    op.create_index(
        "ix_approval_rule_department", "approval_rule", ["organisation_id", "kind", "department_id"], unique=True
    )
    op.create_index(
        "ix_approval_rule_whole",
        "approval_rule",
        ["organisation_id", "kind"],
        unique=True,
        sqlite_where=sa.text("department_id IS NULL"),
        postgresql_where=sa.text("department_id IS NULL"),
    )

    op.create_table(
        "approval",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("organisation_id", NUMBER, nullable=False),
        sa.Column("department_id", NUMBER, nullable=True),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "released",
                "returned",
                "recalled",
                "lapsed",
                "handed_in",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=1000), nullable=True),
        sa.Column("asked_by", NUMBER, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", NUMBER, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state NOT IN ('released', 'returned') OR decided_by IS NOT NULL",
            name=op.f("ck_approval_decided_by_somebody"),
        ),
        sa.CheckConstraint(
            "state <> 'returned' OR reason IS NOT NULL", name=op.f("ck_approval_returned_with_a_reason")
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> asked_by", name=op.f("ck_approval_decided_by_another")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["user_account.id"], name=op.f("fk_approval_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["user_account.id"], name=op.f("fk_approval_decided_by")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_approval_department_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_approval_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sa.UniqueConstraint("public_id", name=op.f("uq_approval_public_id")),
    )
    op.create_index(
        "ix_approval_organisation_id_state", "approval", ["organisation_id", "state", "id"], unique=False
    )
    op.create_index("ix_approval_subject", "approval", ["subject", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_approval_subject", "approval")
    op.drop_index("ix_approval_organisation_id_state", "approval")
    op.drop_table("approval")
    op.drop_index("ix_approval_rule_whole", "approval_rule")
    op.drop_index("ix_approval_rule_department", "approval_rule")
    op.drop_table("approval_rule")
    op.drop_index("ix_membership_department_id", "membership")
    for table in PARTS:
        with op.batch_alter_table(table) as batch:
            if table == "membership":
                batch.drop_constraint(op.f(OF_THE_WHOLE), type_="check")
            batch.drop_constraint(op.f(f"fk_{table}_department_id"), type_="foreignkey")
            batch.drop_column("department_id")
    op.drop_table("department")
