// The header in C++: a graph is built, compiled and called; destructors clean up.
#include <descent/descent.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <vector>

template <class T> using Owned = std::unique_ptr<T, void (*)(T *)>;

int main()
{
    descent_context_options options = DESCENT_INIT(descent_context_options);
    descent_context *c = nullptr;
    options.threads = 1;
    if (descent_context_create(&options, &c, nullptr))
        return 1;
    Owned<descent_context> context(c, descent_context_destroy);

    descent_graph *g = nullptr;
    if (descent_graph_create(c, "double", &g, nullptr))
        return 1;
    Owned<descent_graph> graph(g, descent_graph_destroy);
    const std::vector<std::int64_t> dims{3};
    descent_function *f = descent_function_create(g, "main");
    descent_value *x = descent_argument(f, "x", DESCENT_INPUT, DESCENT_F32, 1, dims.data());
    descent_result(f, "y", DESCENT_OUTPUT, descent_add(f, x, x));

    descent_model *m = nullptr;
    if (descent_graph_finish(g, &m, nullptr))
        return 1;
    Owned<descent_model> model(m, descent_model_destroy);
    descent_program *p = nullptr;
    if (descent_program_compile(m, nullptr, &p, nullptr))
        return 1;
    Owned<descent_program> program(p, descent_program_destroy);

    std::vector<float> in{1, 2, 3}, out(3);
    descent_tensor *a = nullptr, *b = nullptr;
    if (descent_tensor_wrap(c, DESCENT_F32, 1, dims.data(), in.data(), 12, nullptr, nullptr,
                            &a, nullptr)
        || descent_tensor_wrap(c, DESCENT_F32, 1, dims.data(), out.data(), 12, nullptr,
                               nullptr, &b, nullptr))
        return 1;
    Owned<descent_tensor> source(a, descent_tensor_destroy), target(b, descent_tensor_destroy);
    if (descent_entry_call(descent_program_entry(p, 0), &a, 1, &b, 1, nullptr))
        return 1;
    std::printf("%g %g %g\n", out[0], out[1], out[2]);
    return out[2] != 6;
}
