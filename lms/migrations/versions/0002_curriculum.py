"""Pocket cards and approvals of SOPs, the office that approved a fact, groups in a drill."""

import sqlalchemy as sa
from alembic import op

from lms import db
from lms.migrations.checks import replace_check

revision = "0002"
down_revision = "0001"

EVIDENCE = "'identity', 'adult', 'skck', 'unit_letter', 'code_of_conduct'"
BEFORE, AFTER = f"kind IN ({EVIDENCE})", f"kind IN ({EVIDENCE}, 'patrol_log', 'interview')"


def upgrade() -> None:
    """Forward."""
    op.create_table('sop_approval',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sop_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('approver_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('approved_at', db.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['approver_id'], ['person.id'], name=op.f('fk_sop_approval_approver_id')),
    sa.ForeignKeyConstraint(['sop_version_id'], ['sop_version.id'], name=op.f('fk_sop_approval_sop_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sop_approval')),
    sa.UniqueConstraint('sop_version_id', name=op.f('uq_sop_approval_sop_version_id')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.add_column('fact_version', sa.Column('approved_by', sa.String(length=120), nullable=True))
    op.add_column('signoff_draft', sa.Column('group_key', sa.String(length=22), nullable=True))
    op.create_index(op.f('ix_signoff_draft_group_key'), 'signoff_draft', ['group_key'], unique=False)
    op.add_column('sop_version', sa.Column('card', sa.JSON(), nullable=True))
    replace_check("evidence", "kind", BEFORE, AFTER)
    for ddl in db.triggers_of("sop_approval", op.get_bind().dialect.name).values():
        op.execute(ddl)


def downgrade() -> None:
    """Back; refused while there is evidence of the new kinds, which the older program would not understand."""
    replace_check("evidence", "kind", AFTER, BEFORE)
    op.drop_column('sop_version', 'card')
    op.drop_index(op.f('ix_signoff_draft_group_key'), table_name='signoff_draft')
    op.drop_column('signoff_draft', 'group_key')
    op.drop_column('fact_version', 'approved_by')
    op.drop_table('sop_approval')
