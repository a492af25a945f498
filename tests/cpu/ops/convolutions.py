"""Convolutions: layouts, strides, padding, dilations, groups, reversal; small, and large enough
for blocks of K and several threads."""
from text import function, tensor

SCALE = {"f32": "scale=4e-6", "f64": "scale=1e-14", "bf16": "scale=1e-2"}
LAYOUTS = {     # input, kernel, output
    "nhwc": ("b01f", "01io", "b01f"), "nchw": ("bf01", "oi01", "bf01"),
    "chwn": ("f01b", "i01o", "01bf"),           # as in the gradient of a kernel
    "mixed": ("0b1f", "o1i0", "f10b"),
}


def size(n, k, stride=1, pad=(0, 0), lhs=1, rhs=1):
    n = n and (n - 1) * lhs + 1
    k = k and (k - 1) * rhs + 1
    n += sum(pad)
    return 0 if n < k else (n - k) // stride + 1


def convolution(layout, t, batch, features, out, image, kernel, stride=(1, 1), pad=((0, 0), (0, 0)),
                lhs=(1, 1), rhs=(1, 1), reverse=(False, False), groups=1, batch_groups=1):
    """(arguments, op, result type)"""
    names = LAYOUTS[layout]
    x = {"b": batch, "f": features, "0": image[0], "1": image[1]}
    k = {"i": features // groups, "o": out, "0": kernel[0], "1": kernel[1]}
    y = {"b": batch // batch_groups, "f": out}
    for i in range(2):
        y[str(i)] = size(image[i], kernel[i], stride[i], pad[i], lhs[i], rhs[i])
    X, K, Y = (tensor(t, *(sizes[c] for c in order)) for sizes, order in zip((x, k, y), names))
    dims = "x".join(f"[{', '.join(n)}]" for n in names[:2]) + f"->[{', '.join(names[2])}]"
    window = (f"{{stride = {list(stride)}, pad = {[list(p) for p in pad]}, "
              f"lhs_dilate = {list(lhs)}, rhs_dilate = {list(rhs)}, "
              f"reverse = {str(list(reverse)).lower()}}}")
    op = (f"stablehlo.convolution(%a, %b) dim_numbers = {dims}, window = {window} "
          f"{{batch_group_count = {batch_groups} : i64, feature_group_count = {groups} : i64}} : "
          f"({X}, {K}) -> {Y}")
    return [X, K], op, Y


ATTRIBUTES = {
    "plain": {}, "strides": dict(stride=(2, 3)), "padding": dict(pad=((1, 1), (2, 0))),
    "cropped": dict(pad=((-1, 2), (1, -2))), "upsampled": dict(lhs=(2, 3), pad=((1, 1), (2, 1))),
    "dilated": dict(rhs=(2, 3), pad=((2, 2), (3, 3))), "reversed": dict(reverse=(True, False)),
    "all": dict(stride=(2, 1), pad=((2, 3), (3, 1)), lhs=(2, 1), rhs=(1, 2), reverse=(True, True)),
    "groups": dict(groups=2), "depthwise": dict(groups=6, out=12), "groups_of_batch":
    dict(batch_groups=2), "strided_groups": dict(groups=3, stride=(2, 2), pad=((1, 1), (1, 1))),
}


def attribute(name, layout, t):
    given = dict(batch=4, features=6, out=6, image=(7, 9), kernel=(3, 2)) | ATTRIBUTES[name]
    arguments, op, Y = convolution(layout, t, **given)
    return function(f"{name}_{layout}_{t}", arguments, [(op, Y)], SCALE[t])


def sized(name, layout="nhwc", t="f32", **given):
    arguments, op, Y = convolution(layout, t, **given)
    return function(f"{name}_{layout}_{t}", arguments, [(op, Y)], SCALE[t])


def with_epilogue(t):
    """Bias, batch norm's scale, residual and relu behind it; a computed input before it."""
    (X, K), op, Y = convolution("nhwc", t, 2, 5, 18, (9, 8), (3, 3), pad=((1, 1), (1, 1)))
    V = tensor(t, 18)
    return function(f"epilogue_{t}", [X, K, V, V, Y], [
        (f"stablehlo.maximum %sum, %zero : {Y}", Y), (f"stablehlo.tanh %y : {Y}", Y)],
        {"f32": "scale=2e-5", "f64": "scale=1e-13"}[t],
        before=[f"%zero = stablehlo.constant dense<0.0> : {Y}",
                f"%x = stablehlo.multiply %a, %a : {X}",
                f"%y = {op.replace('(%a', '(%x')}",
                f"%s = stablehlo.broadcast_in_dim %c, dims = [3] : ({V}) -> {Y}",
                f"%o = stablehlo.broadcast_in_dim %d, dims = [3] : ({V}) -> {Y}",
                f"%scaled = stablehlo.multiply %y, %s : {Y}",
                f"%biased = stablehlo.add %scaled, %o : {Y}",
                f"%sum = stablehlo.add %biased, %e : {Y}"])


def functions():
    for layout in LAYOUTS:
        for name in ATTRIBUTES:
            yield attribute(name, layout, "f32")
    for name in ATTRIBUTES:
        yield attribute(name, "nhwc", "f64")
    yield attribute("all", "nchw", "bf16")
    yield sized("pointwise", batch=2, features=20, out=33, image=(7, 7), kernel=(1, 1))
    yield sized("pointwise_strided", batch=2, features=20, out=33, image=(7, 7), kernel=(1, 1),
                stride=(2, 2))
    yield sized("deep", batch=1, features=200, out=40, image=(9, 9), kernel=(3, 3),
                pad=((1, 1), (1, 1)))
    yield sized("wide", batch=8, features=3, out=17, image=(28, 28), kernel=(5, 5))
    yield sized("one_channel", batch=5, features=1, out=1, image=(8, 8), kernel=(3, 3))
    yield sized("of_the_kernel", layout="chwn", batch=16, features=24, out=20, image=(14, 14),
                kernel=(12, 12))
    yield sized("empty_batch", batch=0, features=3, out=4, image=(5, 5), kernel=(3, 3))
    yield sized("no_channels", batch=2, features=0, out=4, image=(5, 5), kernel=(3, 3))
    yield sized("no_window", batch=2, features=3, out=4, image=(2, 5), kernel=(3, 3))
    yield sized("large_depthwise", batch=2, features=32, out=32, image=(20, 20), kernel=(3, 3),
                pad=((1, 1), (1, 1)), groups=32)
    yield with_epilogue("f32")
    yield with_epilogue("f64")
