/* In place of OpenImageIO's header, as far as libdpx uses it. */
#pragma once
#include <OpenImageIO/span.h>
#include <cstdint>
#include <cstring>

namespace OIIO
{
template <typename T>
inline T
byteswap (T value)
{
    unsigned char from[sizeof (T)], to[sizeof (T)];
    memcpy (from, &value, sizeof (T));
    for (size_t i = 0; i < sizeof (T); i++)
        to[i] = from[sizeof (T) - 1 - i];
    memcpy (&value, to, sizeof (T));
    return value;
}

template <typename T>
inline void
byteswap_span (span<T> values)
{
    for (size_t i = 0; i < values.size (); i++)
        values.data ()[i] = byteswap (values.data ()[i]);
}

inline uint64_t
clamped_mult64 (uint64_t a, uint64_t b)
{
    uint64_t product;
    return __builtin_mul_overflow (a, b, &product) ? UINT64_MAX : product;
}
} // namespace OIIO
