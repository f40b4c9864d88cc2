"""The causes of being unmatched, and the remedy for each. Imports nothing, so that the idle bot needs little memory."""

# The remedy, by cause. Each cause is a single obstacle: without it, the rules and HR would allow a partner.
# Where the remedy depends on the circumstances there are several causes, so that none is offered that is impossible.
HELPS = {
    "inactive": "reactivate",
    "held": "release_hold",
    "no_capacity": "give_a_place",
    "manager_missing": "fill_or_waive_manager",
    "nobody_there": "recruit",
    "nobody_ready": "release_others",
    "managers_missing": "fill_managers",
    "held_without_manager": "make_ready",
    "level_gap": "recruit_other_levels",
    "least_gap": "lower_least_gap",
    "level_at_end": "check_level",
    "reporting_line": "recruit_elsewhere",
    "same_department": "allow_same_department",
    "paired_before": "recruit",
    "blocked": "recruit",
    "no_common_language": "ask_for_language",
    "many_rules": "recruit_elsewhere",
    "forbidden_by_hr": "allow_pair",
    "topic_not_offered": "find_mentor_for_topic",
    "topic_not_wished": "find_mentee_for_topic",
    "places_taken": "add_places",
}
TOPIC_CAUSES = ("topic_not_offered", "topic_not_wished")
"""Causes that concern everyone in the programme."""
