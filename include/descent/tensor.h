/** @file
 * Tensors: elements in row-major order, without gaps, in memory of ours or of the
 * caller. */
#ifndef DESCENT_TENSOR_H
#define DESCENT_TENSOR_H

#include <descent/context.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Element types. The numbers stay as they are. */
typedef enum descent_dtype {
    DESCENT_F32 = 0,  /**< float */
    DESCENT_F64 = 1,  /**< double */
    DESCENT_BF16 = 2, /**< the upper half of a float: uint16_t */
    DESCENT_F16 = 3,  /**< IEEE 754 binary16: uint16_t */
    DESCENT_BOOL = 4, /**< a byte, 0 or 1 */
    DESCENT_I8 = 5,   /**< int8_t */
    DESCENT_I16 = 6,  /**< int16_t */
    DESCENT_I32 = 7,  /**< int32_t */
    DESCENT_I64 = 8,  /**< int64_t */
    DESCENT_U8 = 9,   /**< uint8_t */
    DESCENT_U16 = 10, /**< uint16_t */
    DESCENT_U32 = 11, /**< uint32_t */
    DESCENT_U64 = 12  /**< uint64_t */
} descent_dtype;

/** The name of an element type, as StableHLO has it.
 * @param dtype any value
 * @return "f32", "i1" (DESCENT_BOOL), "ui8" ...; "?" if there is no such type; static */
DESCENT_API const char *descent_dtype_name(descent_dtype dtype);

/** The size of an element.
 * @param dtype any value
 * @return bytes; 0 if there is no such type */
DESCENT_API size_t descent_dtype_size(descent_dtype dtype);

/** A tensor. Its shape never changes. */
typedef struct descent_tensor descent_tensor;

/** Makes a tensor of zeros, in memory of the context's allocator, aligned to 64 bytes.
 * @param c the context
 * @param dtype element type
 * @param rank number of dimensions, 0 (a scalar) to DESCENT_MAX_RANK
 * @param dims `rank` sizes, each 0 or more; may be NULL if rank is 0
 * @param[out] out the tensor, to be destroyed by the caller
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT, DESCENT_BAD_SHAPE (too large) or
 *     DESCENT_NO_MEMORY */
DESCENT_API descent_status descent_tensor_create(descent_context *c, descent_dtype dtype,
                                                 int rank, const int64_t *dims,
                                                 descent_tensor **out,
                                                 descent_diagnostics *d);

/** The sizes of a shape in place of the two arguments `rank` and `dims`, such as
 * DESCENT_SHAPE(4, 2). For C; in C++ they are an array that has a name. */
#ifndef __cplusplus
#define DESCENT_SHAPE(...)                                                               \
    (int)(sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t)),                     \
        (const int64_t[]){__VA_ARGS__}
#endif

/** Makes a tensor over memory of the caller, which stays until the tensor is destroyed.
 *
 *     float x[4][2];
 *     descent_tensor_view(c, DESCENT_F32, DESCENT_SHAPE(4, 2), x, sizeof x, &t, d);
 *
 * @param c the context
 * @param dtype element type
 * @param rank number of dimensions, 0 to DESCENT_MAX_RANK
 * @param dims `rank` sizes, each 0 or more; may be NULL if rank is 0
 * @param data the elements, aligned as their C type is
 * @param bytes the size of that memory, exactly what the shape needs
 * @param[out] out the tensor, to be destroyed by the caller
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT, DESCENT_BAD_SHAPE (`bytes` is another size)
 *     or DESCENT_NO_MEMORY */
DESCENT_API descent_status descent_tensor_view(descent_context *c, descent_dtype dtype,
                                               int rank, const int64_t *dims, void *data,
                                               size_t bytes, descent_tensor **out,
                                               descent_diagnostics *d);

/** Is told that nobody uses the caller's memory any longer. */
typedef void descent_release_function(void *user, void *data);

/** The same over memory that must stay longer, as long as whoever got the tensor by
 * DLPack uses it, and is released then.
 * @param c the context
 * @param dtype element type
 * @param rank number of dimensions, 0 to DESCENT_MAX_RANK
 * @param dims `rank` sizes, each 0 or more; may be NULL if rank is 0
 * @param data the elements, aligned as their C type is; must stay until `release` is
 *     called, or the tensor is destroyed
 * @param bytes the size of that memory, exactly what the shape needs
 * @param release called once when the tensor is gone; may be NULL
 * @param user handed to release
 * @param[out] out the tensor, to be destroyed by the caller
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT, DESCENT_BAD_SHAPE (`bytes` is another size)
 *     or DESCENT_NO_MEMORY; release is not called unless DESCENT_OK */
DESCENT_API descent_status descent_tensor_wrap(descent_context *c, descent_dtype dtype,
                                               int rank, const int64_t *dims, void *data,
                                               size_t bytes,
                                               descent_release_function *release,
                                               void *user, descent_tensor **out,
                                               descent_diagnostics *d);

/** Gives the tensor up. Its memory goes as soon as nobody else holds it (DLPack).
 * @param t may be NULL */
DESCENT_API void descent_tensor_destroy(descent_tensor *t);

/** The element type.
 * @param t the tensor; NULL gives DESCENT_F32
 * @return its element type */
DESCENT_API descent_dtype descent_tensor_dtype(const descent_tensor *t);

/** The number of dimensions.
 * @param t the tensor; NULL gives 0
 * @return 0 to DESCENT_MAX_RANK */
DESCENT_API int descent_tensor_rank(const descent_tensor *t);

/** The sizes.
 * @param t the tensor; NULL gives NULL
 * @return descent_tensor_rank() sizes, as long as the tensor lives */
DESCENT_API const int64_t *descent_tensor_dims(const descent_tensor *t);

/** The number of elements.
 * @param t the tensor; NULL gives 0
 * @return the product of the sizes */
DESCENT_API int64_t descent_tensor_count(const descent_tensor *t);

/** The size of the memory.
 * @param t the tensor; NULL gives 0
 * @return bytes */
DESCENT_API size_t descent_tensor_bytes(const descent_tensor *t);

/** The elements themselves. Those of a state that was used on a GPU are fetched: after
 * the next call they are to be asked for again, and what is written there is taken by the
 * next call only.
 * @param t the tensor; NULL gives NULL
 * @return descent_tensor_bytes() bytes, as long as the tensor lives; NULL if a GPU does
 *     not give them */
DESCENT_API void *descent_tensor_data(const descent_tensor *t);

/** Copies all elements out.
 * @param t the tensor
 * @param[out] to receives them
 * @param bytes the size of `to`: exactly descent_tensor_bytes()
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT or DESCENT_BAD_SHAPE (`bytes` is another size)
 *     */
DESCENT_API descent_status descent_tensor_read(const descent_tensor *t, void *to,
                                               size_t bytes, descent_diagnostics *d);

/** Copies all elements in.
 * @param t the tensor
 * @param from the elements
 * @param bytes the size of `from`: exactly descent_tensor_bytes()
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT or DESCENT_BAD_SHAPE (`bytes` is another size)
 *     */
DESCENT_API descent_status descent_tensor_write(descent_tensor *t, const void *from,
                                                size_t bytes, descent_diagnostics *d);

/** Reads a file of numpy, .npy or .npy.gz, in any of its versions and orders.
 * @param c the context
 * @param path the file
 * @param[out] out the tensor, to be destroyed by the caller
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT, DESCENT_BAD_INPUT, DESCENT_UNSUPPORTED,
 *     DESCENT_IO or DESCENT_NO_MEMORY */
DESCENT_API descent_status descent_tensor_load(descent_context *c, const char *path,
                                               descent_tensor **out,
                                               descent_diagnostics *d);

/** Writes a file of numpy; an old file stays until the new one is complete.
 * @param t the tensor; bf16 is written as the two raw bytes, as numpy does
 * @param path the file
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT, DESCENT_IO or DESCENT_NO_MEMORY */
DESCENT_API descent_status descent_tensor_save(const descent_tensor *t, const char *path,
                                               descent_diagnostics *d);

/** DLPack's managed tensor (version 0.x), as dlpack.h declares it. */
struct DLManagedTensor;

/** Takes a tensor that another library exports. Row-major memory without gaps is used as
 * it is; other strides are copied. On DESCENT_OK the tensor is ours: its deleter is
 * called when nobody uses it any longer. Else it stays the caller's.
 * @param c the context
 * @param from memory of the CPU; one of the types above
 * @param[out] out the tensor, to be destroyed by the caller
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT, DESCENT_BAD_SHAPE, DESCENT_UNSUPPORTED
 *     (another device or type) or DESCENT_NO_MEMORY */
DESCENT_API descent_status descent_tensor_from_dlpack(descent_context *c,
                                                      struct DLManagedTensor *from,
                                                      descent_tensor **out,
                                                      descent_diagnostics *d);

/** Exports a tensor without a copy. Whoever gets it calls its deleter once; the memory
 * stays until then, also if the tensor is destroyed before (the context must not be). Of
 * a state that is used on a GPU it has what descent_tensor_data() gave at this time: after
 * the next call it is to be exported again, and what is written there is taken by the next
 * call only.
 * @param t the tensor
 * @param[out] out DLPack's view of it
 * @param d may be NULL
 * @return DESCENT_OK, DESCENT_BAD_ARGUMENT or DESCENT_NO_MEMORY */
DESCENT_API descent_status descent_tensor_to_dlpack(descent_tensor *t,
                                                    struct DLManagedTensor **out,
                                                    descent_diagnostics *d);

#ifdef __cplusplus
}
#endif

#endif
