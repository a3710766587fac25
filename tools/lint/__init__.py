"""The house rules that no ready-made linter knows, one small file each.

A rule is a module with NAME, an optional SKIP (path → reason) and `check(source)`, which yields (line, message). A line that
must break a rule says `# lint-skip: <rule> <reason>` at its end or alone on the line above; a skip without a reason is itself
a violation.
"""
