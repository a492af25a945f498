// The functions that backends/cuda declares by itself are those of NVIDIA's headers: as many
// arguments, each of the same kind and size. To be compiled only.
#define __CUDA_API_VERSION_INTERNAL // old versions of functions, which drivers still have
#include <cuda.h>
#include <nvrtc.h>

#define _Alignas alignas
#include "backends/cuda/driver.h"

#include <type_traits>

static_assert(sizeof(CudaTensorMap) == sizeof(CUtensorMap) &&
              alignof(CudaTensorMap) >= alignof(CUtensorMap));

// Numbers of the same size; pointers to what is alike, where both say to what: the driver's
// handles point to structs, as do ours.
template <typename A, typename B> constexpr bool is_alike()
{
    if constexpr (std::is_pointer_v<A> && std::is_pointer_v<B>) {
        using To = std::remove_cv_t<std::remove_pointer_t<A>>;
        using Also = std::remove_cv_t<std::remove_pointer_t<B>>;
        if constexpr (std::is_void_v<To> || std::is_void_v<Also>)
            return true;
        else if constexpr (std::is_class_v<To> || std::is_class_v<Also>)
            return std::is_class_v<To> == std::is_class_v<Also>;
        else
            return is_alike<To, Also>();
    } else if constexpr (std::is_pointer_v<A> || std::is_pointer_v<B>) {
        return false;
    } else {
        return sizeof(A) == sizeof(B) &&
               (std::is_floating_point_v<A>) == (std::is_floating_point_v<B>);
    }
}

template <typename Ours, typename Theirs> constexpr bool is_same_call = false;
template <typename R, typename... A, typename S, typename... B>
constexpr bool is_same_call<R(A...), S(B...)> = [] {
    if constexpr (sizeof...(A) == sizeof...(B))
        return is_alike<R, S>() && (is_alike<A, B>() && ...);
    else
        return false;
}();

#define CUDA(field, symbol, arguments)                                                   \
    static_assert(is_same_call<int arguments, std::remove_pointer_t<decltype(&symbol)>>, \
                  #symbol);
#include "backends/cuda/driver.def"
#define CUDA(field, symbol, arguments)                                                   \
    static_assert(is_same_call<int arguments, std::remove_pointer_t<decltype(&symbol)>>, \
                  #symbol);
#include "backends/cuda/nvrtc.def"
