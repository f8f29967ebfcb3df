"""The whole schema of the first release."""

import sqlalchemy as sa
from alembic import op

from lms import db

revision = "0001"
down_revision = None

# The tables whose rows may only be added: UPDATE and DELETE (on PostgreSQL TRUNCATE too) are refused by triggers.
ONLY_GROW = (
    "answer",
    "attempt",
    "attempt_end",
    "attempt_result",
    "attempt_void",
    "audit",
    "certificate_basis",
    "certificate_event",
    "check",
    "document",
    "drill_text",
    "drill_version",
    "evidence",
    "evidence_void",
    "fact_version",
    "item_text",
    "item_version",
    "ledger_leaf",
    "lesson",
    "lesson_done",
    "lesson_text",
    "mark",
    "module_item",
    "module_source",
    "module_version",
    "picture",
    "programme_version",
    "round_grant",
    "signoff",
    "signoff_void",
    "sop_clause",
    "sop_version",
    "version_approval",
)


def upgrade() -> None:
    """Forward."""
    op.create_table('fact_version',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('value', sa.String(length=120), nullable=False),
    sa.Column('label', sa.String(length=200), nullable=False),
    sa.Column('area', sa.String(length=60), nullable=False),
    sa.Column('confidence', sa.String(length=1), nullable=False),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.Column('reviewed_on', sa.Date(), nullable=False),
    sa.Column('review_due', sa.Date(), nullable=False),
    sa.Column('recorded_at', db.Moment(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fact_version')),
    sa.UniqueConstraint('key', 'number', name=op.f('uq_fact_version_key_number')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_table('ledger_head',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('size', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('last_hash', sa.String(length=64), nullable=False),
    sa.Column('recorded_at', db.Moment(timezone=True), nullable=True),
    sa.CheckConstraint('id = 1', name=op.f('ck_ledger_head_one_row')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_head')),
    info={'append_only': False},
    sqlite_autoincrement=True
    )
    op.create_table('ledger_leaf',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('leaf', sa.LargeBinary(), nullable=False),
    sa.Column('leaf_hash', sa.String(length=64), nullable=False),
    sa.Column('previous_hash', sa.String(length=64), nullable=False),
    sa.Column('recorded_at', db.Moment(timezone=True), nullable=False),
    sa.CheckConstraint('seq >= 0', name=op.f('ck_ledger_leaf_from_zero')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_leaf')),
    sa.UniqueConstraint('seq', name=op.f('uq_ledger_leaf_seq')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_table('module',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('code', sa.String(length=10), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_module')),
    sa.UniqueConstraint('code', name=op.f('uq_module_code')),
    sa.UniqueConstraint('slug', name=op.f('uq_module_slug')),
    sqlite_autoincrement=True
    )
    op.create_table('number_counter',
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('next', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('year', name=op.f('pk_number_counter')),
    sqlite_autoincrement=True
    )
    op.create_table('person',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=22), nullable=False),
    sa.Column('sign_in_name', sa.String(length=60), nullable=False),
    sa.Column('secret_hash', sa.String(length=200), nullable=True),
    sa.Column('secret_kind', sa.String(length=10), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('created_at', db.Moment(timezone=True), nullable=False),
    sa.Column('disabled_at', db.Moment(timezone=True), nullable=True),
    sa.Column('erased_at', db.Moment(timezone=True), nullable=True),
    sa.Column('secret_reset_at', db.Moment(timezone=True), nullable=True),
    sa.Column('join_key', sa.String(length=64), nullable=True),
    sa.CheckConstraint("secret_kind IN ('password', 'pin')", name=op.f('ck_person_secret_kind')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('join_key', name=op.f('uq_person_join_key')),
    sa.UniqueConstraint('public_id', name=op.f('uq_person_public_id')),
    sa.UniqueConstraint('sign_in_name', name=op.f('uq_person_sign_in_name')),
    info={'append_only': False},
    sqlite_autoincrement=True
    )
    op.create_table('programme',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_programme')),
    sa.UniqueConstraint('slug', name=op.f('uq_programme_slug')),
    sqlite_autoincrement=True
    )
    op.create_table('sign_in_throttle',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('since', db.Moment(timezone=True), nullable=False),
    sa.Column('locked_until', db.Moment(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_sign_in_throttle')),
    sqlite_autoincrement=True
    )
    op.create_table('sop',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sop')),
    sa.UniqueConstraint('number', name=op.f('uq_sop_number')),
    sqlite_autoincrement=True
    )
    op.create_table('stored_file',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('media_type', sa.String(length=60), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('stored_at', db.Moment(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stored_file')),
    sa.UniqueConstraint('sha256', name=op.f('uq_stored_file_sha256')),
    info={'append_only': False},
    sqlite_autoincrement=True
    )
    op.create_table('unit',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=22), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('polsek_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('registration_number', sa.String(length=60), nullable=True),
    sa.Column('registration_expires', sa.Date(), nullable=True),
    sa.Column('created_at', db.Moment(timezone=True), nullable=False),
    sa.Column('dissolved_at', db.Moment(timezone=True), nullable=True),
    sa.CheckConstraint("kind = 'chapter' OR polsek_id IS NULL", name=op.f('ck_unit_polsek_of_chapter')),
    sa.CheckConstraint("kind IN ('ormas', 'chapter', 'polda', 'polres', 'polsek')", name=op.f('ck_unit_kind')),
    sa.ForeignKeyConstraint(['parent_id'], ['unit.id'], name=op.f('fk_unit_parent_id')),
    sa.ForeignKeyConstraint(['polsek_id'], ['unit.id'], name=op.f('fk_unit_polsek_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit')),
    sa.UniqueConstraint('name', name=op.f('uq_unit_name')),
    sa.UniqueConstraint('public_id', name=op.f('uq_unit_public_id')),
    info={'append_only': False},
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_unit_parent_id'), 'unit', ['parent_id'], unique=False)
    op.create_index(op.f('ix_unit_polsek_id'), 'unit', ['polsek_id'], unique=False)
    op.create_table('appointment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=22), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('since', db.Moment(timezone=True), nullable=False),
    sa.Column('until', db.Moment(timezone=True), nullable=True),
    sa.Column('by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint("role IN ('trainer', 'assessor', 'coordinator', 'officer', 'approver', 'overseer', 'steward')", name=op.f('ck_appointment_role')),
    sa.CheckConstraint('until IS NULL OR until >= since', name=op.f('ck_appointment_order')),
    sa.ForeignKeyConstraint(['by'], ['person.id'], name=op.f('fk_appointment_by')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_appointment_person_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_appointment_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appointment')),
    sa.UniqueConstraint('public_id', name=op.f('uq_appointment_public_id')),
    info={'append_only': False},
    sqlite_autoincrement=True
    )
    op.create_index('ix_appointment_person_until', 'appointment', ['person_id', 'until'], unique=False)
    op.create_index(op.f('ix_appointment_unit_id'), 'appointment', ['unit_id'], unique=False)
    op.create_index('uq_appointment_open', 'appointment', ['person_id', 'role', 'unit_id'], unique=True, sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))
    op.create_table('audit',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', db.Moment(timezone=True), nullable=False),
    sa.Column('actor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('action', sa.String(length=40), nullable=False),
    sa.Column('purpose', sa.String(length=40), nullable=True),
    sa.Column('subject_kind', sa.String(length=20), nullable=True),
    sa.Column('subject_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('outcome', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['person.id'], name=op.f('fk_audit_actor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_index('ix_audit_action', 'audit', ['action', 'id'], unique=False)
    op.create_index('ix_audit_actor_action_at', 'audit', ['actor_id', 'action', 'at'], unique=False)
    op.create_index('ix_audit_subject', 'audit', ['subject_kind', 'subject_id'], unique=False)
    op.create_table('evidence',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('seen_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('dated', sa.Date(), nullable=False),
    sa.Column('recorded_at', db.Moment(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('identity', 'adult', 'skck', 'unit_letter', 'code_of_conduct')", name=op.f('ck_evidence_kind')),
    sa.CheckConstraint('seen_by <> person_id', name=op.f('ck_evidence_not_oneself')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_evidence_person_id')),
    sa.ForeignKeyConstraint(['seen_by'], ['person.id'], name=op.f('fk_evidence_seen_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence')),
    sa.UniqueConstraint('id', 'person_id', name=op.f('uq_evidence_id_person_id')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_index('ix_evidence_person_kind', 'evidence', ['person_id', 'kind'], unique=False)
    op.create_table('goal',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('chosen_at', db.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_goal_person_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_goal')),
    sqlite_autoincrement=True
    )
    op.create_table('invitation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=22), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', db.Moment(timezone=True), nullable=False),
    sa.Column('expires_at', db.Moment(timezone=True), nullable=False),
    sa.Column('uses_left', sa.Integer(), nullable=False),
    sa.Column('closed_at', db.Moment(timezone=True), nullable=True),
    sa.CheckConstraint('uses_left >= 0', name=op.f('ck_invitation_uses_left')),
    sa.ForeignKeyConstraint(['by'], ['person.id'], name=op.f('fk_invitation_by')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_invitation_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
    sa.UniqueConstraint('code', name=op.f('uq_invitation_code')),
    sa.UniqueConstraint('public_id', name=op.f('uq_invitation_public_id')),
    info={'append_only': False},
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_invitation_unit_id'), 'invitation', ['unit_id'], unique=False)
    op.create_table('item',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('module_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['module_id'], ['module.id'], name=op.f('fk_item_module_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_item')),
    sa.UniqueConstraint('module_id', 'key', name=op.f('uq_item_module_id_key')),
    info={'append_only': False},
    sqlite_autoincrement=True
    )
    op.create_table('membership',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('since', db.Moment(timezone=True), nullable=False),
    sa.Column('until', db.Moment(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_membership_person_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_membership_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_membership')),
    info={'append_only': False},
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_membership_person_id'), 'membership', ['person_id'], unique=False)
    op.create_index('ix_membership_unit_person', 'membership', ['unit_id', 'person_id'], unique=False)
    op.create_index('uq_membership_open', 'membership', ['person_id', 'unit_id'], unique=True, sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))
    op.create_table('module_version',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('module_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('manifest', sa.JSON(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('published_at', db.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['module_id'], ['module.id'], name=op.f('fk_module_version_module_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_module_version')),
    sa.UniqueConstraint('module_id', 'number', name=op.f('uq_module_version_module_id_number')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_table('person_private',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('phone_enc', sa.String(length=200), nullable=True),
    sa.Column('phone_hmac', sa.String(length=64), nullable=True),
    sa.Column('key_id', sa.String(length=16), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_person_private_person_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_person_private')),
    sa.UniqueConstraint('phone_hmac', name=op.f('uq_person_private_phone_hmac')),
    sqlite_autoincrement=True
    )
    op.create_table('programme_version',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('rules', sa.JSON(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('proposed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('approved_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('approved_at', db.Moment(timezone=True), nullable=False),
    sa.CheckConstraint('proposed_by <> approved_by', name=op.f('ck_programme_version_two_persons')),
    sa.ForeignKeyConstraint(['approved_by'], ['person.id'], name=op.f('fk_programme_version_approved_by')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_programme_version_programme_id')),
    sa.ForeignKeyConstraint(['proposed_by'], ['person.id'], name=op.f('fk_programme_version_proposed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_programme_version')),
    sa.UniqueConstraint('programme_id', 'number', name=op.f('uq_programme_version_programme_id_number')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_table('recovery_code',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('used_at', db.Moment(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_recovery_code_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_code')),
    sa.UniqueConstraint('person_id', 'code_hash', name=op.f('uq_recovery_code_person_id_code_hash')),
    info={'append_only': False},
    sqlite_autoincrement=True
    )
    op.create_table('reset_code',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('issued_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('issued_at', db.Moment(timezone=True), nullable=False),
    sa.Column('expires_at', db.Moment(timezone=True), nullable=False),
    sa.Column('used_at', db.Moment(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['issued_by'], ['person.id'], name=op.f('fk_reset_code_issued_by')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_reset_code_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reset_code')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_reset_code_code_hash')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_reset_code_person_id'), 'reset_code', ['person_id'], unique=False)
    op.create_table('round_grant',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('module_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('period', sa.Integer(), nullable=False),
    sa.Column('by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', db.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by'], ['person.id'], name=op.f('fk_round_grant_by')),
    sa.ForeignKeyConstraint(['module_id'], ['module.id'], name=op.f('fk_round_grant_module_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_round_grant_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_round_grant')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_index('ix_round_grant_person_module', 'round_grant', ['person_id', 'module_id'], unique=False)
    op.create_table('session',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=22), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', db.Moment(timezone=True), nullable=False),
    sa.Column('expires_at', db.Moment(timezone=True), nullable=False),
    sa.Column('second_factor_at', db.Moment(timezone=True), nullable=True),
    sa.Column('revoked_at', db.Moment(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_session_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session')),
    sa.UniqueConstraint('public_id', name=op.f('uq_session_public_id')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_session_token_hash')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_session_person_id'), 'session', ['person_id'], unique=False)
    op.create_table('sop_version',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sop_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('effective', sa.Date(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('recorded_at', db.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['sop_id'], ['sop.id'], name=op.f('fk_sop_version_sop_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sop_version')),
    sa.UniqueConstraint('sop_id', 'number', name=op.f('uq_sop_version_sop_id_number')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_table('totp',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('secret_enc', sa.String(length=200), nullable=False),
    sa.Column('confirmed_at', db.Moment(timezone=True), nullable=True),
    sa.Column('last_step', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_totp_person_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_totp')),
    sqlite_autoincrement=True
    )
    op.create_table('attempt',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=22), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('module_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('module_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('period', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('paper', sa.JSON(), nullable=False),
    sa.Column('rules', sa.JSON(), nullable=False),
    sa.Column('seed', sa.String(length=32), nullable=False),
    sa.Column('started_at', db.Moment(timezone=True), nullable=False),
    sa.Column('deadline', db.Moment(timezone=True), nullable=True),
    sa.Column('start_key', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['module_id'], ['module.id'], name=op.f('fk_attempt_module_id')),
    sa.ForeignKeyConstraint(['module_version_id'], ['module_version.id'], name=op.f('fk_attempt_module_version_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_attempt_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempt')),
    sa.UniqueConstraint('person_id', 'module_id', 'period', 'number', name=op.f('uq_attempt_person_id_module_id_period_number')),
    sa.UniqueConstraint('person_id', 'start_key', name=op.f('uq_attempt_person_id_start_key')),
    sa.UniqueConstraint('public_id', name=op.f('uq_attempt_public_id')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_attempt_module_version_id'), 'attempt', ['module_version_id'], unique=False)
    op.create_table('drill_version',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=22), nullable=False),
    sa.Column('module_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('rubric', sa.JSON(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['module_version_id'], ['module_version.id'], name=op.f('fk_drill_version_module_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drill_version')),
    sa.UniqueConstraint('module_version_id', name=op.f('uq_drill_version_module_version_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_drill_version_public_id')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_table('evidence_void',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('evidence_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', db.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by'], ['person.id'], name=op.f('fk_evidence_void_by')),
    sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_evidence_void_evidence_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence_void')),
    sa.UniqueConstraint('evidence_id', name=op.f('uq_evidence_void_evidence_id')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_table('item_version',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('item_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('critical', sa.Boolean(), nullable=False),
    sa.Column('key', sa.JSON(), nullable=False),
    sa.Column('tags', sa.JSON(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.CheckConstraint("kind IN ('single', 'multiple', 'true_false', 'matching', 'ordering', 'numeric', 'short_text')", name=op.f('ck_item_version_kind')),
    sa.ForeignKeyConstraint(['item_id'], ['item.id'], name=op.f('fk_item_version_item_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_item_version')),
    sa.UniqueConstraint('item_id', 'number', name=op.f('uq_item_version_item_id_number')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_table('lesson',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('module_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('structure', sa.JSON(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['module_version_id'], ['module_version.id'], name=op.f('fk_lesson_module_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lesson')),
    sa.UniqueConstraint('module_version_id', 'number', name=op.f('uq_lesson_module_version_id_number')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_table('lesson_done',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('module_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('lesson_number', sa.Integer(), nullable=False),
    sa.Column('at', db.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['module_version_id'], ['module_version.id'], name=op.f('fk_lesson_done_module_version_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_lesson_done_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lesson_done')),
    sa.UniqueConstraint('person_id', 'module_version_id', 'lesson_number', name=op.f('uq_lesson_done_person_id_module_version_id_lesson_number')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_table('module_source',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('module_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('file', sa.String(length=120), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['module_version_id'], ['module_version.id'], name=op.f('fk_module_source_module_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_module_source')),
    sa.UniqueConstraint('module_version_id', 'file', name=op.f('uq_module_source_module_version_id_file')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_table('picture',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('module_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('file', sa.String(length=80), nullable=False),
    sa.Column('alt', sa.String(length=300), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['module_version_id'], ['module_version.id'], name=op.f('fk_picture_module_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_picture')),
    sa.UniqueConstraint('module_version_id', 'file', name=op.f('uq_picture_module_version_id_file')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_picture_sha256'), 'picture', ['sha256'], unique=False)
    op.create_table('sop_clause',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sop_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=10), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['sop_version_id'], ['sop_version.id'], name=op.f('fk_sop_clause_sop_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sop_clause')),
    sa.UniqueConstraint('sop_version_id', 'number', name=op.f('uq_sop_clause_sop_version_id_number')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_table('version_approval',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('module_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('approver_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('approved_at', db.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['approver_id'], ['person.id'], name=op.f('fk_version_approval_approver_id')),
    sa.ForeignKeyConstraint(['module_version_id'], ['module_version.id'], name=op.f('fk_version_approval_module_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_version_approval')),
    sa.UniqueConstraint('module_version_id', name=op.f('uq_version_approval_module_version_id')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_table('answer',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('attempt_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('slot', sa.Integer(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('base_seq', sa.Integer(), nullable=False),
    sa.Column('value', sa.JSON(), nullable=False),
    sa.Column('client_key', sa.String(length=64), nullable=False),
    sa.Column('late', sa.Boolean(), nullable=False),
    sa.Column('at', db.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_answer_attempt_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer')),
    sa.UniqueConstraint('attempt_id', 'client_key', name=op.f('uq_answer_attempt_id_client_key')),
    sa.UniqueConstraint('attempt_id', 'slot', 'seq', name=op.f('uq_answer_attempt_id_slot_seq')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_table('attempt_end',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('attempt_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('at', db.Moment(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('handed_in', 'timed_out')", name=op.f('ck_attempt_end_kind')),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_attempt_end_attempt_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempt_end')),
    sa.UniqueConstraint('attempt_id', name=op.f('uq_attempt_end_attempt_id')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_table('attempt_result',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('attempt_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('module_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('module_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('numerator', sa.Integer(), nullable=False),
    sa.Column('denominator', sa.Integer(), nullable=False),
    sa.Column('critical_missed', sa.Integer(), nullable=False),
    sa.Column('passed', sa.Boolean(), nullable=False),
    sa.Column('rule_version', sa.Integer(), nullable=False),
    sa.Column('at', db.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_attempt_result_attempt_id')),
    sa.ForeignKeyConstraint(['module_id'], ['module.id'], name=op.f('fk_attempt_result_module_id')),
    sa.ForeignKeyConstraint(['module_version_id'], ['module_version.id'], name=op.f('fk_attempt_result_module_version_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_attempt_result_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempt_result')),
    sa.UniqueConstraint('attempt_id', 'seq', name=op.f('uq_attempt_result_attempt_id_seq')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_index('ix_attempt_result_person_module', 'attempt_result', ['person_id', 'module_id', 'passed'], unique=False)
    op.create_table('attempt_void',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('attempt_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=False),
    sa.Column('at', db.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_attempt_void_attempt_id')),
    sa.ForeignKeyConstraint(['by'], ['person.id'], name=op.f('fk_attempt_void_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempt_void')),
    sa.UniqueConstraint('attempt_id', name=op.f('uq_attempt_void_attempt_id')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_table('certificate',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('status_index', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('programme_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('issuer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('attempt_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('evidence_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('valid_through', sa.Date(), nullable=False),
    sa.Column('refresher_due', sa.Date(), nullable=False),
    sa.Column('status', sa.String(length=12), nullable=False),
    sa.Column('previous_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint("status IN ('provisional', 'active', 'suspended', 'revoked', 'replaced', 'withdrawn')", name=op.f('ck_certificate_status')),
    sa.CheckConstraint('issued_on < refresher_due AND refresher_due <= valid_through', name=op.f('ck_certificate_dates')),
    sa.CheckConstraint('issuer_id <> person_id', name=op.f('ck_certificate_issuer_not_member')),
    sa.CheckConstraint('status_index >= 0', name=op.f('ck_certificate_status_index')),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_certificate_attempt_id')),
    sa.ForeignKeyConstraint(['evidence_id', 'person_id'], ['evidence.id', 'evidence.person_id'], name=op.f('fk_certificate_evidence_id_person_id')),
    sa.ForeignKeyConstraint(['issuer_id'], ['person.id'], name=op.f('fk_certificate_issuer_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_certificate_person_id')),
    sa.ForeignKeyConstraint(['previous_id'], ['certificate.id'], name=op.f('fk_certificate_previous_id')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_certificate_programme_id')),
    sa.ForeignKeyConstraint(['programme_version_id'], ['programme_version.id'], name=op.f('fk_certificate_programme_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate')),
    sa.UniqueConstraint('code', name=op.f('uq_certificate_code')),
    sa.UniqueConstraint('id', 'person_id', name=op.f('uq_certificate_id_person_id')),
    sa.UniqueConstraint('number', name=op.f('uq_certificate_number')),
    sa.UniqueConstraint('status_index', name=op.f('uq_certificate_status_index')),
    info={'append_only': False},
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_certificate_person_id'), 'certificate', ['person_id'], unique=False)
    op.create_index('uq_certificate_live', 'certificate', ['person_id', 'programme_id'], unique=True, sqlite_where=sa.text("status IN ('active', 'suspended', 'revoked')"), postgresql_where=sa.text("status IN ('active', 'suspended', 'revoked')"))
    op.create_table('drill_text',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('drill_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('text', sa.JSON(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['drill_version_id'], ['drill_version.id'], name=op.f('fk_drill_text_drill_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drill_text')),
    sa.UniqueConstraint('drill_version_id', 'language', name=op.f('uq_drill_text_drill_version_id_language')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_table('item_text',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('item_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('text', sa.JSON(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['item_version_id'], ['item_version.id'], name=op.f('fk_item_text_item_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_item_text')),
    sa.UniqueConstraint('item_version_id', 'language', name=op.f('uq_item_text_item_version_id_language')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_table('lesson_text',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('lesson_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('text', sa.JSON(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['lesson_id'], ['lesson.id'], name=op.f('fk_lesson_text_lesson_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lesson_text')),
    sa.UniqueConstraint('lesson_id', 'language', name=op.f('uq_lesson_text_lesson_id_language')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_table('mark',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('attempt_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('slot', sa.Integer(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('numerator', sa.Integer(), nullable=False),
    sa.Column('denominator', sa.Integer(), nullable=False),
    sa.Column('marker_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('rule_version', sa.Integer(), nullable=False),
    sa.Column('supersedes_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', db.Moment(timezone=True), nullable=False),
    sa.CheckConstraint('numerator >= 0 AND denominator > 0 AND numerator <= denominator', name=op.f('ck_mark_fraction')),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_mark_attempt_id')),
    sa.ForeignKeyConstraint(['marker_id'], ['person.id'], name=op.f('fk_mark_marker_id')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['mark.id'], name=op.f('fk_mark_supersedes_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mark')),
    sa.UniqueConstraint('attempt_id', 'slot', 'seq', name=op.f('uq_mark_attempt_id_slot_seq')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_table('module_item',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('module_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('item_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['item_version_id'], ['item_version.id'], name=op.f('fk_module_item_item_version_id')),
    sa.ForeignKeyConstraint(['module_version_id'], ['module_version.id'], name=op.f('fk_module_item_module_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_module_item')),
    sa.UniqueConstraint('module_version_id', 'item_version_id', name=op.f('uq_module_item_module_version_id_item_version_id')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_table('open_attempt',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('module_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('attempt_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_open_attempt_attempt_id')),
    sa.ForeignKeyConstraint(['module_id'], ['module.id'], name=op.f('fk_open_attempt_module_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_open_attempt_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_open_attempt')),
    sa.UniqueConstraint('attempt_id', name=op.f('uq_open_attempt_attempt_id')),
    sa.UniqueConstraint('person_id', 'module_id', name=op.f('uq_open_attempt_person_id_module_id')),
    info={'append_only': False},
    sqlite_autoincrement=True
    )
    op.create_table('signoff',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=22), nullable=False),
    sa.Column('drill_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('module_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('module_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('assessor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('assessor_unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ticks', sa.JSON(), nullable=False),
    sa.Column('passed', sa.Boolean(), nullable=False),
    sa.Column('rule_version', sa.Integer(), nullable=False),
    sa.Column('client_key', sa.String(length=64), nullable=False),
    sa.Column('observed_at', db.Moment(timezone=True), nullable=False),
    sa.Column('recorded_at', db.Moment(timezone=True), nullable=False),
    sa.Column('late', sa.Boolean(), nullable=False),
    sa.CheckConstraint('assessor_id <> person_id', name=op.f('ck_signoff_not_oneself')),
    sa.CheckConstraint('observed_at <= recorded_at', name=op.f('ck_signoff_not_ahead')),
    sa.ForeignKeyConstraint(['assessor_id'], ['person.id'], name=op.f('fk_signoff_assessor_id')),
    sa.ForeignKeyConstraint(['assessor_unit_id'], ['unit.id'], name=op.f('fk_signoff_assessor_unit_id')),
    sa.ForeignKeyConstraint(['drill_version_id'], ['drill_version.id'], name=op.f('fk_signoff_drill_version_id')),
    sa.ForeignKeyConstraint(['module_id'], ['module.id'], name=op.f('fk_signoff_module_id')),
    sa.ForeignKeyConstraint(['module_version_id'], ['module_version.id'], name=op.f('fk_signoff_module_version_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_signoff_person_id')),
    sa.ForeignKeyConstraint(['person_unit_id'], ['unit.id'], name=op.f('fk_signoff_person_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signoff')),
    sa.UniqueConstraint('assessor_id', 'client_key', name=op.f('uq_signoff_assessor_id_client_key')),
    sa.UniqueConstraint('id', 'person_id', name=op.f('uq_signoff_id_person_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_signoff_public_id')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_signoff_assessor_id'), 'signoff', ['assessor_id'], unique=False)
    op.create_index('ix_signoff_person_module', 'signoff', ['person_id', 'module_id', 'passed'], unique=False)
    op.create_table('signoff_draft',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=22), nullable=False),
    sa.Column('drill_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('assessor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('observed_at', db.Moment(timezone=True), nullable=False),
    sa.Column('ticks', sa.JSON(), nullable=False),
    sa.CheckConstraint('assessor_id <> person_id', name=op.f('ck_signoff_draft_not_oneself')),
    sa.ForeignKeyConstraint(['assessor_id'], ['person.id'], name=op.f('fk_signoff_draft_assessor_id')),
    sa.ForeignKeyConstraint(['drill_version_id'], ['drill_version.id'], name=op.f('fk_signoff_draft_drill_version_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_signoff_draft_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signoff_draft')),
    sa.UniqueConstraint('assessor_id', 'person_id', 'drill_version_id', name=op.f('uq_signoff_draft_assessor_id_person_id_drill_version_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_signoff_draft_public_id')),
    info={'append_only': False},
    sqlite_autoincrement=True
    )
    op.create_table('answer_private',
    sa.Column('answer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('text', sa.String(length=1000), nullable=False),
    sa.ForeignKeyConstraint(['answer_id'], ['answer.id'], name=op.f('fk_answer_private_answer_id')),
    sa.PrimaryKeyConstraint('answer_id', name=op.f('pk_answer_private')),
    sqlite_autoincrement=True
    )
    op.create_table('certificate_basis',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('certificate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('module_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('attempt_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('signoff_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('evidence_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint('(module_version_id IS NULL) = (evidence_id IS NOT NULL)', name=op.f('ck_certificate_basis_module_version')),
    sa.CheckConstraint('CASE WHEN attempt_id IS NULL THEN 0 ELSE 1 END + CASE WHEN signoff_id IS NULL THEN 0 ELSE 1 END + CASE WHEN evidence_id IS NULL THEN 0 ELSE 1 END = 1', name=op.f('ck_certificate_basis_one_of_three')),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_certificate_basis_attempt_id')),
    sa.ForeignKeyConstraint(['certificate_id', 'person_id'], ['certificate.id', 'certificate.person_id'], name=op.f('fk_certificate_basis_certificate_id_person_id')),
    sa.ForeignKeyConstraint(['evidence_id', 'person_id'], ['evidence.id', 'evidence.person_id'], name=op.f('fk_certificate_basis_evidence_id_person_id')),
    sa.ForeignKeyConstraint(['module_version_id'], ['module_version.id'], name=op.f('fk_certificate_basis_module_version_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_certificate_basis_person_id')),
    sa.ForeignKeyConstraint(['signoff_id', 'person_id'], ['signoff.id', 'signoff.person_id'], name=op.f('fk_certificate_basis_signoff_id_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate_basis')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_certificate_basis_certificate_id'), 'certificate_basis', ['certificate_id'], unique=False)
    op.create_index(op.f('ix_certificate_basis_evidence_id'), 'certificate_basis', ['evidence_id'], unique=False)
    op.create_table('certificate_private',
    sa.Column('certificate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name_printed', sa.String(length=100), nullable=False),
    sa.Column('salt', sa.LargeBinary(length=16), nullable=False),
    sa.Column('payload', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'], name=op.f('fk_certificate_private_certificate_id')),
    sa.PrimaryKeyConstraint('certificate_id', name=op.f('pk_certificate_private')),
    sqlite_autoincrement=True
    )
    op.create_table('check',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', db.Moment(timezone=True), nullable=False),
    sa.Column('officer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('certificate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reason', sa.String(length=20), nullable=False),
    sa.Column('standing', sa.String(length=20), nullable=False),
    sa.Column('audit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint("reason IN ('patrol', 'post', 'handover', 'complaint', 'other_duty')", name=op.f('ck_check_reason')),
    sa.ForeignKeyConstraint(['audit_id'], ['audit.id'], name=op.f('fk_check_audit_id')),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'], name=op.f('fk_check_certificate_id')),
    sa.ForeignKeyConstraint(['officer_id'], ['person.id'], name=op.f('fk_check_officer_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_check_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_check')),
    sa.UniqueConstraint('audit_id', name=op.f('uq_check_audit_id')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_index('ix_check_at', 'check', ['at'], unique=False)
    op.create_index(op.f('ix_check_certificate_id'), 'check', ['certificate_id'], unique=False)
    op.create_index('ix_check_officer_at', 'check', ['officer_id', 'at'], unique=False)
    op.create_table('document',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('certificate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('template_sha256', sa.String(length=64), nullable=False),
    sa.Column('file_sha256', sa.String(length=64), nullable=False),
    sa.Column('rendered_at', db.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'], name=op.f('fk_document_certificate_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document')),
    sa.UniqueConstraint('certificate_id', 'revision', name=op.f('uq_document_certificate_id_revision')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_table('proposal',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=22), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('certificate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('programme_rules', sa.JSON(), nullable=True),
    sa.Column('reason', sa.String(length=40), nullable=True),
    sa.Column('by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('made_at', db.Moment(timezone=True), nullable=False),
    sa.Column('deadline', db.Moment(timezone=True), nullable=False),
    sa.Column('decided_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_at', db.Moment(timezone=True), nullable=True),
    sa.Column('accepted', sa.Boolean(), nullable=True),
    sa.CheckConstraint("(kind = 'programme') = (certificate_id IS NULL)", name=op.f('ck_proposal_about')),
    sa.CheckConstraint("kind IN ('revoke', 'reinstate', 'programme')", name=op.f('ck_proposal_kind')),
    sa.CheckConstraint('(decided_at IS NULL) = (accepted IS NULL)', name=op.f('ck_proposal_decided')),
    sa.CheckConstraint('accepted IS NULL OR NOT accepted OR decided_by IS NOT NULL', name=op.f('ck_proposal_accepted_by_somebody')),
    sa.CheckConstraint('decided_by IS NULL OR decided_by <> by', name=op.f('ck_proposal_two_persons')),
    sa.ForeignKeyConstraint(['by'], ['person.id'], name=op.f('fk_proposal_by')),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'], name=op.f('fk_proposal_certificate_id')),
    sa.ForeignKeyConstraint(['decided_by'], ['person.id'], name=op.f('fk_proposal_decided_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal')),
    sa.UniqueConstraint('public_id', name=op.f('uq_proposal_public_id')),
    info={'append_only': False},
    sqlite_autoincrement=True
    )
    op.create_index('uq_proposal_open', 'proposal', ['certificate_id'], unique=True, sqlite_where=sa.text('decided_at IS NULL AND certificate_id IS NOT NULL'), postgresql_where=sa.text('decided_at IS NULL AND certificate_id IS NOT NULL'))
    op.create_table('signoff_void',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('signoff_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=False),
    sa.Column('at', db.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by'], ['person.id'], name=op.f('fk_signoff_void_by')),
    sa.ForeignKeyConstraint(['signoff_id'], ['signoff.id'], name=op.f('fk_signoff_void_signoff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signoff_void')),
    sa.UniqueConstraint('signoff_id', name=op.f('uq_signoff_void_signoff_id')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_table('certificate_event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('certificate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('actor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('proposal_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reason', sa.String(length=40), nullable=True),
    sa.Column('recorded_at', db.Moment(timezone=True), nullable=False),
    sa.Column('effective_at', db.Moment(timezone=True), nullable=False),
    sa.Column('idempotency_key', sa.String(length=64), nullable=False),
    sa.CheckConstraint("kind IN ('issued', 'suspended', 'reinstated', 'revoked', 'replaced', 'withdrawn', 'erased')", name=op.f('ck_certificate_event_kind')),
    sa.CheckConstraint('effective_at >= recorded_at', name=op.f('ck_certificate_event_not_back_dated')),
    sa.ForeignKeyConstraint(['actor_id'], ['person.id'], name=op.f('fk_certificate_event_actor_id')),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'], name=op.f('fk_certificate_event_certificate_id')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_certificate_event_proposal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate_event')),
    sa.UniqueConstraint('certificate_id', 'seq', name=op.f('uq_certificate_event_certificate_id_seq')),
    sa.UniqueConstraint('idempotency_key', name=op.f('uq_certificate_event_idempotency_key')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_index('ix_certificate_event_kind', 'certificate_event', ['kind', 'recorded_at'], unique=False)
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        op.execute(db.POSTGRES_REFUSAL)
    for name in ONLY_GROW:
        for ddl in db.triggers_of(name, dialect).values():
            op.execute(ddl)


def downgrade() -> None:
    """Back."""
    op.drop_index('ix_certificate_event_kind', table_name='certificate_event')
    op.drop_table('certificate_event')
    op.drop_table('signoff_void')
    op.drop_index('uq_proposal_open', table_name='proposal', sqlite_where=sa.text('decided_at IS NULL AND certificate_id IS NOT NULL'), postgresql_where=sa.text('decided_at IS NULL AND certificate_id IS NOT NULL'))
    op.drop_table('proposal')
    op.drop_table('document')
    op.drop_index('ix_check_officer_at', table_name='check')
    op.drop_index(op.f('ix_check_certificate_id'), table_name='check')
    op.drop_index('ix_check_at', table_name='check')
    op.drop_table('check')
    op.drop_table('certificate_private')
    op.drop_index(op.f('ix_certificate_basis_evidence_id'), table_name='certificate_basis')
    op.drop_index(op.f('ix_certificate_basis_certificate_id'), table_name='certificate_basis')
    op.drop_table('certificate_basis')
    op.drop_table('answer_private')
    op.drop_table('signoff_draft')
    op.drop_index('ix_signoff_person_module', table_name='signoff')
    op.drop_index(op.f('ix_signoff_assessor_id'), table_name='signoff')
    op.drop_table('signoff')
    op.drop_table('open_attempt')
    op.drop_table('module_item')
    op.drop_table('mark')
    op.drop_table('lesson_text')
    op.drop_table('item_text')
    op.drop_table('drill_text')
    op.drop_index('uq_certificate_live', table_name='certificate', sqlite_where=sa.text("status IN ('active', 'suspended', 'revoked')"), postgresql_where=sa.text("status IN ('active', 'suspended', 'revoked')"))
    op.drop_index(op.f('ix_certificate_person_id'), table_name='certificate')
    op.drop_table('certificate')
    op.drop_table('attempt_void')
    op.drop_index('ix_attempt_result_person_module', table_name='attempt_result')
    op.drop_table('attempt_result')
    op.drop_table('attempt_end')
    op.drop_table('answer')
    op.drop_table('version_approval')
    op.drop_table('sop_clause')
    op.drop_index(op.f('ix_picture_sha256'), table_name='picture')
    op.drop_table('picture')
    op.drop_table('module_source')
    op.drop_table('lesson_done')
    op.drop_table('lesson')
    op.drop_table('item_version')
    op.drop_table('evidence_void')
    op.drop_table('drill_version')
    op.drop_index(op.f('ix_attempt_module_version_id'), table_name='attempt')
    op.drop_table('attempt')
    op.drop_table('totp')
    op.drop_table('sop_version')
    op.drop_index(op.f('ix_session_person_id'), table_name='session')
    op.drop_table('session')
    op.drop_index('ix_round_grant_person_module', table_name='round_grant')
    op.drop_table('round_grant')
    op.drop_index(op.f('ix_reset_code_person_id'), table_name='reset_code')
    op.drop_table('reset_code')
    op.drop_table('recovery_code')
    op.drop_table('programme_version')
    op.drop_table('person_private')
    op.drop_table('module_version')
    op.drop_index('uq_membership_open', table_name='membership', sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))
    op.drop_index('ix_membership_unit_person', table_name='membership')
    op.drop_index(op.f('ix_membership_person_id'), table_name='membership')
    op.drop_table('membership')
    op.drop_table('item')
    op.drop_index(op.f('ix_invitation_unit_id'), table_name='invitation')
    op.drop_table('invitation')
    op.drop_table('goal')
    op.drop_index('ix_evidence_person_kind', table_name='evidence')
    op.drop_table('evidence')
    op.drop_index('ix_audit_subject', table_name='audit')
    op.drop_index('ix_audit_actor_action_at', table_name='audit')
    op.drop_index('ix_audit_action', table_name='audit')
    op.drop_table('audit')
    op.drop_index('uq_appointment_open', table_name='appointment', sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))
    op.drop_index(op.f('ix_appointment_unit_id'), table_name='appointment')
    op.drop_index('ix_appointment_person_until', table_name='appointment')
    op.drop_table('appointment')
    op.drop_index(op.f('ix_unit_polsek_id'), table_name='unit')
    op.drop_index(op.f('ix_unit_parent_id'), table_name='unit')
    op.drop_table('unit')
    op.drop_table('stored_file')
    op.drop_table('sop')
    op.drop_table('sign_in_throttle')
    op.drop_table('programme')
    op.drop_table('person')
    op.drop_table('number_counter')
    op.drop_table('module')
    op.drop_table('ledger_leaf')
    op.drop_table('ledger_head')
    op.drop_table('fact_version')
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION lms_only_grows")
