"""What a code proves, and to whom: standing, masked name, what an officer sees, and the record of each check."""
