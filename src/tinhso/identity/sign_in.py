"""What follows a sign-in: an entry of the journal. Failed ones are counted and slowed down by allauth, not recorded."""
