"""What people type about money: entries, columns of a statement, answers and decisions."""
