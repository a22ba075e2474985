"""What owners do to a service: each edit is one change."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Final

from tests.updates import edits_of_code, edits_of_places, edits_of_projects
from tests.updates.text import Moves

Edit = Callable[[Path, Random], Moves | None]  # what it moves, if anything

EDITS: Final[tuple[Edit, ...]] = (
    edits_of_code.add_method_at_the_end,
    edits_of_code.add_method_in_between,
    edits_of_code.add_line_to_a_method,
    edits_of_code.add_route_at_the_end,
    edits_of_code.add_route_in_between,
    edits_of_code.change_a_docstring,
    edits_of_code.rename_a_variable,
    edits_of_code.change_a_limit,
    edits_of_code.add_field_to_an_answer,
    edits_of_code.add_property_to_a_table,
    edits_of_code.add_error_at_the_end,
    edits_of_code.add_fixture_at_the_end,
    edits_of_code.add_setting_at_the_end,
    edits_of_code.add_setting_in_between,
    edits_of_code.change_a_default,
    edits_of_code.add_middleware,
    edits_of_code.reorder_imports,
    edits_of_code.reformat,
    edits_of_projects.add_test_at_the_end,
    edits_of_projects.delete_a_test,
    edits_of_projects.delete_a_file,
    edits_of_projects.add_dependency,
    edits_of_projects.add_dependency_in_order,
    edits_of_projects.change_the_version,
    edits_of_projects.add_task,
    edits_of_projects.add_module,
    edits_of_projects.add_endpoints,
    edits_of_projects.add_migration,
    edits_of_projects.edit_the_first_migration,
    edits_of_projects.add_job,
    edits_of_projects.pin_a_runner,
    edits_of_projects.add_workflow,
    edits_of_projects.add_section_to_the_readme,
    edits_of_projects.rewrite_the_introduction,
    edits_of_projects.ignore_more,
    edits_of_projects.add_environment_variable,
    edits_of_places.move_a_module,
    edits_of_places.rename_a_test_file,
    edits_of_places.move_a_folder,
    edits_of_places.move_and_edit,
    edits_of_places.rename_and_edit_a_test_file,
    edits_of_code.comment_anywhere,
    edits_of_code.comment_anywhere,
    edits_of_code.comment_anywhere,
)

# All together they leave a service as green as it was, and keep off the ends of most files, where
# every release so far has written something.
SOUND: Final[tuple[Edit, ...]] = (
    edits_of_code.add_method_at_the_end,
    edits_of_code.add_method_in_between,
    edits_of_code.add_route_at_the_end,
    edits_of_code.change_a_docstring,
    edits_of_code.rename_a_variable,
    edits_of_code.add_error_at_the_end,
    edits_of_code.add_fixture_at_the_end,
    edits_of_code.add_setting_at_the_end,
    edits_of_projects.add_module,
    edits_of_projects.add_endpoints,
    edits_of_places.rename_a_test_file,
)
