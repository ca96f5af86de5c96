"""What supervisors look at: their desk, the list of operators, one operator's file."""
