"""What consumers are told and how their requests are handled, in Chinese and in English."""
