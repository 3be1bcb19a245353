"""Files that people write, read into validated values that know their line and column."""
