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
    "item_too_long": "the item is longer than {most} characters",
    "question_missing": "the item has no question",
    "too_few_options": "the item has {count} options; at least {least} are needed",
    "too_many_options": "the item has {count} options, pairs, steps or answers; at most {most} are possible",
    "no_right_answer": "no answer is wholly right",
    "several_right_answers": "several answers are wholly right, and only one can be",
    "fraction_wrong": "the share of an answer is not a number: {fraction}",
    "number_wrong": "a number cannot be kept: {number}",
    "answer_missing": "line {line}: the answer is missing",
    "answer_unclear": "line {line}: the answer must be one letter, not {answer}",
    "answer_not_there": "line {line}: no option has the letter {answer} of the answer",
    "option_out_of_order": "line {line}: the option {option} stands where another letter follows",
    "option_empty": "line {line}: the option {option} has no words",
    "line_unexpected": "line {line}: neither an option nor the answer: {text}",
    "title_unclosed": "the title begins with :: and does not end",
    "brace_unclosed": "a brace is opened and not closed before the next blank line",
    "brace_unopened": "a brace is closed that was not opened",
    "braces_wrong": "there is more than one pair of braces; a brace that is text is written with a backslash",
    "answer_without_sign": "an answer stands without = or ~: {text}",
    "pair_without_arrow": "a pair has no arrow (->): {text}",
    "pair_without_right_side": "nothing belongs to the left side {left}",
    "essay": "an essay cannot be an item of an exam",
    "description": "a text without answers is no item",
    "empty_option_left_out": "empty options were left out: {count}",
    "picture_in_option": "an option is a picture without words",
    "picture_left_out": "a picture was left out ({where}): {picture}",
    "markup_removed": "formatting that a reader sees was removed: {markup}",
    "feedback_left_out": "there is more feedback than the item can hold: {text}",
    "partial_credit_left_out": "answers that are partly right earn nothing here",
    "penalty_left_out": "points that are taken off were left out",
    "weight_changed": "the right answers weigh the same here; they had {weights}",
    "wildcard_left_out": "answers with a wildcard (*) were left out",
    "tags_left_out": "tags were left out: {tags}",
    "category_left_out": "the category was left out: {name}",
    "key_changed": "the id number {key} was changed so that it can be a key",
    "comment_left_out": "the comment with our own details does not fit the item and was left out",
    "edited_elsewhere": "the item was edited in another program; its ids, tags and reasons stay with their places",
    "scenario_incomplete": "the scenario {scenario} is not whole, so its part became an item of its own",
}


def english(reason: Reason) -> str:
    """A reason in words; one that has none as its code."""
    said = ENGLISH.get(reason.code)
    return said.format(**reason.details) if said else reason.code
