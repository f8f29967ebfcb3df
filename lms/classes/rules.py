"""What a session can be, how attendance is taken, and the questions of the survey."""

SESSION_KINDS = ("meeting", "drill", "exam")
WAYS = ("code", "trainer")
SURVEY = ("clear", "useful", "length", "ready")  # the questions, each answered with 1 to 5
