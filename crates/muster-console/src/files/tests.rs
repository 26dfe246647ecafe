//! What a cell may begin with.

use crate::tables::cell;

#[test]
fn nothing_in_a_table_is_taken_for_a_formula() {
    for formula in ["=1+1", "+44 1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
        assert_eq!(cell(formula), format!("'{formula}"));
    }
    for text in ["", "A1", "person 3", "1+1", " =1"] {
        assert_eq!(cell(text), text);
    }
}
