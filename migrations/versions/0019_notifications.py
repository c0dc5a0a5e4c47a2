"""Messages in an inbox, deliveries by channel, what people chose; index notes that were given up are due again."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
KEPT = "kind, recipient, language, facts, attempts, next_at, sent_at, error, created_at"


def upgrade() -> None:
    _notifications()
    _choices()
    op.execute("CREATE TABLE delivery_before AS SELECT * FROM delivery")
    op.drop_table("delivery")
    _deliveries()
    op.execute(
        f"INSERT INTO delivery (public_id, channel, state, {KEPT})"
        " SELECT 'x' || id, 'mail', CASE state WHEN 'failed' THEN 'given_up' ELSE state END,"
        f" {KEPT} FROM delivery_before ORDER BY id"
    )
    op.drop_table("delivery_before")
    _give_public_ids()
    op.execute("UPDATE search_outbox SET failed_at = NULL WHERE failed_at IS NOT NULL")


def downgrade() -> None:
    op.execute("CREATE TABLE delivery_after AS SELECT * FROM delivery WHERE channel = 'mail'")
    op.drop_table("delivery")
    _deliveries_before()
    op.execute(
        f"INSERT INTO delivery (state, {KEPT})"
        " SELECT CASE state WHEN 'given_up' THEN 'failed' WHEN 'sent' THEN 'sent' ELSE 'queued' END,"
        f" {KEPT} FROM delivery_after ORDER BY id"
    )
    op.drop_table("delivery_after")
    op.drop_table("notification_digest")
    op.drop_table("notification_choice")
    op.drop_table("notification")


def _notifications() -> None:
    op.create_table(
        "notification",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("subject_kind", sa.String(length=24), nullable=False),
        sa.Column("subject_id", sa.String(length=12), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_notification_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint("public_id", name=op.f("uq_notification_public_id")),
    )
    op.create_index("ix_notification_user_id_id", "notification", ["user_id", "id"], unique=False)
    op.create_index("ix_notification_created_at", "notification", ["created_at"], unique=False)
    unread = sa.text("read_at IS NULL")
    op.create_index(
        "ix_notification_unread", "notification", ["user_id"], unique=False, sqlite_where=unread, postgresql_where=unread
    )


def _choices() -> None:
    op.create_table(
        "notification_choice",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("channel", _one_of("channel_known", "mail", "sms", "wecom"), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_notification_choice_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "kind", "channel", name=op.f("pk_notification_choice")),
    )
    op.create_table(
        "notification_digest",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name=op.f("ck_notification_digest_hour_of_a_day")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_notification_digest_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_notification_digest")),
    )
    op.create_index("ix_notification_digest_next_at", "notification_digest", ["next_at"], unique=False)


def _deliveries() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("notification_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("channel", _one_of("channel_known", "mail", "sms", "wecom"), nullable=False),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column(
            "state", _one_of("state_known", "queued", "sending", "sent", "failed", "given_up"), nullable=False
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=500), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_delivery_sent_has_a_moment")),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_delivery_attempts_not_negative")),
        sa.ForeignKeyConstraint(
            ["notification_id"], ["notification.id"], name=op.f("fk_delivery_notification_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_delivery_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("public_id", name=op.f("uq_delivery_public_id")),
    )
    op.create_index("ix_delivery_channel_state_next_at", "delivery", ["channel", "state", "next_at"], unique=False)
    op.create_index("ix_delivery_state_id", "delivery", ["state", "id"], unique=False)
    op.create_index("ix_delivery_created_at", "delivery", ["created_at"], unique=False)
    op.create_index("ix_delivery_notification_id", "delivery", ["notification_id"], unique=False)
    op.create_index("ix_delivery_user_id", "delivery", ["user_id"], unique=False)


def _deliveries_before() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("state", _one_of("state_known", "queued", "sent", "failed"), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=500), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_delivery_sent_has_a_moment")),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_delivery_attempts_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    op.create_index("ix_delivery_state_next_at", "delivery", ["state", "next_at"], unique=False)


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _give_public_ids() -> None:
    delivery = sa.table("delivery", sa.column("id"), sa.column("public_id"))
    connection = op.get_bind()
    for (number,) in connection.execute(sa.select(delivery.c.id)).all():
        public_id = "".join(secrets.choice(ALPHABET) for _ in range(12))
        connection.execute(sa.update(delivery).where(delivery.c.id == number).values(public_id=public_id))
