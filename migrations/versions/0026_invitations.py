"""Invitations to an organisation, by letter."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ROLES = ("operator", "area_officer", "supervisor", "finance_officer", "owner", "approver", "editor", "reader")
STATES = ("waiting", "accepted", "declined", "withdrawn")
WAITING = sa.text("state = 'waiting'")


def _choice(column: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=f"{column}_known", native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("organisation_id", NUMBER, nullable=False),
        sa.Column("department_id", NUMBER, nullable=True),
        sa.Column("role", _choice("role", *ROLES), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("state", _choice("state", *STATES), nullable=False),
        sa.Column("invited_by", NUMBER, nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('owner', 'approver', 'editor', 'reader')", name=op.f("ck_invitation_role_of_a_member")
        ),
        sa.CheckConstraint(
            "role <> 'owner' OR department_id IS NULL", name=op.f("ck_invitation_owner_of_the_whole")
        ),
        sa.CheckConstraint(
            "(state = 'waiting') = (email IS NOT NULL)", name=op.f("ck_invitation_address_while_it_waits")
        ),
        sa.CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name=op.f("ck_invitation_ended_has_a_moment")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_invitation_department_id")),
        sa.ForeignKeyConstraint(["invited_by"], ["user_account.id"], name=op.f("fk_invitation_invited_by")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_invitation_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_invitation_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_index(
        "ix_invitation_waiting",
        "invitation",
        ["organisation_id", "email"],
        unique=True,
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    op.create_index("ix_invitation_email", "invitation", ["email"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_invitation_email", "invitation")
    op.drop_index("ix_invitation_waiting", "invitation")
    op.drop_table("invitation")
