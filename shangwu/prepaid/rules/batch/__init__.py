"""The open interface: which records an operator, a bank or an insurer sends, and how a batch is answered."""
