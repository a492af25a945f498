"""How the tables of this folder become StableHLO text."""
FLOATS = ["f32", "f64", "bf16", "f16"]
SIGNED = ["i8", "i16", "i32", "i64"]
UNSIGNED = ["ui8", "ui16", "ui32", "ui64"]
INTS = SIGNED + UNSIGNED
ANY = FLOATS + INTS + ["i1"]


def tensor(dtype, *dims):
    return f"tensor<{'x'.join(map(str, [*dims, dtype]))}>"


def letter(i):
    """The name of argument i."""
    return chr(ord("a") + i)


def function(name, arguments, lines, rule="", before=()):
    """lines: (op, type) of every result; before: 'name = op' lines that they use. The arguments
    are %a, %b, ...; an argument may be (type, attributes)."""
    head = ", ".join(f"%{letter(i)}: {t if isinstance(t, str) else ' '.join(t)}"
                     for i, t in enumerate(arguments))
    body = "".join(f"  {line}\n" for line in before)
    body += "".join(f"  %r{i} = {op}\n" for i, (op, _) in enumerate(lines))
    names = ", ".join(f"%r{i}" for i in range(len(lines)))
    types = ", ".join(t for _, t in lines)
    return (f"// judge: {rule}\nfunc.func @{name}({head}) -> ({types}) {{\n{body}"
            f"  return {names} : {types}\n}}\n")


def region(arguments, lines, result):
    """A region like (^bb0(%x: t, %y: t): lines, return result)."""
    head = ", ".join(f"%{n}: {t}" for n, t in arguments)
    return f"{{ ^bb0({head}): {' '.join(lines)} stablehlo.return {result} }}"


def body_of(op, t):
    """The region of a reduction by one op."""
    S = tensor(t)
    return region([("left", S), ("right", S)], [f"%both = stablehlo.{op} %left, %right : {S}"],
                  f"%both : {S}")


def dense(values):
    """[1, 2] as array<i64: 1, 2>."""
    return f"array<i64: {', '.join(map(str, values))}>" if values else "array<i64>"
