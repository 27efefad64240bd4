//! Everything that is looked for in a prompt, in some twenty languages, in the order of the features.
//!
//! Owns the order; the words stand in the files of the themes. To add a word, find its shape there; to add a shape,
//! put it at the end here. Both need a newly trained `assets/head.bin`.

mod marks;
mod pictures;
mod programming;
mod reasoning;
mod talk;

use super::rules::Shape;

pub(super) const SHAPES: &[Shape] = &[
    marks::CODE_BLOCK,
    marks::DIGIT,
    marks::ARITHMETIC,
    marks::LATEX,
    marks::QUESTION_MARK,
    marks::LINE_OF_CODE,
    programming::KEYWORD,
    marks::CALL,
    marks::JOINED_NAME,
    marks::ADDRESS,
    marks::OPTIONS_ON_LINES,
    marks::OPTIONS_IN_LINE,
    pictures::POINTED_AT,
    pictures::PICTURE,
    pictures::PICTURE_ELSEWHERE,
    pictures::SOMEONE_IN_VIEW,
    pictures::IN_VIEW,
    pictures::PLACES,
    pictures::LOOKS,
    reasoning::MATHEMATICS,
    reasoning::LOGIC,
    programming::PROGRAMMING,
    talk::WRITING,
    programming::PROGRAMMING_ELSEWHERE,
    reasoning::MATHEMATICS_ELSEWHERE,
    talk::WRITING_ELSEWHERE,
    pictures::IN_A_PICTURE,
    pictures::ATTACHED,
    pictures::PICTURE_FIRST,
    pictures::PICTURE_THEN_REQUEST,
    pictures::WHAT_STANDS_THERE,
    pictures::HARD_TO_READ,
    pictures::THIS_ONE_THING,
    pictures::COUNT_IN_VIEW,
    pictures::GIVEN_ELSEWHERE,
    pictures::READ_OUT,
    pictures::MAKING,
    programming::NEGATION,
    reasoning::WORKING_OUT,
    reasoning::CONDITION,
    reasoning::WORKING_OUT_ELSEWHERE,
    marks::NUMBER_WITH_UNIT,
    reasoning::NUMBERS_IN_WORDS,
    reasoning::WHO_SAID_WHAT,
    programming::LANGUAGE,
    programming::TOOL,
    programming::BUILD,
    programming::FAULT,
    programming::FAULT_ELSEWHERE,
    marks::PATH_OR_OPERATOR,
    talk::TALK,
    talk::REQUEST_FIRST,
    talk::DAILY_LIFE,
    talk::TALK_ELSEWHERE,
];
