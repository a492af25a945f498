/* What stands in front of all: includes, and the macros that helpers.c uses. */
#include "backends/c/emit.h"

static const char includes[] = "#include <math.h>\n"
                               "#include <stdbool.h>\n"
                               "#include <stdint.h>\n"
                               "#include <string.h>\n"
                               "\n";

/* -fp-contract: a * b + c is rounded twice unless fma is called by name. */
static const char numbers[] =
    "/* Floats are computed as written: no contraction, NaN and infinities are honoured. "
    "*/\n"
    "#ifdef __FAST_MATH__\n"
    "#error \"not to be compiled with -ffast-math\"\n"
    "#endif\n"
    "#if defined(__GNUC__) && !defined(__clang__)\n"
    "#pragma GCC optimize(\"fp-contract=off\")\n"
    "#else\n"
    "#pragma STDC FP_CONTRACT OFF\n"
    "#endif\n"
    "_Static_assert(sizeof(float) == 4 && sizeof(double) == 8 && sizeof(int) >= 4 &&\n"
    "                   (-1 >> 1) == -1 && (int8_t)0x80u == -128,\n"
    "               \"IEEE floats, two's complement\");\n"
    "\n";

/* With vectors of GNU C the functions for lanes may stay unused. */
static const char helper[] = "#ifdef __GNUC__\n"
                             "#define HELPER __attribute__((unused)) static inline\n"
                             "#else\n"
                             "#define HELPER static inline\n"
                             "#endif\n"
                             "\n";

static const char vectors[] =
    "/* A vector is one of GNU C, or a struct: -DDESCENT_NO_VECTORS asks for that. */\n"
    "#if !defined(DESCENT_NO_VECTORS) && defined(__has_builtin)\n"
    "#if __has_builtin(__builtin_convertvector)\n"
    "#define DESCENT_VECTORS 1\n"
    "#endif\n"
    "#endif\n"
    "#ifdef DESCENT_VECTORS\n"
    "#pragma GCC diagnostic ignored \"-Wpsabi\" /* no vector leaves the file */\n"
    "/* NAME_wide takes vectors of more than 16 bytes by pointer: what gcc has to say\n"
    " * about such parameters cannot be turned off. */\n"
    "#define VECTOR_HELPER HELPER __attribute__((always_inline))\n"
    "#define VECTOR(T, N, NAME) typedef T NAME __attribute__((vector_size(N * "
    "sizeof(T))))\n"
    "#define LANE(V, I) (V)[I]\n"
    "#define EITHER(V, N, WHOLE, VALUE) return WHOLE\n"
    "#else\n"
    "#define VECTOR_HELPER HELPER\n"
    "#define VECTOR(T, N, NAME) typedef struct { T lane[N]; } NAME\n"
    "#define LANE(V, I) (V).lane[I]\n"
    "#define EITHER(V, N, WHOLE, VALUE) LANES(V, N, VALUE)\n"
    "#endif\n"
    "#define LANES(V, N, VALUE) \\\n"
    "    V r; \\\n"
    "    for (int i = 0; i < N; i++) \\\n"
    "        LANE(r, i) = VALUE; \\\n"
    "    return r\n"
    "\n";

static const char pool[] =
    "/* The caller's threads: run calls task for all of 0 <= i < count, in ranges, and "
    "returns\n"
    " * when all is done. NULL: the caller does it alone. */\n"
    "#ifndef DESCENT_POOL\n"
    "#define DESCENT_POOL\n"
    "struct descent_pool {\n"
    "    void (*run)(struct descent_pool *self,\n"
    "                void (*task)(void *ctx, int64_t begin, int64_t end), void *ctx,\n"
    "                int64_t count);\n"
    "};\n"
    "#endif\n"
    "\n";

void c_prelude(CEmit *e, const COptions *o, Text *out)
{
    if (o && o->title)
        text_printf(out, "/* %s */\n", c_format(e, "%s", o->title));
    text_add(out, includes);
    if (o && o->header)
        text_printf(out, "#include \"%s\"\n\n", o->header);
    else
        text_add(out, pool);
    text_add(out, numbers);
    if (e->helpers.length)
        text_add(out, helper);
    if (e->types.length)
        text_printf(out, "%s%s\n", vectors, e->types.bytes);
}
