"""What a route promises: the rules shared by the run time and the mypy plugin.

Standard library only; no `inspect`, no reflection, no I/O.

- `frozen`: frozen classes of named values that cost an import, and the making of one, little.
- `shapes`: a neutral vocabulary for types.
- `sources`: where a parameter's value can come from.
- `places`: which shapes each source carries, and which shape may stand for another.
- `signature`: a handler as the rules see it.
- `convertors`: facts about `{x:int}`.
- `rules`: the table of faults: name, code, sentence.
- `findings`: one fault, made from a rule.
- `hints`: which name was probably meant.
- `template`: parse, join, compare and print a route template.
- `languages`: the texts a template matches, for `covers` and `prefixes`.
- `markers`: what `Query(10, ge=1)` may say.
- `bound`: what goes into binding and what comes out.
- `roles`: which parameters are request, response or socket.
- `principals`: which parameters are whom a guard let in.
- `bodies`: who may read the request body.
- `binding`: each parameter of a handler gets one source or one finding.
- `providing`: the same for dependency providers.
- `answers`: what a route promises to answer, against what its handler gives.
- `steps`: what the methods of a class that serves a WebSocket take.
- `options`: what the options of a route have to be, beyond their types.
- `rivals`: routes that contradict each other, and those that can never match.
- `graph`: the order of providers; cycles and scope faults.
- `version`: the version of the wheel.
"""
