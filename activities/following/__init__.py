"""Following an activity, an organiser or a theme: one message a week, when there is news."""
