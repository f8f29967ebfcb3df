"""Drafts and their review, re-tests, supervised sittings, accommodations, classes, messages."""

import sqlalchemy as sa
from alembic import op

from lms import db

revision = "0003"
down_revision = "0002"

ONLY_GROW = (
    "attendance",
    "draft_edit",
    "draft_review",
    "item_writer",
    "lesson_same",
    "mark_doubt",
    "regrade",
    "regraded_mark",
    "retest",
    "sitting_attempt",
    "survey_done",
    "version_change",
)


def upgrade() -> None:
    """Forward."""
    op.create_table('lesson_same',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('new_sha256', sa.String(length=64), nullable=False),
    sa.Column('old_sha256', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lesson_same')),
    sa.UniqueConstraint('new_sha256', 'old_sha256', name=op.f('uq_lesson_same_new_sha256_old_sha256')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_lesson_same_old_sha256'), 'lesson_same', ['old_sha256'], unique=False)
    op.create_table('accommodation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=22), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('percent', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=20), nullable=False),
    sa.Column('asked_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('asked_at', db.Moment(timezone=True), nullable=False),
    sa.Column('decided_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_at', db.Moment(timezone=True), nullable=True),
    sa.Column('accepted', sa.Boolean(), nullable=True),
    sa.Column('until', sa.Date(), nullable=False),
    sa.CheckConstraint("kind IN ('extra_time', 'oral', 'adapted_drill', 'read_aloud')", name=op.f('ck_accommodation_kind')),
    sa.CheckConstraint('(decided_at IS NULL) = (accepted IS NULL)', name=op.f('ck_accommodation_decided')),
    sa.CheckConstraint('asked_by <> person_id AND coalesce(decided_by, 0) <> person_id', name=op.f('ck_accommodation_not_oneself')),
    sa.CheckConstraint('decided_by IS NULL OR decided_by <> asked_by', name=op.f('ck_accommodation_two_persons')),
    sa.ForeignKeyConstraint(['asked_by'], ['person.id'], name=op.f('fk_accommodation_asked_by')),
    sa.ForeignKeyConstraint(['decided_by'], ['person.id'], name=op.f('fk_accommodation_decided_by')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_accommodation_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accommodation')),
    sa.UniqueConstraint('public_id', name=op.f('uq_accommodation_public_id')),
    info={'append_only': False},
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_accommodation_person_id'), 'accommodation', ['person_id'], unique=False)
    op.create_table('notice',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=22), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('values', sa.JSON(), nullable=False),
    sa.Column('dedupe_key', sa.String(length=120), nullable=False),
    sa.Column('by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('made_at', db.Moment(timezone=True), nullable=False),
    sa.Column('read_at', db.Moment(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['by'], ['person.id'], name=op.f('fk_notice_by')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_notice_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice')),
    sa.UniqueConstraint('dedupe_key', name=op.f('uq_notice_dedupe_key')),
    sa.UniqueConstraint('public_id', name=op.f('uq_notice_public_id')),
    info={'append_only': False},
    sqlite_autoincrement=True
    )
    op.create_index('ix_notice_person_read', 'notice', ['person_id', 'read_at'], unique=False)
    op.create_table('sitting',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=22), nullable=False),
    sa.Column('module_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('supervisor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('place', sa.String(length=120), nullable=False),
    sa.Column('secret', sa.String(length=64), nullable=False),
    sa.Column('opened_at', db.Moment(timezone=True), nullable=False),
    sa.Column('closed_at', db.Moment(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['module_id'], ['module.id'], name=op.f('fk_sitting_module_id')),
    sa.ForeignKeyConstraint(['supervisor_id'], ['person.id'], name=op.f('fk_sitting_supervisor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sitting')),
    sa.UniqueConstraint('public_id', name=op.f('uq_sitting_public_id')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_sitting_supervisor_id'), 'sitting', ['supervisor_id'], unique=False)
    op.create_table('training_class',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=22), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('trainer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('modules', sa.JSON(), nullable=False),
    sa.Column('begins', sa.Date(), nullable=False),
    sa.Column('ends', sa.Date(), nullable=False),
    sa.Column('closed_at', db.Moment(timezone=True), nullable=True),
    sa.Column('made_at', db.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['trainer_id'], ['person.id'], name=op.f('fk_training_class_trainer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_class')),
    sa.UniqueConstraint('public_id', name=op.f('uq_training_class_public_id')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_training_class_trainer_id'), 'training_class', ['trainer_id'], unique=False)
    op.create_table('accepted_answer',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('item_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('text', sa.String(length=1000), nullable=False),
    sa.Column('by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', db.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by'], ['person.id'], name=op.f('fk_accepted_answer_by')),
    sa.ForeignKeyConstraint(['item_id'], ['item.id'], name=op.f('fk_accepted_answer_item_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accepted_answer')),
    sa.UniqueConstraint('item_id', 'text', name=op.f('uq_accepted_answer_item_id_text')),
    info={'append_only': False},
    sqlite_autoincrement=True
    )
    op.create_table('class_member',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('since', db.Moment(timezone=True), nullable=False),
    sa.Column('until', db.Moment(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['class_id'], ['training_class.id'], name=op.f('fk_class_member_class_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_class_member_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_class_member')),
    sa.UniqueConstraint('class_id', 'person_id', name=op.f('uq_class_member_class_id_person_id')),
    info={'append_only': False},
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_class_member_person_id'), 'class_member', ['person_id'], unique=False)
    op.create_table('class_session',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=22), nullable=False),
    sa.Column('class_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('place', sa.String(length=120), nullable=False),
    sa.Column('module_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('starts_at', db.Moment(timezone=True), nullable=False),
    sa.Column('ends_at', db.Moment(timezone=True), nullable=False),
    sa.Column('secret', sa.String(length=64), nullable=False),
    sa.Column('cancelled_at', db.Moment(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('meeting', 'drill', 'exam')", name=op.f('ck_class_session_kind')),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_class_session_order')),
    sa.ForeignKeyConstraint(['class_id'], ['training_class.id'], name=op.f('fk_class_session_class_id')),
    sa.ForeignKeyConstraint(['module_id'], ['module.id'], name=op.f('fk_class_session_module_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_class_session')),
    sa.UniqueConstraint('public_id', name=op.f('uq_class_session_public_id')),
    info={'append_only': False},
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_class_session_class_id'), 'class_session', ['class_id'], unique=False)
    op.create_table('item_writer',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('item_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', db.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['item.id'], name=op.f('fk_item_writer_item_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_item_writer_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_item_writer')),
    sa.UniqueConstraint('item_id', 'person_id', name=op.f('uq_item_writer_item_id_person_id')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_item_writer_person_id'), 'item_writer', ['person_id'], unique=False)
    op.create_table('lesson_question',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=22), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('module_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('lesson_number', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=1000), nullable=False),
    sa.Column('asked_at', db.Moment(timezone=True), nullable=False),
    sa.Column('answer', sa.String(length=2000), nullable=True),
    sa.Column('answered_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('answered_at', db.Moment(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['answered_by'], ['person.id'], name=op.f('fk_lesson_question_answered_by')),
    sa.ForeignKeyConstraint(['module_version_id'], ['module_version.id'], name=op.f('fk_lesson_question_module_version_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_lesson_question_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lesson_question')),
    sa.UniqueConstraint('public_id', name=op.f('uq_lesson_question_public_id')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_lesson_question_person_id'), 'lesson_question', ['person_id'], unique=False)
    op.create_table('retest',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('module_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('module_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('period', sa.Integer(), nullable=False),
    sa.Column('due', sa.Date(), nullable=False),
    sa.Column('recorded_at', db.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['module_id'], ['module.id'], name=op.f('fk_retest_module_id')),
    sa.ForeignKeyConstraint(['module_version_id'], ['module_version.id'], name=op.f('fk_retest_module_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_retest')),
    sa.UniqueConstraint('module_id', 'period', name=op.f('uq_retest_module_id_period')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_table('seat',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sitting_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('arrived_at', db.Moment(timezone=True), nullable=False),
    sa.Column('ticked_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('ticked_at', db.Moment(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_seat_person_id')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sitting.id'], name=op.f('fk_seat_sitting_id')),
    sa.ForeignKeyConstraint(['ticked_by'], ['person.id'], name=op.f('fk_seat_ticked_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_seat')),
    sa.UniqueConstraint('sitting_id', 'person_id', name=op.f('uq_seat_sitting_id_person_id')),
    info={'append_only': False},
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_seat_person_id'), 'seat', ['person_id'], unique=False)
    op.create_table('survey_answer',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('module_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('answers', sa.JSON(), nullable=False),
    sa.Column('remark', sa.String(length=500), nullable=True),
    sa.ForeignKeyConstraint(['module_version_id'], ['module_version.id'], name=op.f('fk_survey_answer_module_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_answer')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_survey_answer_module_version_id'), 'survey_answer', ['module_version_id'], unique=False)
    op.create_table('survey_done',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('module_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['module_version_id'], ['module_version.id'], name=op.f('fk_survey_done_module_version_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_survey_done_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_done')),
    sa.UniqueConstraint('person_id', 'module_version_id', name=op.f('uq_survey_done_person_id_module_version_id')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_table('working_draft',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=22), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('base_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('base_number', sa.Integer(), nullable=True),
    sa.Column('begun_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('begun_at', db.Moment(timezone=True), nullable=False),
    sa.Column('ended_at', db.Moment(timezone=True), nullable=True),
    sa.Column('published_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("kind IN ('module', 'sop', 'facts')", name=op.f('ck_working_draft_kind')),
    sa.CheckConstraint("state IN ('open', 'in_review', 'published', 'dropped')", name=op.f('ck_working_draft_state')),
    sa.ForeignKeyConstraint(['base_version_id'], ['module_version.id'], name=op.f('fk_working_draft_base_version_id')),
    sa.ForeignKeyConstraint(['begun_by'], ['person.id'], name=op.f('fk_working_draft_begun_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_working_draft')),
    sa.UniqueConstraint('public_id', name=op.f('uq_working_draft_public_id')),
    info={'append_only': False},
    sqlite_autoincrement=True
    )
    op.create_index('uq_working_draft_going_on', 'working_draft', ['kind', 'name'], unique=True, sqlite_where=sa.text("state IN ('open', 'in_review')"), postgresql_where=sa.text("state IN ('open', 'in_review')"))
    op.create_table('attendance',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('session_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('way', sa.String(length=10), nullable=False),
    sa.Column('by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', db.Moment(timezone=True), nullable=False),
    sa.CheckConstraint("way IN ('code', 'trainer')", name=op.f('ck_attendance_way')),
    sa.ForeignKeyConstraint(['by'], ['person.id'], name=op.f('fk_attendance_by')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_attendance_person_id')),
    sa.ForeignKeyConstraint(['session_id'], ['class_session.id'], name=op.f('fk_attendance_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance')),
    sa.UniqueConstraint('session_id', 'person_id', name=op.f('uq_attendance_session_id_person_id')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_attendance_person_id'), 'attendance', ['person_id'], unique=False)
    op.create_table('draft_part',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=22), nullable=False),
    sa.Column('draft_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('removed', sa.Boolean(), nullable=False),
    sa.Column('edited_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('edited_at', db.Moment(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('module', 'lesson', 'item', 'drill', 'picture', 'sop', 'fact')", name=op.f('ck_draft_part_kind')),
    sa.ForeignKeyConstraint(['draft_id'], ['working_draft.id'], name=op.f('fk_draft_part_draft_id')),
    sa.ForeignKeyConstraint(['edited_by'], ['person.id'], name=op.f('fk_draft_part_edited_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draft_part')),
    sa.UniqueConstraint('draft_id', 'kind', 'key', name=op.f('uq_draft_part_draft_id_kind_key')),
    sa.UniqueConstraint('public_id', name=op.f('uq_draft_part_public_id')),
    info={'append_only': False},
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_draft_part_draft_id'), 'draft_part', ['draft_id'], unique=False)
    op.create_table('draft_review',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('draft_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('step', sa.String(length=10), nullable=False),
    sa.Column('change', sa.String(length=12), nullable=True),
    sa.Column('due', sa.Date(), nullable=True),
    sa.Column('content_sha256', sa.String(length=64), nullable=False),
    sa.Column('by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', db.Moment(timezone=True), nullable=False),
    sa.CheckConstraint("step IN ('sent', 'taken_back', 'returned', 'approved')", name=op.f('ck_draft_review_step')),
    sa.ForeignKeyConstraint(['by'], ['person.id'], name=op.f('fk_draft_review_by')),
    sa.ForeignKeyConstraint(['draft_id'], ['working_draft.id'], name=op.f('fk_draft_review_draft_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draft_review')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_draft_review_draft_id'), 'draft_review', ['draft_id'], unique=False)
    op.create_table('mark_doubt',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('attempt_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('slot', sa.Integer(), nullable=False),
    sa.Column('by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', db.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_mark_doubt_attempt_id')),
    sa.ForeignKeyConstraint(['by'], ['person.id'], name=op.f('fk_mark_doubt_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mark_doubt')),
    sa.UniqueConstraint('attempt_id', 'slot', 'by', name=op.f('uq_mark_doubt_attempt_id_slot_by')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_table('oral_exam',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('attempt_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('entered_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('begun_at', db.Moment(timezone=True), nullable=False),
    sa.Column('entered_at', db.Moment(timezone=True), nullable=True),
    sa.Column('confirmed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('confirmed_at', db.Moment(timezone=True), nullable=True),
    sa.CheckConstraint('confirmed_by IS NULL OR confirmed_by <> entered_by', name=op.f('ck_oral_exam_two_persons')),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_oral_exam_attempt_id')),
    sa.ForeignKeyConstraint(['confirmed_by'], ['person.id'], name=op.f('fk_oral_exam_confirmed_by')),
    sa.ForeignKeyConstraint(['entered_by'], ['person.id'], name=op.f('fk_oral_exam_entered_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_oral_exam')),
    sa.UniqueConstraint('attempt_id', name=op.f('uq_oral_exam_attempt_id')),
    info={'append_only': False},
    sqlite_autoincrement=True
    )
    op.create_table('regrade',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('item_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('to_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', db.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by'], ['person.id'], name=op.f('fk_regrade_by')),
    sa.ForeignKeyConstraint(['item_id'], ['item.id'], name=op.f('fk_regrade_item_id')),
    sa.ForeignKeyConstraint(['to_version_id'], ['item_version.id'], name=op.f('fk_regrade_to_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_regrade')),
    sa.UniqueConstraint('item_id', 'to_version_id', name=op.f('uq_regrade_item_id_to_version_id')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_table('sitting_attempt',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('attempt_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sitting_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_sitting_attempt_attempt_id')),
    sa.ForeignKeyConstraint(['sitting_id'], ['sitting.id'], name=op.f('fk_sitting_attempt_sitting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sitting_attempt')),
    sa.UniqueConstraint('attempt_id', name=op.f('uq_sitting_attempt_attempt_id')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_sitting_attempt_sitting_id'), 'sitting_attempt', ['sitting_id'], unique=False)
    op.create_table('version_change',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('module_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('draft_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('change', sa.String(length=12), nullable=False),
    sa.Column('due', sa.Date(), nullable=True),
    sa.Column('sent_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('approved_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', db.Moment(timezone=True), nullable=False),
    sa.CheckConstraint("change IN ('editorial', 'acknowledge', 'retest')", name=op.f('ck_version_change_change')),
    sa.CheckConstraint('sent_by <> approved_by', name=op.f('ck_version_change_two_persons')),
    sa.ForeignKeyConstraint(['approved_by'], ['person.id'], name=op.f('fk_version_change_approved_by')),
    sa.ForeignKeyConstraint(['draft_id'], ['working_draft.id'], name=op.f('fk_version_change_draft_id')),
    sa.ForeignKeyConstraint(['module_version_id'], ['module_version.id'], name=op.f('fk_version_change_module_version_id')),
    sa.ForeignKeyConstraint(['sent_by'], ['person.id'], name=op.f('fk_version_change_sent_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_version_change')),
    sa.UniqueConstraint('module_version_id', name=op.f('uq_version_change_module_version_id')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_table('certificate_case',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=22), nullable=False),
    sa.Column('certificate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('attempt_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('regrade_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('opened_at', db.Moment(timezone=True), nullable=False),
    sa.Column('decided_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_at', db.Moment(timezone=True), nullable=True),
    sa.Column('decision', sa.String(length=10), nullable=True),
    sa.Column('due', sa.Date(), nullable=True),
    sa.CheckConstraint("decision IS NULL OR decision IN ('keep', 'retest')", name=op.f('ck_certificate_case_decision')),
    sa.CheckConstraint('(decided_at IS NULL) = (decision IS NULL)', name=op.f('ck_certificate_case_decided')),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_certificate_case_attempt_id')),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'], name=op.f('fk_certificate_case_certificate_id')),
    sa.ForeignKeyConstraint(['decided_by'], ['person.id'], name=op.f('fk_certificate_case_decided_by')),
    sa.ForeignKeyConstraint(['regrade_id'], ['regrade.id'], name=op.f('fk_certificate_case_regrade_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate_case')),
    sa.UniqueConstraint('certificate_id', 'attempt_id', 'regrade_id', name=op.f('uq_certificate_case_certificate_id_attempt_id_regrade_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_certificate_case_public_id')),
    info={'append_only': False},
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_certificate_case_certificate_id'), 'certificate_case', ['certificate_id'], unique=False)
    op.create_table('draft_edit',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('part_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('removed', sa.Boolean(), nullable=False),
    sa.Column('by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('client_key', sa.String(length=64), nullable=False),
    sa.Column('at', db.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by'], ['person.id'], name=op.f('fk_draft_edit_by')),
    sa.ForeignKeyConstraint(['part_id'], ['draft_part.id'], name=op.f('fk_draft_edit_part_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draft_edit')),
    sa.UniqueConstraint('part_id', 'client_key', name=op.f('uq_draft_edit_part_id_client_key')),
    sa.UniqueConstraint('part_id', 'revision', name=op.f('uq_draft_edit_part_id_revision')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_table('regraded_mark',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('mark_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('regrade_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['mark_id'], ['mark.id'], name=op.f('fk_regraded_mark_mark_id')),
    sa.ForeignKeyConstraint(['regrade_id'], ['regrade.id'], name=op.f('fk_regraded_mark_regrade_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_regraded_mark')),
    sa.UniqueConstraint('mark_id', name=op.f('uq_regraded_mark_mark_id')),
    info={'append_only': True},
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_regraded_mark_regrade_id'), 'regraded_mark', ['regrade_id'], unique=False)
    op.create_table('review_comment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=22), nullable=False),
    sa.Column('draft_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('part_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('text', sa.String(length=1000), nullable=False),
    sa.Column('by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', db.Moment(timezone=True), nullable=False),
    sa.Column('done_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('done_at', db.Moment(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['by'], ['person.id'], name=op.f('fk_review_comment_by')),
    sa.ForeignKeyConstraint(['done_by'], ['person.id'], name=op.f('fk_review_comment_done_by')),
    sa.ForeignKeyConstraint(['draft_id'], ['working_draft.id'], name=op.f('fk_review_comment_draft_id')),
    sa.ForeignKeyConstraint(['part_id'], ['draft_part.id'], name=op.f('fk_review_comment_part_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_comment')),
    sa.UniqueConstraint('public_id', name=op.f('uq_review_comment_public_id')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_review_comment_draft_id'), 'review_comment', ['draft_id'], unique=False)
    op.add_column('certificate', sa.Column('retest_due', sa.Date(), nullable=True))
    for name in ONLY_GROW:
        for ddl in db.triggers_of(name, op.get_bind().dialect.name).values():
            op.execute(ddl)


def downgrade() -> None:
    """Back."""
    op.drop_column('certificate', 'retest_due')
    op.drop_index(op.f('ix_review_comment_draft_id'), table_name='review_comment')
    op.drop_table('review_comment')
    op.drop_index(op.f('ix_regraded_mark_regrade_id'), table_name='regraded_mark')
    op.drop_table('regraded_mark')
    op.drop_table('draft_edit')
    op.drop_index(op.f('ix_certificate_case_certificate_id'), table_name='certificate_case')
    op.drop_table('certificate_case')
    op.drop_table('version_change')
    op.drop_index(op.f('ix_sitting_attempt_sitting_id'), table_name='sitting_attempt')
    op.drop_table('sitting_attempt')
    op.drop_table('regrade')
    op.drop_table('oral_exam')
    op.drop_table('mark_doubt')
    op.drop_index(op.f('ix_draft_review_draft_id'), table_name='draft_review')
    op.drop_table('draft_review')
    op.drop_index(op.f('ix_draft_part_draft_id'), table_name='draft_part')
    op.drop_table('draft_part')
    op.drop_index(op.f('ix_attendance_person_id'), table_name='attendance')
    op.drop_table('attendance')
    op.drop_index('uq_working_draft_going_on', table_name='working_draft', sqlite_where=sa.text("state IN ('open', 'in_review')"), postgresql_where=sa.text("state IN ('open', 'in_review')"))
    op.drop_table('working_draft')
    op.drop_table('survey_done')
    op.drop_index(op.f('ix_survey_answer_module_version_id'), table_name='survey_answer')
    op.drop_table('survey_answer')
    op.drop_index(op.f('ix_seat_person_id'), table_name='seat')
    op.drop_table('seat')
    op.drop_table('retest')
    op.drop_index(op.f('ix_lesson_question_person_id'), table_name='lesson_question')
    op.drop_table('lesson_question')
    op.drop_index(op.f('ix_item_writer_person_id'), table_name='item_writer')
    op.drop_table('item_writer')
    op.drop_index(op.f('ix_class_session_class_id'), table_name='class_session')
    op.drop_table('class_session')
    op.drop_index(op.f('ix_class_member_person_id'), table_name='class_member')
    op.drop_table('class_member')
    op.drop_table('accepted_answer')
    op.drop_index(op.f('ix_training_class_trainer_id'), table_name='training_class')
    op.drop_table('training_class')
    op.drop_index(op.f('ix_sitting_supervisor_id'), table_name='sitting')
    op.drop_table('sitting')
    op.drop_index('ix_notice_person_read', table_name='notice')
    op.drop_table('notice')
    op.drop_index(op.f('ix_accommodation_person_id'), table_name='accommodation')
    op.drop_table('accommodation')
    op.drop_index(op.f('ix_lesson_same_old_sha256'), table_name='lesson_same')
    op.drop_table('lesson_same')
