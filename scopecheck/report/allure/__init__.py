"""What Allure needs to know of cases and runs, as plain data."""
