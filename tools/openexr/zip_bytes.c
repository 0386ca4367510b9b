/*
 * Two steps of ZIP that OpenEXR and libdeflate have for SSE and NEON, here for WebAssembly. After inflating (and in RLE and
 * PXR24), bytes are differences, and the high bytes of samples lie before their low bytes: five times as fast as plain code.
 * And the check sum of what was inflated.
 */
#include <stddef.h>
#include <stdint.h>
#include <wasm_simd128.h>

/* Zeros come in from the left. */
#define SHIFTED(v, n)                                                                                                   \
    wasm_i8x16_shuffle (                                                                                               \
        wasm_i8x16_splat (0), v, 16 - n, 17 - n, 18 - n, 19 - n, 20 - n, 21 - n, 22 - n, 23 - n, 24 - n, 25 - n,         \
        26 - n, 27 - n, 28 - n, 29 - n, 30 - n, 31 - n)

static void
sum_up (uint8_t* bytes, uint64_t count)
{
    const v128_t bias = wasm_i8x16_splat (-128);
    uint8_t      last = 128; /* the first byte is no difference: the bias takes this away again */
    uint64_t     i    = 0;
    for (; i + 16 <= count; i += 16)
    {
        v128_t v = wasm_i8x16_add (wasm_v128_load (bytes + i), bias);
        v        = wasm_i8x16_add (v, SHIFTED (v, 1));
        v        = wasm_i8x16_add (v, SHIFTED (v, 2));
        v        = wasm_i8x16_add (v, SHIFTED (v, 4));
        v        = wasm_i8x16_add (v, SHIFTED (v, 8));
        v        = wasm_i8x16_add (v, wasm_i8x16_splat ((int8_t) last));
        wasm_v128_store (bytes + i, v);
        last = wasm_u8x16_extract_lane (v, 15);
    }
    for (; i < count; i++)
        last = bytes[i] = (uint8_t) (last + bytes[i] - 128);
}

void internal_zip_reconstruct_bytes (uint8_t* out, uint8_t* source, const uint64_t count);

void
internal_zip_reconstruct_bytes (uint8_t* out, uint8_t* source, const uint64_t count)
{
    const uint8_t *first = source, *second = source + (count + 1) / 2;
    uint64_t       i = 0;
    sum_up (source, count);
    for (; i + 32 <= count; i += 32, first += 16, second += 16)
    {
        v128_t a = wasm_v128_load (first), b = wasm_v128_load (second);
        wasm_v128_store (
            out + i, wasm_i8x16_shuffle (a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
        wasm_v128_store (
            out + i + 16, wasm_i8x16_shuffle (a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31));
    }
    for (; i < count; i++)
        out[i] = i % 2 == 0 ? *first++ : *second++;
}

#define DIVISOR 65521
/* bytes after which no sum can have left 32 bits; whole vectors of 16 */
#define MOST 5552

static uint32_t
sum_of (v128_t v)
{
    return wasm_u32x4_extract_lane (v, 0) + wasm_u32x4_extract_lane (v, 1) + wasm_u32x4_extract_lane (v, 2) +
           wasm_u32x4_extract_lane (v, 3);
}

uint32_t adler32_simd (uint32_t adler, const uint8_t* bytes, size_t count);

/* Adler-32 (RFC 1950): the sum of all bytes, and the sum of that sum after each byte. */
uint32_t
adler32_simd (uint32_t adler, const uint8_t* bytes, size_t count)
{
    const v128_t first = wasm_i16x8_make (16, 15, 14, 13, 12, 11, 10, 9), second = wasm_i16x8_make (8, 7, 6, 5, 4, 3, 2, 1);
    uint32_t     low = adler & 0xffff, high = adler >> 16;
    while (count >= 16)
    {
        size_t now  = count < MOST ? count & ~(size_t) 15 : MOST;
        v128_t sums = wasm_i32x4_splat (0), before = sums, within = sums;
        count -= now;
        high += low * (uint32_t) now;
        for (const uint8_t* end = bytes + now; bytes < end; bytes += 16)
        {
            v128_t v = wasm_v128_load (bytes);
            before   = wasm_i32x4_add (before, sums);
            sums     = wasm_i32x4_add (sums, wasm_u32x4_extadd_pairwise_u16x8 (wasm_u16x8_extadd_pairwise_u8x16 (v)));
            within   = wasm_i32x4_add (within, wasm_i32x4_dot_i16x8 (wasm_u16x8_extend_low_u8x16 (v), first));
            within   = wasm_i32x4_add (within, wasm_i32x4_dot_i16x8 (wasm_u16x8_extend_high_u8x16 (v), second));
        }
        low  = (low + sum_of (sums)) % DIVISOR;
        high = (high + 16 * sum_of (before) + sum_of (within)) % DIVISOR;
    }
    for (; count > 0; count--, bytes++)
        low += *bytes, high += low;
    return high % DIVISOR << 16 | low % DIVISOR;
}
