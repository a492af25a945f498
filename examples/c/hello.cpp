// The first program in C++: a function and its derivative, compiled while the program runs.
//     c++ -std=c++17 hello.cpp $(pkg-config --cflags --libs descent) -o hello
//     ./hello
#include <descent/descent.h>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string_view>
#include <vector>

// Owns an object of the library: destroys it at the end of the block, whatever happened.
template <class T, void (*destroy)(T *)> class Owned
{
    T *object = nullptr;

  public:
    Owned() = default;
    Owned(const Owned &) = delete;
    Owned &operator=(const Owned &) = delete;
    ~Owned() { destroy(object); }
    operator T *() const { return object; }
    T **out() { return &object; } // where a function puts what it makes
};

using Diagnostics = Owned<descent_diagnostics, descent_diagnostics_destroy>;
using Context = Owned<descent_context, descent_context_destroy>;
using Model = Owned<descent_model, descent_model_destroy>;
using Program = Owned<descent_program, descent_program_destroy>;
using Tensor = Owned<descent_tensor, descent_tensor_destroy>;

static constexpr std::string_view description = R"(
model wave(x: f32[N]) -> (f32[N], f32[N]) {
  let y = exp(-x) * sin(x)
  (y, grad(sum(y), x))
}
)";

static void run()
{
    Diagnostics d;
    const auto check = [&d](descent_status status) {
        if (status != DESCENT_OK)
            throw std::runtime_error(descent_diagnostics_text(d));
    };
    check(descent_diagnostics_create(d.out()));

    // Destroyed in the reverse order, which is the one that the library wants.
    Context context;
    Model model;
    Program program;
    check(descent_context_create(nullptr, context.out(), d));
    check(descent_model_parse(context, "wave.dsc", description.data(), description.size(),
                              model.out(), d));
    std::vector<float> x{0.0f, 0.5f, 1.0f, 1.5f, 2.0f}, y(x.size()), slope(x.size());
    descent_sizes sizes = DESCENT_INIT(descent_sizes);
    sizes.batch = static_cast<std::int64_t>(x.size());
    descent_compile_options options = DESCENT_INIT(descent_compile_options);
    options.sizes = &sizes;
    check(descent_program_compile(model, &options, program.out(), d));

    // Tensors are views: the function reads x, and writes y and slope, where they are.
    Tensor in, values, slopes;
    const auto wrap = [&](std::vector<float> &v, descent_tensor **out) {
        check(descent_tensor_view(context, DESCENT_F32, 1, &sizes.batch, v.data(),
                                  v.size() * sizeof(float), out, d));
    };
    wrap(x, in.out());
    wrap(y, values.out());
    wrap(slope, slopes.out());
    const descent_entry *predict = nullptr;
    descent_tensor *arguments[] = {in}, *results[] = {values, slopes};
    check(descent_program_find(program, "predict", 0, &predict, d));
    check(descent_entry_call(predict, arguments, 1, results, 2, d));

    for (std::size_t i = 0; i < x.size(); i++)
        std::printf("x = %.1f: y = %.4f, dy/dx = %+.4f\n", x[i], y[i], slope[i]);
}

int main()
{
    try {
        run();
    } catch (const std::exception &e) {
        std::fputs(e.what(), stderr);
        return 1;
    }
}
