"""What a later release of the template may bring: each is one change."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.updates import changes_of_resources, changes_of_services

TemplateChange = Callable[[Path], None]

CHANGES: Final[tuple[TemplateChange, ...]] = (
    changes_of_resources.new_method,
    changes_of_resources.new_method_in_between,
    changes_of_resources.new_lines_in_methods,
    changes_of_resources.new_docstrings,
    changes_of_resources.new_name_of_a_variable,
    changes_of_resources.new_order_of_methods,
    changes_of_resources.new_route,
    changes_of_resources.new_parameter_of_routes,
    changes_of_resources.new_import_in_routes,
    changes_of_resources.new_field_of_answers,
    changes_of_resources.new_class_of_models,
    changes_of_resources.new_tables,
    changes_of_services.new_settings,
    changes_of_services.new_setting_in_between,
    changes_of_services.new_defaults,
    changes_of_services.new_line_in_main,
    changes_of_services.new_imports_in_main,
    changes_of_services.new_modules,
    changes_of_services.module_gone,
    changes_of_services.module_moved,
    changes_of_services.generated_file_gone,
    changes_of_services.new_generated_file,
    changes_of_services.new_tests,
    changes_of_services.changed_tests,
    changes_of_services.test_gone,
    changes_of_services.new_dependency,
    changes_of_services.new_versions,
    changes_of_services.new_tasks,
    changes_of_services.new_section_of_the_readme,
    changes_of_services.changed_readme,
    changes_of_services.new_steps,
    changes_of_services.new_ignored_files,
    changes_of_services.new_format,
)
