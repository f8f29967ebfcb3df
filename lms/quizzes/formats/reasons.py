"""The reasons of the formats in English, for the command line; the pages have their own words (lms/web/words.py)."""

from lms.quizzes.formats.model import Reason

ENGLISH: dict[str, str] = {
    "too_large": "the file has {bytes} bytes; at most {most} are allowed",
    "empty_file": "there is nothing in the file",
    "broken_utf8": "the file is broken UTF-8",
    "broken_utf16": "the file is broken UTF-16",
    "unknown_encoding": "the encoding of the file is none of UTF-8, UTF-16 and Windows-1252",
    "control_character": "a control character stands in the text",
    "read_as_windows_1252": "the file was read as Windows-1252",
    "too_many_items": "the file has more than {most} items",
    "xml_forbidden": "the file declares a document type or an entity",
    "xml_broken": "the file is not well-formed XML: {why}",
    "xml_too_deep": "elements are nested more than {most} deep",
    "not_moodle_xml": "the file is not Moodle XML: its outermost element is {element}, not quiz",
    "declaration_wrong": "the file is not in {declared}, as it says; it was read all the same",
    "category_left_out": "the category {category} of line {line} was left out ({items} items)",
    "text_left_out": "text between the items was left out, first in line {line}",
    "element_left_out": "what stands in {elements} was left out",
    "comment_left_out": "the comment with our own details does not fit the item and was left out",
    "scenario_incomplete": "the scenario {scenario} is not whole, so its part became an item of its own",
    "type_not_supported": "items of the type {type} cannot be imported",
    "item_too_long": "the item is longer than {most} characters",
    "too_many_options": "the item has {count} options, pairs, steps or answers; at most {most} are possible",
    "no_right_answer": "no answer is wholly right",
    "several_right_answers": "several answers are wholly right, and only one can be",
    "fraction_wrong": "the share of an answer is not a number: {fraction}",
    "number_wrong": "a number cannot be kept: {number}",
    "question_missing": "the item has no question",
    "empty_option_left_out": "empty options were left out: {count}",
    "pair_without_right_side": "nothing belongs to the left side {left}",
    "picture_in_option": "an option is a picture without words",
    "picture_left_out": "a picture was left out ({where}): {picture}",
    "picture_missing": "the picture {picture} is not in the file",
    "picture_refused": "the picture {picture} was refused: {why}",
    "picture_without_alt": "the picture {picture} has no alternative text",
    "file_left_out": "files that the question does not show were left out: {files}",
    "markup_removed": "formatting that a reader sees was removed: {markup}",
    "feedback_left_out": "there is more feedback than the item can hold: {text}",
    "hints_left_out": "hints for further tries were left out",
    "partial_credit_left_out": "answers that are partly right earn nothing here",
    "penalty_left_out": "points that are taken off were left out",
    "weight_left_out": "all items weigh the same; this one had {weight}",
    "order_left_out": "the options were in a fixed order; here they are shuffled",
    "subset_left_out": "only some of the steps were shown; here all are",
    "letter_case_left_out": "capital and small letters were told apart; here they are not",
    "wildcard_left_out": "answers with a wildcard (*) were left out",
    "units_left_out": "only one unit is possible; left out were {units}",
    "unit_penalty_left_out": "the unit is not asked for here",
    "tags_left_out": "tags were left out: {tags}",
    "key_changed": "the id number {key} was changed so that it can be a key",
    "hidden_in_moodle": "the item was hidden in Moodle",
}


def english(reason: Reason) -> str:
    """A reason in words; one that has none as its code."""
    said = ENGLISH.get(reason.code)
    return said.format(**reason.details) if said else reason.code
