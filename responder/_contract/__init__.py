"""What a route promises: the rules shared by the run time and the mypy plugin.

Standard library only; no `inspect`, no reflection, no I/O.

- `shapes`: a neutral vocabulary for types.
- `sources`: where a parameter's value can come from.
- `signature`: a handler as the rules see it.
- `convertors`: facts about `{x:int}`.
- `findings`: what can be wrong, with code, sentence and docs anchor.
- `template`: parse, join, order and print a route template.
- `binding`: each parameter gets one source or one finding.
- `graph`: the order of providers; cycles and scope faults.
- `version`: the one place that says it.
"""
